"""A Telegram and a VK on localhost, with memory: for `make demo` and for the tests. Imports nothing of the project."""
