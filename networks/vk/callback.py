"""Events that VK's Callback API brings to an address of ours: the secret checked, kept before «ok» is answered.

VK repeats what was not answered «ok», and when that goes on it stops sending. The secret stands in the body: it is checked
and taken out before anything is kept. Nothing here opens a port or stores anything: `keep` does.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from config import washing
from networks.hooks import Keep, NotAnEventError, WrongSecretError, body_of, kept
from networks.port import RawEvent
from networks.vk.reading import EVENTS, keep

SECONDS_TO_NAME = 2.0
SECONDS_TO_KEEP = 4.0
LEAST_SECRET = 8
Learn = Callable[[RawEvent], Awaitable[RawEvent]]


@dataclass(frozen=True)
class Confirmation:
    """VK asks whether the address is ours; the answer is the word from the community's settings."""


@dataclass(frozen=True)
class CallbackAccess:
    """One community's Callback API: `confirmation` is the word VK shows in the settings, `secret` the one set there."""

    group_id: int
    confirmation: str
    secret: str = field(repr=False)


def callback_path(group_id: int) -> str:
    """Where the handler is to stand; the address VK is given is the public one with this behind it."""
    return f"/webhook/vk/{group_id}"


def read_callback(body: bytes, secret: str, group_id: int) -> RawEvent | Confirmation | None:
    """The event to be kept; None for types nobody reads. Pure. Raises WrongSecretError, NotAnEventError.

    The question for confirmation comes before a secret is set, so it may be without one; a wrong one is not taken.
    """
    if len(secret) < LEAST_SECRET:
        raise WrongSecretError
    try:
        event = washing.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise NotAnEventError
    given = event.pop("secret", None)
    asks = event["type"] == "confirmation" and given is None
    if not asks and not hmac.compare_digest(_bytes(str(given)), _bytes(secret)):
        raise WrongSecretError
    if event.get("group_id") != group_id:
        raise NotAnEventError
    if event["type"] == "confirmation":
        return Confirmation()
    return keep(event, {}) if event["type"] in EVENTS else None


def callback_handler(
    access: CallbackAccess, keep_event: Keep, learn: Learn | None = None
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler for POST on `callback_path`. «ok» only after `keep_event` has returned; 503, so that VK repeats, when it
    failed or took too long: it is not broken off then, what was kept twice has the same key. `learn` adds the author's name
    where that takes no longer than `SECONDS_TO_NAME`."""

    async def handle(request: web.Request) -> web.Response:
        try:
            event = read_callback(await body_of(request), access.secret, access.group_id)
        except WrongSecretError:
            return web.Response(status=403, text="no")
        except NotAnEventError:
            return web.Response(status=400, text="not an event")
        if isinstance(event, Confirmation):
            return web.Response(text=access.confirmation)
        if event is not None and not await kept(keep_event, await _learnt(learn, event), SECONDS_TO_KEEP):
            return web.Response(status=503, text="not kept, try again")
        return web.Response(text="ok")

    return handle


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")


async def _learnt(learn: Learn | None, event: RawEvent) -> RawEvent:
    if learn is None:
        return event
    try:
        return await asyncio.wait_for(learn(event), SECONDS_TO_NAME)
    except Exception:
        return event
