"""The running process: its parts are wired together here; here are its loops, its start and its stop."""
