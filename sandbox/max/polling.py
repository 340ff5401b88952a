"""GET /updates: the marker, the long poll, and that a bot with a webhook may not poll.

A poll without a marker gets the last update only (the older schema says otherwise; the documentation is newer).
"""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.max.account import UPDATE_TYPES, Update, Woken
from sandbox.max.call import ApiCall
from sandbox.max.refusals import Refusal, bad_payload

LONGEST_POLL_SECONDS = 30
UPDATES_MOST = 100


class ServerIsClosing(Exception):  # noqa: N818 - not an error
    """Ends a waiting poll without an answer, because the server is stopping."""


async def get_updates(call: ApiCall) -> Any:
    """Return the waiting updates and the next marker; an empty list after `timeout` seconds (of the event loop, not of
    the sandbox's clocks).
    """
    account = call.account
    _must_poll(call)
    limit = call.number("limit", UPDATES_MOST, 1, UPDATES_MOST) or UPDATES_MOST
    timeout = call.number("timeout", LONGEST_POLL_SECONDS, 0, LONGEST_POLL_SECONDS) or 0
    marker = call.number("marker")
    asked = call.listed("types")
    types = frozenset(asked) if asked else None
    if types is not None and not types <= UPDATE_TYPES:
        raise bad_payload("types: unknown")
    found, position = account.fetch(marker, limit, types, call.memory.now())
    if not found and timeout:
        await _wait(call, timeout)
        found, position = account.fetch(position, limit, types, call.memory.now())
    return {"updates": [_sent(update) for update in found], "marker": position}


async def _wait(call: ApiCall, seconds: float) -> None:
    waiting: asyncio.Future[Woken] = asyncio.get_running_loop().create_future()
    call.account.polls.append(waiting)
    try:
        async with asyncio.timeout(seconds):
            why = await waiting
    except TimeoutError:
        return
    finally:
        if waiting in call.account.polls:
            call.account.polls.remove(waiting)
    if why == "closed":
        raise ServerIsClosing
    _must_poll(call)


def _must_poll(call: ApiCall) -> None:
    if call.account.subscription is not None:
        raise Refusal(405, "method.not.allowed", "The bot is subscribed to a webhook")


def _sent(update: Update) -> Any:
    return update.body if update.verbatim is None else update.verbatim
