"""A Telegram, a VK and an Одноклассники on localhost, with memory: for `make demo` and for the tests. Imports nothing
of the project.
"""
