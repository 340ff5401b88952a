"""API methods about the bot itself: its profile and menu, its webhook, the addresses for its uploads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sandbox.max.account import UPDATE_TYPES, Subscription
from sandbox.max.call import DONE, ApiCall
from sandbox.max.refusals import bad_payload
from sandbox.max.wire import Json, ms

COMMANDS_MOST = 32
NAME_LIMIT = 64
DESCRIPTION_LIMIT = 128
SECRET = re.compile(r"[A-Za-z0-9_-]{5,256}")
UPLOADS = ("image", "video", "audio", "file")
TLS_PORT = 443


def get_me(call: ApiCall) -> Json:
    """GET /me: return the bot's profile and menu."""
    return call.wire.bot(call.bot, call.account.commands)


def edit_me(call: ApiCall) -> Json:
    """PATCH /me: change the menu (one for everybody) and the description; return the profile."""
    body = call.object
    commands = body.get("commands")
    if commands is not None:
        _check_commands(commands)
        call.account.commands = [dict(one) for one in commands]
    if isinstance(body.get("description"), str):
        call.bot.description = body["description"]
    return get_me(call)


def edit_commands(call: ApiCall) -> Json:
    """PATCH /me/commands: change the menu, in the newer form; return it."""
    edit_me(call)
    return {"commands": call.account.commands}


def _check_commands(commands: object) -> None:
    if not isinstance(commands, list) or len(commands) > COMMANDS_MOST:
        raise bad_payload(f"commands: no more than {COMMANDS_MOST}")
    for one in commands:
        name = one.get("name") if isinstance(one, dict) else None
        words = one.get("description") if isinstance(one, dict) else None
        if not isinstance(name, str) or not 1 <= len(name) <= NAME_LIMIT:
            raise bad_payload(f"commands: a name of up to {NAME_LIMIT} characters expected")
        if words is not None and not (isinstance(words, str) and 1 <= len(words) <= DESCRIPTION_LIMIT):
            raise bad_payload(f"commands: a description of up to {DESCRIPTION_LIMIT} characters expected")


def get_subscriptions(call: ApiCall) -> Json:
    """GET /subscriptions: return the bot's webhook, if it has one."""
    given = call.account.subscription
    if given is None:
        return {"subscriptions": []}
    shown: Json = {"url": given.url, "time": ms(given.since), "version": None}
    return {"subscriptions": [shown | {"update_types": sorted(given.types) if given.types is not None else None}]}


def subscribe(call: ApiCall) -> Json:
    """POST /subscriptions: set the webhook, HTTPS on port 443 only; polling ends. A second one with the same address
    updates the first (waiting updates stay), one with another address replaces it.
    """
    body = call.object
    url, secret, types = body.get("url"), body.get("secret"), body.get("update_types")
    if not isinstance(url, str):
        raise bad_payload("url: string expected")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_payload("url: invalid") from None
    if parts.scheme != "https" or not parts.hostname or port not in (None, TLS_PORT):
        raise bad_payload("url: https on port 443 expected")
    if secret is not None and not (isinstance(secret, str) and SECRET.fullmatch(secret)):
        raise bad_payload("secret: 5 to 256 of A-Z, a-z, 0-9, _ and - expected")
    if types is not None and not (isinstance(types, list) and set(types) <= UPDATE_TYPES):
        raise bad_payload("update_types: unknown")
    account, now = call.account, call.memory.now()
    before = account.subscription
    waiting = before.waiting if before is not None and before.url == url else []
    account.subscription = Subscription(url, secret, frozenset(types) if types else None, now, waiting)
    account.wake("webhook")
    return DONE


def unsubscribe(call: ApiCall) -> Json:
    """DELETE /subscriptions: remove the webhook; from now on the bot may poll, and undelivered updates are lost."""
    url = call.required("url")
    given = call.account.subscription
    if given is not None and given.url == url:
        call.account.lost += [delivery.body for delivery in given.waiting]
        call.account.subscription = None
    return DONE


def get_upload_url(call: ApiCall) -> Json:
    """POST /uploads: return the address to upload the file to; for video and audio also the token."""
    kind = call.required("type")
    if kind not in UPLOADS:
        raise bad_payload("type: image, video, audio or file expected")
    ticket = call.memory.new_ticket(kind)
    answer: Json = {"url": f"{call.memory.base}/upload/{ticket.number}"}
    return answer | ({"token": ticket.token} if ticket.token is not None else {})
