"""Messages found in the networks: open cases from them, guess their department, group similar ones into waves, show
them to the curator."""
