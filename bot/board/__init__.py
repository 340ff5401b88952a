"""The page: the state of the cases for those who lead them, to be read in a browser. Changes nothing but its own sessions.

`session` says who is looking, `shelf` keeps what is open ready, `views` makes of it what the templates show, `server`
speaks HTTP.
"""
