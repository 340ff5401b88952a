"""What the office may change without a programmer: regulations, calendars, settings, texts.

Reads files, decides nothing.
"""
