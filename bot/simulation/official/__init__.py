"""The half of a scenario that is about official pages."""
