"""What a command says of bad input: one line, no traceback."""

from __future__ import annotations


class Mistake(Exception):  # noqa: N818 - it is the caller's, and said so
    """What was typed, or what it points to, cannot be used. The text is one Russian line for the terminal."""
