"""How much of a found text is taken: everything a network lets through."""

from __future__ import annotations

from dataclasses import replace

from networks.port import Found

MOST_LETTERS = 16_384
"""As many as VK lets into a comment; of a longer text the beginning is taken."""


def within_measure(found: Found) -> Found:
    """The message with the beginning of a text that is longer than any network lets through."""
    if len(found.text) <= MOST_LETTERS:
        return found
    return replace(found, text=found.text[:MOST_LETTERS].rstrip() + "…", cut=True)
