"""Wrap items of an unknown form as raw events, so that they are parked and reported, and the rest of the batch
continues.

Otherwise one such item would stop its feed for ever: the cursor moves only after all items are read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from networks.port import RawEvent

BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""The exceptions that reading an item of an unknown form may raise."""


def strange(item: Any) -> RawEvent:
    """Wrap an item that cannot be read as an event to store; `read` will raise UnreadableError for it. Its key is
    derived from the content, so a second reading gives the same key."""
    written = json.dumps({"strange": item}, ensure_ascii=False, sort_keys=True)
    return RawEvent(f"strange:{hashlib.sha256(written.encode()).hexdigest()}", written)
