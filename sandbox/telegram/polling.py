"""getUpdates of the simulated Telegram: the offset, the long poll, and the conflict of two pollers with one token."""

import asyncio
from typing import Any

from sandbox.telegram.call import ApiCall
from sandbox.telegram.methods_chat import remember_allowed
from sandbox.telegram.refusals import OTHER_GET_UPDATES, WEBHOOK_IS_ACTIVE, conflict

LONGEST_POLL_SECONDS = 50
UPDATES_MOST = 100


class ServerIsClosing(Exception):  # noqa: N818 - not an error
    """The server is stopping while a getUpdates call waits; the connection is then cut without an answer."""


async def get_updates(call: ApiCall) -> Any:
    """getUpdates: return the queued updates from `offset` on; wait for the first one up to `timeout` seconds (of the
    event loop, not of the sandbox's clocks), then return an empty list.

    A call that has to wait ends the one already waiting with 409, as in Telegram. Telegram also slows down repeated
    calls with the same offset; the sandbox does not.
    """
    account, args = call.account, call.args
    if account.webhook:
        raise conflict(WEBHOOK_IS_ACTIVE)
    offset = args.number("offset")
    limit = args.number("limit", UPDATES_MOST, 1, UPDATES_MOST)
    timeout = args.number("timeout", 0, 0, LONGEST_POLL_SECONDS)
    remember_allowed(call)
    updates = account.fetch(offset, limit, call.memory.now())
    if updates or timeout == 0:
        return [update.as_json() for update in updates]
    account.wake("conflict")
    waiting = account.waiting = asyncio.get_running_loop().create_future()
    try:
        async with asyncio.timeout(timeout):
            why = await waiting
    except TimeoutError:
        return []
    finally:
        if account.waiting is waiting:
            account.waiting = None
    _refuse(why)
    return [update.as_json() for update in account.fetch(max(offset, 0), limit, call.memory.now())]


def _refuse(why: str) -> None:
    if why == "conflict":
        raise conflict(OTHER_GET_UPDATES)
    if why == "webhook":
        raise conflict("terminated by setWebhook request")
    if why == "closed":
        raise ServerIsClosing
