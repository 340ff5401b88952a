"""`make demo`: a town on localhost, the real bot in its own process, and a play to watch or to take part in.

Apart from `bot.__main__` the only place that imports the sandbox; nothing in the bot imports this package.
"""
