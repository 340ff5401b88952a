"""What stays for the life of the process is looked through by the collector of garbage no more.

The morphology's dictionary, the tables and the offices are hundreds of thousands of objects; a full collection over them
holds the event loop, and with it every tap, for a quarter of a second. Nothing else is done here.
"""

from __future__ import annotations

import gc


def move_in() -> None:
    """Nothing is collected until `settle_in`: what is loaded at the start stays, and looking through it again and again takes
    a fifth of the time of loading it."""
    gc.disable()


def settle_in() -> None:
    """All there is by now is taken as being there for good. Once, when everything is wired and nothing has begun."""
    gc.collect()
    gc.freeze()
    gc.enable()
