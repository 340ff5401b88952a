"""What the office may change without a programmer: regulations, calendars, settings, texts.

The package reads files and decides nothing. `config.russian` is the engine that reads Russian; its words are data here.
"""
