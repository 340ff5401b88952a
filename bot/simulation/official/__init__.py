"""Plays a scenario's events about official pages, material for publication and comments."""
