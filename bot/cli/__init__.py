"""The command line: one module a command, `app` gathers them. Commands that need no messenger import none."""
