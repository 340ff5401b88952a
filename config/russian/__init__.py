"""The Russian language: words and their forms, dates, the topic of a message and how it is written. The office edits no
file here.
"""
