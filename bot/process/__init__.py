"""The running process: its parts wired together, its loops, its start and stop."""
