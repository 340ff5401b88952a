"""What stays for the life of the process is looked through by the collector of garbage no more.

The morphology's dictionary, the tables and the offices are hundreds of thousands of objects; a full collection over them
holds the event loop, and with it every tap, for a quarter of a second. Nothing else is done here.
"""

from __future__ import annotations

import gc


def settle_in() -> None:
    """All there is by now is taken as being there for good. Once, when everything is wired and nothing has begun."""
    gc.collect()
    gc.freeze()
