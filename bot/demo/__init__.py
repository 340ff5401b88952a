"""`make demo`: a town on localhost, the real bot in its own process, and a play to watch or to take part in.

The only package of the product that imports the sandbox; nothing in the bot imports this package but `bot.__main__`.
"""
