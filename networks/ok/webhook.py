"""Receive messages that Одноклассники sends to our address: a secret in the path, and each event stored before OK is
answered.

OK waits five seconds for a 200 and repeats an event without one; after eight hours it drops the subscription. A wrong
secret gets 404. This module opens no port and stores nothing: `keep` does.
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
    """The address to give to OK; it contains the secret. Raises ValueError if the secret is too short or does not fit
    in a path.
    """
    if len(secret) < LEAST_SECRET or not secret.isascii() or not secret.replace("-", "").replace("_", "").isalnum():
        raise ValueError("OK_WEBHOOK_SECRET: at least 16 letters, digits, - or _")
    return public_url.rstrip("/") + PATH.format(secret=secret)


def read_webhook(body: bytes, secret_in_path: str, secret: str) -> RawEvent | None:
    """Parse a webhook request into the message to store; None for events of other kinds. Pure. Raises WrongSecretError,
    NotAnEventError or UnreadableError."""
    if not secret or not hmac.compare_digest(secret_in_path.encode(), secret.encode()):
        raise WrongSecretError
    event = json_of(body)
    return keep_message(event) if message_id(event) is not None else None


def webhook_handler(secret: str, keep: Keep) -> Door:
    """Make the handler of OK's webhook requests (`PATH`), which stores each message by `keep`."""

    def read(request: web.Request, body: bytes) -> RawEvent | None:
        return read_webhook(body, request.path.rpartition("/")[2], secret)

    return door(read, keep, (404, "not found"))
