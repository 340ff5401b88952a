"""What a network gave and no event can be made of: kept as it came, so that it is parked and told of, and what came with it
goes on. One such item would otherwise stop its feed for ever: the position moves only when all items are read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from networks.port import RawEvent

BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""How the reading of an item of unknown shape ends."""


def strange(item: Any) -> RawEvent:
    """The item as an event that no network can read. Its key is made of its content, so that it is the same when it is read
    again."""
    written = json.dumps({"strange": item}, ensure_ascii=False, sort_keys=True)
    return RawEvent(f"strange:{hashlib.sha256(written.encode()).hexdigest()}", written)
