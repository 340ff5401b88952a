"""Converts between MAX's ids of messages and dialogs and ours.

A `mid` is a string of a chat and a number in it: `mid.` and both as 16 hex digits, the chat in two's complement. Ours
is `Address(chat, seq)`, so no table is needed. A dialog (private chat) has a chat id of its own at MAX; we address it
by the account, and its id is the bot's number XOR the account's (every public client computes it so, MAX documents it
nowhere).
"""

from __future__ import annotations

import base64
import re

MID = re.compile(r"mid\.([0-9a-f]{16})([0-9a-f]{16})", re.IGNORECASE)
_WRAP, _HALF = 1 << 64, 1 << 63


def mid_of(chat: int, seq: int) -> str:
    """MAX's id (mid) of the message with the number `seq` in the chat, given by MAX's own id of the chat."""
    return f"mid.{chat % _WRAP:016x}{seq % _WRAP:016x}"


def parts_of(mid: object) -> tuple[int, int]:
    """Split MAX's id of a message (mid) into MAX's own id of the chat and the message's number there. Use this number,
    not the `seq` that MAX puts beside a mid, which is unreliable. Raises ValueError if it is no mid."""
    found = MID.fullmatch(mid) if isinstance(mid, str) else None
    if found is None:
        raise ValueError("no mid of MAX")
    return _signed(int(found[1], 16)), _signed(int(found[2], 16))


def dialog_of(bot: int, account: int) -> int:
    """MAX's own id of the account's private chat with the bot."""
    return bot ^ account


def sent_at(seq: int) -> int:
    """When the message with this number was written, as Unix time in milliseconds (the number's upper 48 bits)."""
    return seq >> 16


def in_link(seq: int) -> str:
    """The message's number in the form used in MAX's links to messages."""
    return base64.urlsafe_b64encode((seq % _WRAP).to_bytes(8, "big")).decode().rstrip("=")


def _signed(number: int) -> int:
    return number - _WRAP if number >= _HALF else number
