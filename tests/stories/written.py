"""What is written in the municipality's file of an office that works in another messenger than Telegram."""

from __future__ import annotations


def of_messenger(text: str, messenger: str) -> str:
    """The municipality's file of an office that works in that messenger."""
    if messenger != "max":
        return text
    text = text.replace("networks:\n", "networks:\n  messenger: max\n", 1)
    return text.replace("  telegram: {private: true}", "  max: {private: true}")
