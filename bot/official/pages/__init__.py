"""The registry of the municipality's official pages in the networks."""
