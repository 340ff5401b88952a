"""The Russian language: words and their forms, dates, the topic of a message and how it is written.

An office edits no file here.
"""
