"""Read and check the message that a bot sends, as MAX's documentation says; in doubt, by the stricter reading.

The text is counted as sent, with its tags, in UTF-16 units. `file` and `audio` are the only attachment of their
message, so they carry no keyboard either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.max.account import BotAccount
from sandbox.max.markup import read_html, settle
from sandbox.max.memory import Memory
from sandbox.max.model import Button, Entity, Media, MediaKind, Message, utf16_length
from sandbox.max.refusals import Refusal, bad_payload, not_found

TEXT_LIMIT = 4000
ATTACHMENTS_MOST = 12
ROWS_MOST = 30
IN_A_ROW_MOST = 7
LINKS_IN_A_ROW_MOST = 3
CAPTION_LIMIT = 128
PAYLOAD_LIMIT = 1024
URL_LIMIT = 2048
#: Buttons that take more room: three in a row at most.
WIDE = ("link", "open_app", "request_geo_location", "request_contact")
BUTTON_TYPES = ("callback", "clipboard", "message", *WIDE)
STYLES = {"positive": "success", "negative": "danger", "default": None}
FILES: dict[str, MediaKind] = {"image": "photo", "video": "video", "audio": "voice", "file": "document"}
ALONE = ("file", "audio", "sticker", "contact", "location", "share")


@dataclass(frozen=True)
class Draft:
    """A checked message that a bot wants to send. A field is None if the bot left that part out, which an edit then
    leaves as it is.
    """

    text: str | None
    entities: list[Entity]
    attached: list[Media] | None
    buttons: list[list[Button]]
    link: Message | None
    forwards: bool
    silent: bool
    links_in_text: bool


def read_body(memory: Memory, account: BotAccount, raw: Any, *, comment: bool = False) -> Draft:
    """Check the body of a message, an edit or (`comment`) a comment, and return it as a draft. Raises Refusal."""
    if not isinstance(raw, dict):
        raise bad_payload("Body is not an object")
    text, entities, marked = _text(memory, raw)
    attached, buttons = _attachments(memory, raw.get("attachments"))
    if comment and attached is not None:
        raise bad_payload("Attachments are not allowed in comments")
    notify = raw.get("notify", True)
    if not isinstance(notify, bool):
        raise bad_payload("notify: boolean expected")
    link, forwards = _link(memory, raw.get("link"))
    return Draft(text, entities, attached, buttons, link, forwards, not notify, marked)


def must_say_something(draft: Draft) -> None:
    """Raise Refusal if a new message has nothing in it."""
    if not draft.text and not draft.attached and not draft.buttons and not draft.forwards:
        raise bad_payload("Message is empty")


def _text(memory: Memory, raw: Mapping[str, Any]) -> tuple[str | None, list[Entity], bool]:
    text, kind = raw.get("text"), raw.get("format")
    if kind not in (None, "html", "markdown"):
        raise bad_payload("format: unknown")
    if kind == "markdown":
        raise bad_payload("format: the sandbox reads HTML only")
    if text is None:
        return None, [], False
    if not isinstance(text, str):
        raise bad_payload("text: string expected")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_payload(f"text: size must be between 0 and {TEXT_LIMIT}")
    if kind == "html":
        words, entities = read_html(text, memory.users.get, quotes=memory.renders_blockquote)
    else:
        words, entities = settle(text)
    return words, entities, any(e.type in ("text_link", "url", "text_mention", "mention") for e in entities)


def _link(memory: Memory, raw: Any) -> tuple[Message | None, bool]:
    if raw is None:
        return None, False
    if not isinstance(raw, dict) or raw.get("type") not in ("reply", "forward") or not isinstance(raw.get("mid"), str):
        raise bad_payload("link: type and mid expected")
    found = memory.find(raw["mid"])
    if found is None or found.service:
        raise not_found(f"Message {raw['mid']} not found")
    return found, raw["type"] == "forward"


def _attachments(memory: Memory, raw: Any) -> tuple[list[Media] | None, list[list[Button]]]:
    if raw is None:
        return None, []
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise bad_payload("attachments: list of objects expected")
    if len(raw) > ATTACHMENTS_MOST:
        raise bad_payload(f"attachments: no more than {ATTACHMENTS_MOST}")
    kinds = [one.get("type") for one in raw]
    if kinds.count("inline_keyboard") > 1:
        raise bad_payload("attachments: one keyboard at most")
    for kind in ALONE:
        if kind in kinds and len(kinds) > 1:
            raise bad_payload(f"Attachment {kind} must be the only one in the message")
    files: list[Media] = []
    buttons: list[list[Button]] = []
    for one in raw:
        if one.get("type") == "inline_keyboard":
            buttons = _keyboard(one.get("payload"))
        else:
            files += _files(memory, one)
    return files, buttons


def _files(memory: Memory, raw: Mapping[str, Any]) -> list[Media]:
    kind, payload = raw.get("type"), raw.get("payload")
    if kind not in FILES or not isinstance(payload, dict):
        raise bad_payload(f"attachments: {kind!r} cannot be attached")
    tokens = [payload.get("token")]
    if kind == "image":
        given = [name for name in ("token", "url", "photos") if payload.get(name) is not None]
        if len(given) != 1 or given == ["url"]:
            raise bad_payload("image: a token or photos expected; the sandbox fetches no addresses")
        photos = payload.get("photos")
        if isinstance(photos, dict):
            tokens = [one.get("token") if isinstance(one, dict) else None for one in photos.values()]
    return [_file(memory, kind, token) for token in tokens]


def _file(memory: Memory, kind: str, token: Any) -> Media:
    stored = memory.files.get(token) if isinstance(token, str) else None
    if stored is None or stored.kind != FILES[kind]:
        raise bad_payload(f"{kind}: invalid token")
    left = memory.unsettled.get(stored.file_id, 0)
    if left > 0:
        memory.unsettled[stored.file_id] = left - 1
        raise Refusal(400, "attachment.not.ready", "")
    return Media(FILES[kind], file=stored)


def _keyboard(payload: Any) -> list[list[Button]]:
    rows = payload.get("buttons") if isinstance(payload, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and row for row in rows):
        raise bad_payload("inline_keyboard: rows of buttons expected")
    if len(rows) > ROWS_MOST:
        raise bad_payload(f"inline_keyboard: no more than {ROWS_MOST} rows")
    for row in rows:
        wide = any(isinstance(one, dict) and one.get("type") in WIDE for one in row)
        if len(row) > (LINKS_IN_A_ROW_MOST if wide else IN_A_ROW_MOST):
            raise bad_payload("inline_keyboard: too many buttons in a row")
    return [[_button(one) for one in row] for row in rows]


def _button(raw: Any) -> Button:
    if not isinstance(raw, dict) or raw.get("type") not in BUTTON_TYPES:
        raise bad_payload("button: unknown type")
    kind = raw["type"]
    text = _limited(raw, "text", CAPTION_LIMIT)
    if not text.strip():
        raise bad_payload("button: text is empty")
    if kind == "callback":
        payload = _limited(raw, "payload", PAYLOAD_LIMIT)
        intent = raw.get("intent", "default")
        if intent not in STYLES:
            raise bad_payload("button: unknown intent")
        shown = {"type": kind, "text": text, "payload": payload, "intent": intent}
        return Button(text, data=payload, style=STYLES[intent], raw=shown)
    if kind == "link":
        url = _limited(raw, "url", URL_LIMIT)
        if not url.startswith(("http://", "https://", "max://")):
            raise bad_payload("button: invalid url")
        return Button(text, url=url, raw={"type": kind, "text": text, "url": url})
    if kind == "clipboard":
        payload = _limited(raw, "payload", PAYLOAD_LIMIT)
        return Button(text, copy_text=payload, raw={"type": kind, "text": text, "payload": payload})
    return Button(text, raw=dict(raw))


def _limited(raw: Mapping[str, Any], name: str, most: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or utf16_length(value) > most:
        raise bad_payload(f"button: {name} of up to {most} characters expected")
    return value
