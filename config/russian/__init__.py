"""The Russian language: words and their forms, dates, what a message is about and how it is written. No file of the office."""
