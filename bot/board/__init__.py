"""The board: shows the cases in a browser, for the leadership. It writes only its own sessions and lines of the audit.

`session` identifies the visitor, `shelf` keeps the open cases in memory, `views` prepares what the templates show,
`server` speaks HTTP.
"""
