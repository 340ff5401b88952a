"""Tells the service manager (systemd with `Type=notify`) that the bot is ready, works or stops. Does nothing without
one."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress

READY, STOPPING, WATCHDOG = "READY=1", "STOPPING=1", "WATCHDOG=1"


def tell(word: str) -> None:
    """Send the word to the socket named in NOTIFY_SOCKET, if somebody listens there. Never waits, never fails."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(word.encode(), address)


def watchdog_seconds() -> float | None:
    """The seconds within which the service manager expects a sign of life; None if it expects none from this process."""
    microseconds, process = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or int(microseconds) == 0 or process not in ("", str(os.getpid())):
        return None
    return int(microseconds) / 1_000_000


async def give_signs(is_stuck: Callable[[], bool]) -> None:
    """Send a sign of life for ever, twice in the time the service manager allows, except while `is_stuck()`. Return at
    once if it expects none."""
    seconds = watchdog_seconds()
    while seconds is not None:
        if not is_stuck():
            tell(WATCHDOG)
        await asyncio.sleep(seconds / 2)
