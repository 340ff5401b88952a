"""The error for bad input on the command line: one line, no traceback."""

from __future__ import annotations


class Mistake(Exception):  # noqa: N818 - it is the caller's, and said so
    """The typed words, or the thing they refer to, cannot be used. The text is one Russian line for the terminal."""
