"""What an office may change without a programmer: regulations, calendars, settings, texts.

The package reads files and decides nothing. `config.russian` is the engine that reads Russian; its word lists are data
here.
"""
