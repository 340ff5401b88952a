"""The command line: one module for each command; `app` lists them. Commands that need no messenger do not import one."""
