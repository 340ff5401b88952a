"""The registry of official pages."""
