"""Words to the service manager (systemd with `Type=notify`): the bot is ready, works, stops. Nothing where there is none."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress

READY, STOPPING, WATCHDOG = "READY=1", "STOPPING=1", "WATCHDOG=1"


def tell(word: str) -> None:
    """Send the word to NOTIFY_SOCKET, if there is one that listens. Never waits, never fails."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(word.encode(), address)


def watchdog_seconds() -> float | None:
    """How often the manager wants a sign of life; None if it wants none of this process."""
    microseconds, process = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or int(microseconds) == 0 or process not in ("", str(os.getpid())):
        return None
    return int(microseconds) / 1_000_000


async def give_signs(is_stuck: Callable[[], bool]) -> None:
    """Give a sign of life twice in the time the manager grants, for ever, but not while a loop is stuck."""
    seconds = watchdog_seconds()
    while seconds is not None:
        if not is_stuck():
            tell(WATCHDOG)
        await asyncio.sleep(seconds / 2)
