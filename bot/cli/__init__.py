"""The command line: one module for each command, and `app`, which lists them. Commands that need no messenger import
none."""
