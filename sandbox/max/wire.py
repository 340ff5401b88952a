"""Convert the state to JSON, field by field as in the official schema and the recorded payloads. Changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.max.model import Chat, Entity, Forward, Media, Member, Message, Press, User, cut

Json = dict[str, Any]

MARKUP = {
    "bold": "strong",
    "italic": "emphasized",
    "underline": "underline",
    "strikethrough": "strikethrough",
    "code": "monospaced",
    "pre": "monospaced",
    "marked": "highlighted",
    "heading": "heading",
    "blockquote": "quote",
    "text_link": "link",
    "text_mention": "user_mention",
    "mention": "user_mention",
}
#: The kinds of files by their names in attachments.
ATTACHED = {"photo": "image", "video": "video", "voice": "audio", "audio": "audio", "document": "file"}
LOCALE = "ru"


def ms(moment: datetime) -> int:
    """Return the moment in milliseconds since 1970, as in all times of MAX."""
    return int(moment.timestamp() * 1000)


class Wire:
    """Writes the state as JSON. `base`: the address under which the server serves files."""

    def __init__(self, base: str, now: datetime, names: Mapping[str, User]) -> None:
        self._base = base
        self._now = now
        self._names = names

    def user(self, one: User) -> Json:
        """Return the user as the schema's User."""
        body: Json = {"user_id": one.id, "first_name": one.first_name}
        if one.last_name:
            body["last_name"] = one.last_name
        if one.username:
            body["username"] = one.username
        return body | {"is_bot": one.is_bot, "last_activity_time": ms(self._now), "name": one.full_name}

    def user_with_photo(self, one: User) -> Json:
        """Return the user as the schema's UserWithPhoto."""
        body = self.user(one)
        if one.description:
            body["description"] = one.description
        if one.pictured:
            body |= dict.fromkeys(("avatar_url", "full_avatar_url"), f"{self._base}/avatars/{one.id}")
        return body

    def bot(self, one: User, commands: list[Json]) -> Json:
        """Return the bot as the schema's BotInfo."""
        return self.user_with_photo(one) | ({"commands": commands} if commands else {})

    def member(self, one: Member) -> Json:
        """Return the membership as the schema's ChatMember; administrators have the list of their rights."""
        body = self.user_with_photo(one.user) | {
            "last_access_time": ms(self._now),
            "is_owner": one.owner,
            "is_admin": one.is_admin,
            "join_time": ms(one.joined),
        }
        return body | ({"permissions": sorted(one.all_rights)} if one.is_admin else {})

    def chat(self, one: Chat, bot: User, count: int, pinned: Message | None) -> Json:
        """Return the chat as the bot sees it (the schema's Chat). `count`: the number of its messages."""
        last = one.last_event or self._now
        if one.person is not None:
            return {
                "chat_id": one.id,
                "type": "dialog",
                "status": "suspended" if one.blocked else "active",
                "last_event_time": ms(last),
                "participants_count": 2,
                "is_public": False,
                "dialog_with_user": self.user_with_photo(one.person),
            }
        member = one.member(bot)
        inside = [m for m in one.members.values() if m.is_in]
        status = "active" if member is None or member.is_in else member.gone
        body: Json = {
            "chat_id": one.id,
            "type": one.type,
            "status": status,
            "title": one.title,
            "last_event_time": ms(last),
            "participants_count": len(inside),
            "is_public": one.username is not None,
            "link": one.link,
            "messages_count": count,
        }
        if one.description:
            body["description"] = one.description
        if one.is_admin(bot):
            body["owner_id"] = next(m.user.id for m in one.members.values() if m.owner)
            body["participants"] = {str(m.user.id): ms(self._now) for m in inside}
        return body | ({"pinned_message": self.message(pinned)} if pinned is not None else {})

    def message(self, one: Message, stat: bool = False) -> Json:
        """Return a message or a comment as the schema's Message."""
        body: Json = {
            "recipient": self._recipient(one),
            "timestamp": ms(one.date),
            "body": self._body(one),
        }
        if not one.for_channel:
            body["sender"] = self.user(one.sender)
        if one.forward is not None:
            body["link"] = self._forwarded(one.forward)
        elif one.reply_to is not None:
            body["link"] = self._replied(one.reply_to)
        if one.url is not None and one.post is None:
            body["url"] = one.url
        return body | ({"stat": {"views": 0}} if stat and one.chat.type == "channel" else {})

    def callback(self, press: Press, at: datetime) -> Json:
        """Return the update message_callback; its message is null if it was deleted meanwhile."""
        shown = press.message if not press.message.deleted else None
        return {
            "update_type": "message_callback",
            "timestamp": ms(at),
            "callback": {
                "timestamp": ms(press.at),
                "callback_id": press.id,
                "user": self.user(press.person),
                "payload": press.data,
            },
            "message": self.message(shown) if shown is not None else None,
            "user_locale": LOCALE,
        }

    def event(self, kind: str, at: datetime, chat: Chat, user: User, **more: Any) -> Json:
        """Return an update about a chat and a user in it; the account's id stands beside the user, as in the recorded
        ones.
        """
        body: Json = {"update_type": kind, "timestamp": ms(at), "chat_id": chat.id, "user": self.user_with_photo(user)}
        if chat.person is not None:
            body["user_locale"] = LOCALE
        return body | more

    def file_url(self, media: Media) -> str:
        """Return the address of a file, without the bot's token."""
        assert media.file is not None
        return f"{self._base}/files/{media.file.path}"

    def _recipient(self, one: Message) -> Json:
        chat = one.chat
        body: Json = {"chat_id": chat.id, "chat_type": chat.type}
        if chat.person is not None and chat.bot is not None:
            body["user_id"] = chat.bot.id if one.sender is chat.person else chat.person.id
        return body | ({"post_id": one.post.mid} if one.post is not None else {})

    def _body(self, one: Message) -> Json:
        if one.forward is not None:
            return {"mid": one.mid, "seq": one.id, "text": ""}
        body: Json = {"mid": one.mid, "seq": one.id, "text": one.text}
        attachments = [self.attachment(media) for media in one.attached]
        if one.buttons:
            rows = [[dict(button.raw) for button in row] for row in one.buttons]
            attachments.append({"type": "inline_keyboard", "payload": {"buttons": rows}})
        if attachments and one.post is None:
            body["attachments"] = attachments
        markup = self._markup(one.text, one.entities)
        return body | ({"markup": markup} if markup else {})

    def _replied(self, original: Message) -> Json:
        link: Json = {"type": "reply", "message": self._body(original)}
        return link | ({} if original.for_channel else {"sender": self.user(original.sender)})

    def _forwarded(self, origin: Forward) -> Json:
        body: Json = {"mid": origin.mid, "seq": origin.seq, "text": origin.text}
        if origin.files:
            body["attachments"] = [self.attachment(media) for media in origin.files]
        markup = self._markup(origin.text, list(origin.entities))
        if markup:
            body["markup"] = markup
        link: Json = {"type": "forward", "message": body, "chat_id": origin.chat_id}
        return link | ({"sender": self.user(origin.sender)} if origin.sender is not None else {})

    def attachment(self, media: Media) -> Json:
        """Return the media as the schema's Attachment."""
        if media.kind == "location":
            return {"type": "location", "latitude": media.latitude, "longitude": media.longitude}
        assert media.file is not None
        payload: Json = {"url": self.file_url(media), "token": media.file.file_id}
        if media.kind == "sticker":
            shown = {"url": self.file_url(media), "code": media.file.unique_id}
            return {"type": "sticker", "payload": shown, "width": 512, "height": 512}
        kind = ATTACHED[media.kind]
        if kind == "image":
            payload["photo_id"] = int(media.file.unique_id)
        body: Json = {"type": kind, "payload": payload}
        if kind == "file":
            body |= {"filename": media.name or "file", "size": len(media.data)}
        return body

    def _markup(self, text: str, entities: list[Entity]) -> list[Json]:
        found: list[Json] = []
        for entity in entities:
            kind = MARKUP.get(entity.type)
            element: Json = {"type": kind, "from": entity.offset, "length": entity.length}
            if entity.type == "text_link":
                element["url"] = entity.url
            elif entity.type == "text_mention":
                element["user_id"] = entity.user_id
            elif entity.type == "mention":
                named = self._names.get(cut(text, entity).removeprefix("@").lower())
                if named is None:
                    continue
                element |= {"user_link": f"@{named.username}", "user_id": named.id}
            if kind is not None:
                found.append(element)
        return found
