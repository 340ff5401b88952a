"""The board: the state of the cases in a browser, for the leadership. Changes nothing but its own sessions.

`session` knows who is looking, `shelf` keeps the open cases ready, `views` prepares what the templates show, `server`
speaks HTTP.
"""
