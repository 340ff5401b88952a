"""Messages that Одноклассники brings to an address of ours: the secret in the path, kept before OK is answered.

OK waits five seconds for a 200 and repeats what got none; after eight hours without one it drops the subscription. A
wrong secret is a page that is not there. Nothing here opens a port or stores anything: `keep` does.
"""

from __future__ import annotations

import hmac

from aiohttp import web

from networks.hooks import Door, Keep, WrongSecretError, door, json_of
from networks.ok.reading import keep_message, message_id
from networks.port import RawEvent

PATH = "/webhook/ok/{secret}"
LEAST_SECRET = 16


def webhook_url(public_url: str, secret: str) -> str:
    """The address OK is to be given; it holds the secret. ValueError for a secret that could be guessed or broken
    off."""
    if len(secret) < LEAST_SECRET or not secret.isascii() or not secret.replace("-", "").replace("_", "").isalnum():
        raise ValueError("OK_WEBHOOK_SECRET: at least 16 letters, digits, - or _")
    return public_url.rstrip("/") + PATH.format(secret=secret)


def read_webhook(body: bytes, secret_in_path: str, secret: str) -> RawEvent | None:
    """Parse the message to store; None for events of other kinds. Pure. Raises WrongSecretError, NotAnEventError."""
    if not secret or not hmac.compare_digest(secret_in_path.encode(), secret.encode()):
        raise WrongSecretError
    event = json_of(body)
    return keep_message(event) if message_id(event) is not None else None


def webhook_handler(secret: str, keep: Keep) -> Door:
    """Make the handler for `PATH`."""

    def read(request: web.Request, body: bytes) -> RawEvent | None:
        return read_webhook(body, request.match_info["secret"], secret)

    return door(read, keep, (404, "not found"))
