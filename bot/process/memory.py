"""Freezes long-lived objects so that the garbage collector skips them.

The morphology dictionary, the tables and the offices are hundreds of thousands of objects; a full collection over them
blocked the event loop, and every tap, for a quarter of a second.
"""

from __future__ import annotations

import gc


def move_in() -> None:
    """Turn the garbage collector off until `settle_in`: everything loaded at start-up stays, and collections would take
    a fifth of the loading time.
    """
    gc.disable()


def settle_in() -> None:
    """Collect once, freeze all existing objects and turn the collector on. Call it once, when everything is wired and
    nothing has begun.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
