"""Limit the length of a found text: everything a network lets through is taken."""

from __future__ import annotations

from dataclasses import replace

from networks.port import Found

MOST_LETTERS = 16_384
"""How many characters VK lets into a comment; of a longer text only the beginning is taken."""


def within_measure(found: Found) -> Found:
    """Return the message; if its text is longer than any network lets through, cut to the beginning and marked as cut."""
    if len(found.text) <= MOST_LETTERS:
        return found
    return replace(found, text=found.text[:MOST_LETTERS].rstrip() + "…", cut=True)
