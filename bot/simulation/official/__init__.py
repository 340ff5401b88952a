"""The part of a scenario about official pages, material and comments."""
