"""What was found in the networks: taken in, sorted, gathered into waves, shown to the curator."""
