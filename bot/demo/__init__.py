"""`make demo`: a town on localhost, the real bot in a process of its own, and a play to watch or to take part in.

With `bot.__main__` the only place that imports the sandbox; nothing of the bot imports this.
"""
