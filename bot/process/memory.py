"""Excludes the objects made at start-up from garbage collection.

The morphology dictionary, the tables and the offices are hundreds of thousands of objects; a full collection over them
blocked the event loop, and every button press, for a quarter of a second.
"""

from __future__ import annotations

import gc


def move_in() -> None:
    """Turn the garbage collector off until `settle_in`: everything loaded at start-up stays in use, and collections
    would take a fifth of the loading time."""
    gc.disable()


def settle_in() -> None:
    """Collect garbage once, exempt all existing objects from later collections and turn the collector on. Call it
    once, when everything is wired and nothing runs yet."""
    gc.collect()
    gc.freeze()
    gc.enable()
