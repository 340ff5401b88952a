"""Messages found in the networks: turn them into cases, guess their department, group similar ones into waves, show
them to the curator."""
