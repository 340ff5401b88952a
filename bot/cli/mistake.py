"""The error for bad input on the command line, shown as one line without a traceback."""

from __future__ import annotations


class Mistake(Exception):  # noqa: N818 - it is the caller's, and said so
    """The arguments of a command, or the files they refer to, cannot be used. The text is one Russian line for the
    terminal."""
