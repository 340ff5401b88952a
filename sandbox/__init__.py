"""A simulated Telegram, MAX, VK and Одноклассники on localhost, which keep their state in memory: for `make demo` and
for the tests. Imports nothing of the project.
"""
