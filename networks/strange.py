"""Wrap items of an unknown shape as raw events, so that they are parked and reported and the rest of the batch
continues.

Otherwise one such item would stop its feed for ever: the cursor moves only after all items are read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from networks.port import RawEvent

BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""How the reading of an item of unknown shape ends."""


def strange(item: Any) -> RawEvent:
    """The item as an event that no network can read. Its key is derived from the content, so a second reading gives the
    same key."""
    written = json.dumps({"strange": item}, ensure_ascii=False, sort_keys=True)
    return RawEvent(f"strange:{hashlib.sha256(written.encode()).hexdigest()}", written)
