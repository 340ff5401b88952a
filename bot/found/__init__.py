"""Messages found in the networks: take them in, sort them, group them into waves, show them to the curator."""
