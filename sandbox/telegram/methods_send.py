"""The Bot API methods of the simulated Telegram that send: sendMessage and similar ones, albums, copies, forwards."""

from typing import Any

from sandbox.telegram import wire
from sandbox.telegram.args import Upload
from sandbox.telegram.call import Access, ApiCall
from sandbox.telegram.formatting import check_caption, check_text, settle
from sandbox.telegram.markup import parse_html
from sandbox.telegram.model import Chat, Entity, Media, MediaKind, Message
from sandbox.telegram.refusals import Refusal, bad_request

UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024
PHOTO_LIMIT_BYTES = 10 * 1024 * 1024
ALBUM_MOST = 10
ALBUM_KINDS: tuple[MediaKind, ...] = ("photo", "video", "document", "audio")
_ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice record_audio upload_audio "
    "upload_document choose_sticker find_location record_video_note upload_video_note"
)
CHAT_ACTIONS = frozenset(_ACTIONS.split())


def send_message(call: ApiCall) -> Any:
    """sendMessage: send a text message; return it as Telegram's Message, or raise Refusal."""
    if not call.args.given("text"):
        raise bad_request("message text is empty")
    text, entities = call.words("text")
    preview, options = call.wants_preview(entities)
    return _send(call, text, entities, link_preview=preview, preview_options=options)


def send_file(kind: MediaKind) -> Any:
    """Return the method that sends one file of this kind with a caption (sendPhoto for "photo", and so on)."""

    def send(call: ApiCall) -> Any:
        media = file_of(call, kind, call.args.text(kind), kind)
        text, entities = call.words("caption", entities="caption_entities")
        return _send(call, text, entities, media=media)

    return send


def _send(call: ApiCall, text: str, entities: list[Entity], **fields: Any) -> wire.Json:
    markup = call.markup()
    chat = call.chat(Access.WRITE)
    if fields.get("media") is None:
        check_text(text)
    else:
        check_caption(text)
    reply = call.reply(chat)
    message = call.say(
        chat,
        text=text,
        entities=entities,
        buttons=markup.buttons,
        reply_keyboard=markup.other,
        reply_to=reply,
        silent=call.args.flag("disable_notification"),
        **fields,
    )
    return call.show(message)


def file_of(call: ApiCall, kind: MediaKind, source: str, field: str) -> Media:
    """Return the file named by a parameter: uploaded with the call, or stored here earlier under that file_id. Raise
    Refusal if it is missing, of another kind, empty, too big, or a web address (those are not fetched).
    """
    attached = source.removeprefix("attach://") if source.startswith("attach://") else field
    upload = call.args.files.get(attached)
    if upload is not None:
        return _kept(call, kind, upload)
    if not source or source.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    if source.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = call.memory.files.get(source)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return Media(kind, file=stored)


def _kept(call: ApiCall, kind: MediaKind, upload: Upload) -> Media:
    size = len(upload.data)
    if size > UPLOAD_LIMIT_BYTES:
        raise Refusal(413, "Request Entity Too Large")
    if size == 0:
        raise bad_request("file must be non-empty")
    if kind == "photo" and size > PHOTO_LIMIT_BYTES:
        raise bad_request("file is too big")
    return call.memory.media(kind, upload.data, upload.name, upload.mime)


def send_media_group(call: ApiCall) -> Any:
    """sendMediaGroup: send up to ten files as an album and return its messages; if one item is wrong, send none and
    raise Refusal.
    """
    if not call.args.given("media"):
        raise bad_request('parameter "media" is required')
    items = call.args.json("media", "can't parse media JSON object")
    if not isinstance(items, list):
        raise bad_request("expected an Array of InputMedia")
    contents = [_album_item(call, item) for item in items]
    chat = call.chat(Access.WRITE)
    if not contents:
        raise bad_request("there are no messages to send")
    if len(contents) > ALBUM_MOST:
        raise bad_request("too many messages to send as an album")
    _check_mixture([media.kind for media, _, _ in contents])
    for _, text, _ in contents:
        check_caption(text)
    reply = call.reply(chat)
    return _post_album(call, chat, contents, reply)


def _post_album(
    call: ApiCall, chat: Chat, contents: list[tuple[Media, str, list[Entity]]], reply: Message | None
) -> list[wire.Json]:
    # The real server sends one item as an ordinary message; the documentation asks for two to ten.
    group_id = None
    if len(contents) > 1:
        group_id = str(13_900_000_000_000_000 + call.memory.next_number("album"))
    silent = call.args.flag("disable_notification")
    posted = []
    for media, text, entities in contents:
        extra = {"media": media, "media_group_id": group_id, "reply_to": reply, "silent": silent}
        posted.append(call.say(chat, text=text, entities=entities, **extra))
    return [call.show(message) for message in posted]


def _album_item(call: ApiCall, raw: Any) -> tuple[Media, str, list[Entity]]:
    complaint = "can't parse InputMedia: "
    if not isinstance(raw, dict):
        raise bad_request(complaint + "expected an Object")
    kind = raw.get("type")
    if kind not in ALBUM_KINDS:
        raise bad_request(complaint + "invalid media type specified")
    source = str(raw.get("media") or "")
    if not source:
        raise bad_request(complaint + "media not found")
    try:
        media = file_of(call, kind, source, "")
    except Refusal as refusal:
        if refusal.description.startswith("Bad Request: there is no"):
            raise bad_request(complaint + "media not found") from None
        raise
    caption = str(raw.get("caption") or "")
    given: list[Entity] = []
    if caption and str(raw.get("parse_mode") or "").lower() == "html":
        caption, given = parse_html(caption)
    text, entities = settle(caption, given, knows=call.knows)
    return media, text, entities


def _check_mixture(kinds: list[MediaKind]) -> None:
    """Raise Refusal if an album mixes documents or music with other kinds of files; photos and videos may be mixed."""
    for kind in ("document", "audio"):
        if kind in kinds and any(other != kind for other in kinds):
            raise bad_request(f"{kind} can't be mixed with other media types")


def copy_message(call: ApiCall) -> Any:
    """copyMessage: send the content of another message, as the bot's own words; return the id of the copy."""
    source = _source(call, "message to copy")
    if source.service:
        raise bad_request("the message can't be copied")
    chat = call.chat(Access.WRITE)
    text, entities = source.text, list(source.entities)
    if "caption" in call.args.values and source.media is not None:
        text, entities = call.words("caption", entities="caption_entities")
    markup = call.markup()
    message = call.memory.new_message(
        chat,
        call.bot,
        text=text,
        entities=entities,
        media=source.media,
        buttons=markup.buttons,
        reply_keyboard=markup.other,
        reply_to=call.reply(chat),
        silent=call.args.flag("disable_notification"),
        link_preview=source.link_preview,
    )
    return {"message_id": call.memory.post(message).id}


def forward_message(call: ApiCall) -> Any:
    """forwardMessage: send another message with its origin; return the new message as Telegram's Message."""
    source = _source(call, "message to forward")
    if source.service:
        raise bad_request("the message can't be forwarded")
    chat = call.chat(Access.WRITE)
    message = call.memory.new_message(
        chat,
        call.bot,
        text=source.text,
        entities=list(source.entities),
        media=source.media,
        forward=wire.origin_of(source),
        silent=call.args.flag("disable_notification"),
    )
    return call.show(call.memory.post(message))


def _source(call: ApiCall, what: str) -> Message:
    return call.message(call.chat(Access.READ, "from_chat_id"), what)


def send_chat_action(call: ApiCall) -> Any:
    """sendChatAction ("typing" and the like): check the parameters and return True; nothing is shown anywhere."""
    if call.args.text("action").lower() not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.chat(Access.WRITE)
    return True
