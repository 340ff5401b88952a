"""Receive events of VK's Callback API: check the secret and store the event before answering «ok».

VK retries an event not answered «ok» and stops sending after repeated failures. The secret is in the body: it is
checked and removed before anything is stored. Nothing here opens a port or stores data; `keep` stores.
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
    """VK's request to confirm our address; it is answered with the word from the community's settings."""


@dataclass(frozen=True)
class CallbackAccess:
    """The settings of one community's Callback API: `confirmation` is the word VK shows there, `secret` the one set
    there."""

    group_id: int
    confirmation: str
    secret: str = field(repr=False)


def callback_path(group_id: int) -> str:
    """The path of the community's Callback API handler; VK is given the public URL followed by this path."""
    return f"/webhook/vk/{group_id}"


def read_callback(body: bytes, secret: str, group_id: int) -> RawEvent | Confirmation | None:
    """Parse a request of the Callback API into the event to store, or a `Confirmation`; None for types that nobody
    reads. Pure. Raises WrongSecretError or NotAnEventError.

    VK may ask for confirmation before a secret is set, so that request may lack one; a wrong secret is rejected.
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
    """Make the handler of requests to `callback_path`: it stores each event by `keep_event`; `learn` adds the author's
    name."""

    def read(request: web.Request, body: bytes) -> RawEvent | str | None:
        event = read_callback(body, access.secret, access.group_id)
        return access.confirmation if isinstance(event, Confirmation) else event

    return door(read, keep_event, (403, "no"), learn)


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")
