"""Figures of `make bench`: each a ratio from one run, so that they mean the same on another machine."""
