"""Events that VK's Callback API brings to an address of ours: the secret checked, kept before «ok» is answered.

VK repeats what was not answered «ok», and when that goes on it stops sending. The secret stands in the body: it is
checked and taken out before anything is kept. Nothing here opens a port or stores anything: `keep` does.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from aiohttp import web

from networks.hooks import Door, Keep, Learn, NotAnEventError, WrongSecretError, door, json_of
from networks.port import RawEvent
from networks.vk.reading import EVENTS, keep

LEAST_SECRET = 8


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
    event = json_of(body)
    if not isinstance(event.get("type"), str):
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


def callback_handler(access: CallbackAccess, keep_event: Keep, learn: Learn | None = None) -> Door:
    """What stands at `callback_path`; `learn` adds the author's name."""

    def read(request: web.Request, body: bytes) -> RawEvent | str | None:
        event = read_callback(body, access.secret, access.group_id)
        return access.confirmation if isinstance(event, Confirmation) else event

    return door(read, keep_event, (403, "no"), learn)


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")
