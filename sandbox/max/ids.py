"""The numbers of MAX: message ids, the ids of dialogs, public addresses of messages.

A message id is «mid.» and two numbers of 16 hex digits: the chat's id (two's complement) and the message's `seq`, which
is the moment in milliseconds shifted by 16 bits, plus a counter. A dialog's id is the bot's id XOR the person's.
"""

import base64
import re

MASK = (1 << 64) - 1
SIGN = 1 << 63
MID = re.compile(r"mid\.([0-9a-f]{16})([0-9a-f]{16})")


def mid_of(chat_id: int, seq: int) -> str:
    """Return the id of the message with this `seq` in the chat."""
    return f"mid.{chat_id & MASK:016x}{seq & MASK:016x}"


def read_mid(mid: str) -> tuple[int, int] | None:
    """Return the chat's id and the `seq` that a message id holds; None if it is no message id."""
    match = MID.fullmatch(mid)
    return (_signed(match[1]), _signed(match[2])) if match else None


def dialog_id(bot_id: int, user_id: int) -> int:
    """Return the id of the private chat of a bot and a person."""
    return bot_id ^ user_id


def seq_in_link(seq: int) -> str:
    """Return a message's `seq` as the last part of its public address."""
    return base64.urlsafe_b64encode(seq.to_bytes(8, "big")).decode().rstrip("=")


def _signed(digits: str) -> int:
    number = int(digits, 16)
    return number - (1 << 64) if number & SIGN else number
