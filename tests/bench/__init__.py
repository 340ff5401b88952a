"""Figures of `make bench`: each is a ratio within one run, so that it means the same on another machine."""
