"""What the office may change without a programmer: regulations, calendars, settings, texts.

Reads files, decides nothing. The engine that reads Russian is `config.russian`; its words are data here.
"""
