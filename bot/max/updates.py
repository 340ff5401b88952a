"""Queries to MAX: the bot's identity, incoming events, the bot's rights in a chat, files.

Every query returns a value; no exception of the library escapes. Events are returned raw, one JSON object each.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.leaving import NotAnswered
from bot.max.beside import attached_to, remote_of
from bot.max.mids import dialog_of, mid_of, parts_of
from bot.max.outcomes import code_of, is_refusal
from bot.max.reading import read_text
from bot.max.wire import RawAnswer, RefusedFile, Wire
from bot.messenger import Fetched, Membership, NotFetched
from bot.messenger_side import Conflict, Identity, Menu, NotNow, Polled, Right, Rights, Unauthorised
from config import washing
from config.washing import whole
from handlers.incoming import Incoming
from networks.hooks import NotAnEventError, WrongSecretError
from networks.port import RawEvent

FILE_LIMIT = 20 * 1024 * 1024
"""The size in bytes of the largest file we accept; MAX itself would hand out gigabytes."""
WANTED = (
    "message_created", "message_edited", "message_removed", "message_callback", "bot_added", "bot_removed",
    "bot_started", "bot_stopped", "dialog_removed", "user_added", "user_removed", "comment_created", "comment_edited",
    "comment_removed",
)  # fmt: skip
"""The kinds of event requested from MAX; it sends no others."""
PUSHED_ONLY = ("bot_admin_permissions_changed",)
HOOK_HEADER = "X-Max-Bot-Api-Secret"
MOST_EVENTS, LONGEST_WAIT = 100, 30
POLL_SLACK = 10.0
ASK_AGAIN_SECONDS = 3.0
LIMITED_SECONDS = 5.0
RATHER_LONG = 60.0
REMEMBERED = 256
"""How many newest attachments are remembered, so that their messages need not be requested again."""
MOST_COMMANDS, COMMAND_LETTERS, WORDS_LETTERS = 32, 64, 128
IN_CHAT = "active"
WATCHED_RIGHTS = {
    "delete": Right.DELETE,
    "add_remove_members": Right.BAN,
    "write": Right.PUBLISH,
    "pin_message": Right.PIN,
    "read_all_messages": Right.HEAR,
}
VIDEOS = ("mp4_720", "mp4_480", "mp4_1080", "mp4_360", "mp4_240", "mp4_144")


class Reception:
    """The part of the bot that asks MAX; `Max` adds the sending part. `me`: the bot's own number, 0 until `identity`
    has returned it, because MAX's tokens do not contain it."""

    def __init__(self, wire: Wire, hook_secret: str | None = None) -> None:
        self._wire = wire
        self._hook_secret = hook_secret or ""
        self._limited = 0
        self._dialogs: dict[int, int] = {}
        self._held: dict[str, dict[str, Any]] = {}
        self._hooked = ""
        self._was_taken_off = False
        self.me = 0

    async def identity(self) -> Identity | Unauthorised | NotNow:
        """Ask MAX which bot the token belongs to."""
        answer = await self._ask("GET", "/me")
        if not isinstance(answer, dict):
            return _no_answer(answer)
        try:
            self.me = whole(answer["user_id"])
        except (KeyError, ValueError):
            return NotNow(ASK_AGAIN_SECONDS, "not what was asked")
        name = answer.get("name") or answer.get("first_name") or ""
        return Identity(self.me, str(answer.get("username") or ""), str(name))

    # --- events ------------------------------------------------------------------------------------------------------

    async def poll(self, position: int | None, wait: int) -> Polled | Conflict | Unauthorised | NotNow:
        """Poll for events (see MessengerSide). Without a position MAX returns the last event only, so the stored one
        is always sent."""
        values: dict[str, str | int] = {"limit": MOST_EVENTS, "timeout": min(wait, LONGEST_WAIT)}
        values["types"] = ",".join(WANTED)
        if position is not None:
            values["marker"] = position
        try:
            answer = await self._wire.call("GET", "/updates", values, seconds=wait + POLL_SLACK)
        except NotAnswered as error:
            return NotNow(ASK_AGAIN_SECONDS, str(error))
        if answer.status == 405:
            return Conflict(pushed=True)
        result = self._result(answer)
        if not isinstance(result, dict):
            return _no_answer(result)
        found, marker = result.get("updates"), result.get("marker")
        if not isinstance(found, list):
            return NotNow(ASK_AGAIN_SECONDS, "not what was asked")
        items = tuple([await self._with_rights(*self._kept(one)) for one in found])
        return Polled(items, _whole_or(marker, position))

    async def _with_rights(self, key: str, written: str) -> tuple[str, str]:
        """The item (key, raw text); if it says that the bot was added to a group, with the added fact whether as an
        administrator, which MAX tells only a webhook."""
        if not written.startswith("{") or '"bot_added"' not in written:
            return key, written
        event = json.loads(written)
        member = await self._ask("GET", f"/chats/{event.get('chat_id')}/members/me", missing=True)
        is_admin = isinstance(member, dict) and (member.get("is_admin") is True or member.get("is_owner") is True)
        return key, json.dumps({**event, "is_admin": is_admin}, ensure_ascii=False)

    def _kept(self, event: Any) -> tuple[str, str]:
        """The event as it is stored in the inbox: its key and its JSON text."""
        self._learn(event)
        return key_of(event), json.dumps(event, ensure_ascii=False)

    def _learn(self, event: Any) -> None:
        """Remember from the event MAX's own id of a private chat, and the addresses of its files. An event of an
        unknown shape changes nothing."""
        message = event.get("message") if isinstance(event, dict) else None
        if not isinstance(message, dict):
            return
        self._learn_of(message)
        try:
            mid = message["body"]["mid"]
            self._held |= {remote_of(mid, n): dict(one) for n, one in enumerate(attached_to(message)) if mid}
        except (KeyError, TypeError, ValueError, AttributeError):
            return
        for old in list(self._held)[:-REMEMBERED]:
            del self._held[old]

    def _learn_of(self, message: Mapping[str, Any]) -> None:
        try:
            where, sender = message["recipient"], message.get("sender") or {}
            if where["chat_type"] == "dialog":
                account = where.get("user_id") if sender.get("is_bot") else sender["user_id"]
                self._dialogs[whole(account)] = parts_of(message["body"]["mid"])[0]
        except (KeyError, TypeError, ValueError, AttributeError):
            return

    async def start_pushing(self, url: str) -> Unauthorised | NotNow | None:
        """Subscribe our `url` to events; return None if MAX agreed. An existing subscription is left alone;
        subscriptions of other addresses are removed, otherwise each event would come twice."""
        known = await self._ask("GET", "/subscriptions")
        if not isinstance(known, dict):
            return _no_answer(known)
        there = [str(one.get("url")) for one in known.get("subscriptions") or () if isinstance(one, dict)]
        for other in there:
            if other != url:
                await self._ask("DELETE", "/subscriptions", {"url": other})
        if url in there and self._hooked == url:
            return None
        self._was_taken_off = self._was_taken_off or (self._hooked == url and url not in there)
        body = {"url": url, "secret": self._hook_secret, "update_types": [*WANTED, *PUSHED_ONLY]}
        answer = await self._ask("POST", "/subscriptions", body=body)
        if not isinstance(answer, dict):
            return _no_answer(answer)
        self._hooked = url
        return None

    def was_taken_off(self) -> bool:
        """Whether MAX had dropped our address, as it does after eight hours without a 200; reset to False by the call."""
        was, self._was_taken_off = self._was_taken_off, False
        return was

    def pushed(self, headers: Mapping[str, str], body: bytes) -> RawEvent | None:
        """Parse one pushed request into the item `poll` would return (see MessengerSide). A body that is no JSON is
        returned too, so that it is parked and MAX does not repeat it."""
        given = headers.get(HOOK_HEADER, "").encode("utf-8", "surrogateescape")
        if not self._hook_secret or not hmac.compare_digest(given, self._hook_secret.encode()):
            raise WrongSecretError
        if not body:
            raise NotAnEventError
        try:
            event = washing.loads(body)
        except ValueError:
            written = json.dumps(washing.text(body.decode("utf-8", "replace")), ensure_ascii=False)
            return RawEvent(washing.key_of(written), written)
        return RawEvent(*self._kept(event))

    async def stop_pushing(self) -> bool:
        """Remove every subscription, so that events come by `poll` again; return whether MAX confirmed it."""
        known = await self._ask("GET", "/subscriptions")
        if not isinstance(known, dict):
            return False
        done = True
        for one in known.get("subscriptions") or ():
            answer = await self._ask("DELETE", "/subscriptions", {"url": str(one.get("url"))})
            done = done and isinstance(answer, dict)
        self._hooked = ""
        return done

    def read(self, raw: str) -> Incoming:
        """Parse the raw text of one event. Raises UnreadableError if it cannot be parsed."""
        return read_text(raw)

    # --- what the bot may --------------------------------------------------------------------------------------------

    async def set_menus(self, menus: Sequence[Menu]) -> tuple[str, ...]:
        """Set the one list of commands that MAX has, for private chats with everybody; return "commands" in a tuple if
        that failed."""
        wanted = next((one for one in menus if one.scope in ("default", "private")), None)
        if wanted is None:
            return ()
        commands = [
            {"name": name[:COMMAND_LETTERS], "description": words[:WORDS_LETTERS] or name}
            for name, words in wanted.commands[:MOST_COMMANDS]
        ]
        answer = await self._ask("PATCH", "/me", body={"commands": commands})
        return () if isinstance(answer, dict) else ("commands",)

    async def rights(self, place: int | str) -> Rights | Unauthorised | NotNow:
        """Ask what the bot may do in the chat."""
        about = await self._ask("GET", f"/chats/{place}", missing=True)
        if about is None:
            return Rights(here=False)
        if not isinstance(about, dict):
            return _no_answer(about)
        chat = about.get("chat_id", place)
        member = await self._ask("GET", f"/chats/{chat}/members/me", missing=True)
        if isinstance(member, Unauthorised | NotNow):
            return member
        is_channel, title = about.get("type") == "channel", str(about.get("title") or "")
        if member is None or about.get("status", IN_CHAT) != IN_CHAT:
            return Rights(here=False, title=title, is_channel=is_channel)
        is_admin = member.get("is_admin") is True or member.get("is_owner") is True
        has = member.get("permissions")
        given = set(has) if isinstance(has, list) else set()
        lacks = frozenset(right for name, right in WATCHED_RIGHTS.items() if is_admin and name not in given)
        return Rights(True, is_admin, title, is_channel, frozenset() if member.get("is_owner") is True else lacks)

    async def membership(self, chat: int, account: int) -> Membership | None:
        """Whether the account is a member or an administrator of the chat, or outside; None if unknown, as where the
        bot is no administrator. In a private chat (a positive number here) always a member."""
        if chat > 0:
            return Membership.MEMBER
        answer = await self._ask("GET", f"/chats/{chat}/members", {"user_ids": account})
        members = answer.get("members") if isinstance(answer, dict) else None
        if not isinstance(members, list):
            return None
        for one in members:
            if isinstance(one, dict) and one.get("user_id") == account:
                is_admin = one.get("is_admin") is True or one.get("is_owner") is True
                return Membership.ADMIN if is_admin else Membership.MEMBER
        return Membership.OUTSIDE

    # --- files -------------------------------------------------------------------------------------------------------

    async def fetch(self, remote: str) -> Fetched | NotFetched:
        """Fetch a file's bytes. It is identified by the id of its message (mid) and its position there: its address
        may expire."""
        found = await self._attached(remote)
        if isinstance(found, NotFetched):
            return found
        url = await self._address_of(found)
        if isinstance(url, NotFetched):
            return url
        size = found.get("size")
        if isinstance(size, int) and size > FILE_LIMIT:
            return NotFetched("too big", too_big=True, for_good=True)
        try:
            data = await self._wire.download(url, FILE_LIMIT)
        except RefusedFile as error:
            # The address may have expired: ask for the message again, which has a new one.
            return await self.fetch(remote) if self._held.pop(remote, None) else NotFetched(str(error), for_good=True)
        except NotAnswered as error:
            return NotFetched(str(error))
        return Fetched(data) if data is not None else NotFetched("too big", too_big=True, for_good=True)

    async def _attached(self, remote: str) -> dict[str, Any] | NotFetched:
        """The attachment with this identifier as MAX describes it: the remembered one, otherwise from its message."""
        mid, _, place = remote.rpartition(":")
        if not mid or not place.isdigit():
            return NotFetched("no file of MAX", for_good=True)
        if remote in self._held:
            return self._held[remote]
        answer = await self._ask("GET", f"/messages/{mid}", missing=True)
        if answer is None:
            return NotFetched("the message is gone", for_good=True)
        if not isinstance(answer, dict):
            return NotFetched(getattr(answer, "detail", "unauthorised"))
        attached = attached_to(answer)
        if int(place) >= len(attached):
            return NotFetched("no such file", for_good=True)
        return dict(attached[int(place)])

    async def _address_of(self, attached: Mapping[str, Any]) -> str | NotFetched:
        payload = attached.get("payload") or {}
        url: Any = payload.get("url")
        if attached.get("type") == "video" and payload.get("token"):
            about = await self._ask("GET", f"/videos/{payload['token']}", missing=True)
            if isinstance(about, Unauthorised | NotNow):
                return NotFetched(getattr(about, "detail", "unauthorised"))
            urls = (about or {}).get("urls") or {}
            url = next((urls[kind] for kind in VIDEOS if urls.get(kind)), None)
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            return NotFetched("no address of a file", for_good=True)
        return url

    async def close(self) -> None:
        """Close the connections; requests under way are abandoned."""
        await self._wire.close()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _mid(self, chat: int, message: int) -> str:
        """MAX's id (mid) of a message, given by our chat and message numbers."""
        return mid_of(self._theirs(chat), message)

    def _theirs(self, chat: int) -> int:
        """MAX's own id of the chat; of a private one as its last event showed it, otherwise by the formula."""
        return chat if chat < 0 else self._dialogs.get(chat) or dialog_of(self.me, chat)

    async def _ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        missing: bool = False,
    ) -> Any:
        """Make a request that may be repeated; return the result as a dict, or the reason why there is none.
        `missing`: return None if what was asked for does not exist."""
        try:
            answer = await self._wire.call(method, path, params, body)
        except NotAnswered as error:
            return NotNow(ASK_AGAIN_SECONDS, str(error))
        if missing and answer.status in (400, 403, 404):
            return None
        return self._result(answer)

    def _result(self, answer: RawAnswer) -> Any:
        if not is_refusal(answer):
            self._limited = 0
            return answer.body
        code = code_of(answer.body)
        if answer.status == 401 or code == "verify.token":
            return Unauthorised()
        seconds = self._silence() if answer.status == 429 else ASK_AGAIN_SECONDS
        return NotNow(seconds, code or f"status {answer.status}")

    def _silence(self) -> float:
        """Seconds to send nothing after «too many requests»: MAX names no time, so each time in a row twice as long,
        up to a minute."""
        self._limited += 1
        return float(min(LIMITED_SECONDS * 2 ** (self._limited - 1), RATHER_LONG))


def key_of(event: Any) -> str:
    """The key by which an event is recognised when it comes again, by poll or webhook; MAX does not number events."""
    try:
        match event["update_type"]:
            case "message_created":
                return f"m:{event['message']['body']['mid']}"[:128]
            case "comment_created":
                return f"k:{event['message']['body']['mid']}"[:128]
            case "message_edited" | "comment_edited":
                body = event["message"]["body"]
                return f"e:{body['mid'][:64]}:{event['timestamp']}:{_digest(body)[:16]}"
            case "message_removed" | "comment_removed":
                return f"d:{event['message_id']}"[:128]
            case "message_callback":
                callback = event["callback"]
                parts = (callback["callback_id"], callback["timestamp"], callback.get("payload"))
                return f"c:{_digest(parts)}"
    except (KeyError, TypeError):
        pass
    return washing.key_of(json.dumps(event, ensure_ascii=False, sort_keys=True))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _whole_or(value: Any, otherwise: int | None) -> int | None:
    try:
        return whole(value)
    except ValueError:
        return otherwise


def _no_answer(answer: object) -> Unauthorised | NotNow:
    return answer if isinstance(answer, Unauthorised | NotNow) else NotNow(ASK_AGAIN_SECONDS, "not what was asked")
