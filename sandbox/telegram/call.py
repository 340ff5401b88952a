"""One Bot API call in progress: the calling bot, the parameters, and the checks that begin nearly every method."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sandbox.telegram import formatting, wire
from sandbox.telegram.account import BotAccount
from sandbox.telegram.args import Args
from sandbox.telegram.channels import into_discussion
from sandbox.telegram.keyboard import inline_buttons, other_markup
from sandbox.telegram.markup import link_entity, parse_html
from sandbox.telegram.memory import Memory
from sandbox.telegram.model import Button, Chat, Entity, Message, User
from sandbox.telegram.refusals import bad_request, forbidden, group_was_upgraded


class Access(IntEnum):
    """The access to a chat that a method needs; each level includes the ones before it."""

    READ = 1
    EDIT = 2
    WRITE = 3


@dataclass
class Markup:
    """A parsed `reply_markup`: buttons under the message, or (`other`) a keyboard under the input field, as given."""

    buttons: list[list[Button]]
    other: dict[str, Any] | None


@dataclass
class ApiCall:
    """One call of a bot. Its methods either return a result or raise a Refusal in Telegram's words."""

    memory: Memory
    account: BotAccount
    args: Args
    method: str

    @property
    def bot(self) -> User:
        """The calling bot."""
        return self.account.user

    def show(self, message: Message) -> wire.Json:
        """Return the message as JSON, as the bot sees it."""
        return wire.message(message, self.memory.users)

    def chat(self, access: Access, name: str = "chat_id", given: str | None = None) -> Chat:
        """Return the chat that the parameter names; a Refusal if the bot has no such access to it."""
        written = self.args.text(name) if given is None else given
        if not written:
            raise bad_request(f"{name} is empty")
        if written.startswith("@"):
            chat = self._public(written[1:].lower())
        else:
            try:
                number = int(written)
            except ValueError:
                raise bad_request("chat not found") from None
            chat = self._private(number, access) if number > 0 else self._group(number)
        if chat.is_group:
            self._check_group(chat, access)
        if chat.type == "channel" and access > Access.READ:
            self._check_channel(chat)
        return chat

    def _public(self, username: str) -> Chat:
        for chat in self.memory.chats.values():
            if (chat.username or "").lower() == username:
                return chat
        raise bad_request("chat not found")

    def _private(self, number: int, access: Access) -> Chat:
        chat = self.memory.privates.get((number, self.bot.id))
        if chat is not None:
            if chat.blocked and access is Access.WRITE:
                raise forbidden("bot was blocked by the user")
            return chat
        person = self.memory.users.get(number)
        if person is None or not (person.is_bot or self.memory.knows(self.account, number)):
            raise bad_request("chat not found")
        if access is Access.WRITE:
            if person.is_bot:
                raise forbidden("the bot can't send messages to the bot")
            raise forbidden("bot can't initiate conversation with a user")
        return Chat(person.id, "private", person=person, bot=self.bot)

    def _group(self, number: int) -> Chat:
        chat = self.memory.chats.get(number)
        if chat is None or (chat.member(self.bot) is None and chat.username is None):
            raise bad_request("chat not found")
        return chat

    def _check_group(self, chat: Chat, access: Access) -> None:
        """Raise the Refusal that Telegram gives for this group. The order of the checks and the differences between the
        two kinds of groups are Telegram's own.
        """
        member = chat.member(self.bot)
        status = member.status if member is not None else "left"
        if chat.migrated_to is not None:
            if access is Access.WRITE:
                raise group_was_upgraded(chat.migrated_to.id)
            return
        needs_membership = access >= Access.EDIT or (chat.type == "supergroup" and chat.username is None)
        kind = "supergroup" if chat.type == "supergroup" else "group"
        if status == "kicked" and (access >= Access.EDIT or chat.type == "supergroup"):
            raise forbidden(f"bot was kicked from the {kind} chat")
        if status == "left" and needs_membership:
            raise forbidden(f"bot is not a member of the {kind} chat")

    def _check_channel(self, chat: Chat) -> None:
        """Raise Telegram's Refusal unless the bot may post in the channel: only administrators may."""
        if not chat.has(self.bot):
            raise forbidden("bot is not a member of the channel chat")
        if not chat.may(self.bot, "can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")

    def say(self, chat: Chat, **fields: Any) -> Message:
        """Post a message of the bot and return it; in a channel it is in the channel's name and also goes to the
        discussion group.
        """
        if chat.type != "channel":
            return self.memory.post(self.memory.new_message(chat, self.bot, **fields))
        post = self.memory.post(self.memory.new_message(chat, self.bot, voice=chat, **fields))
        into_discussion(self.memory, post)
        return post

    def message(self, chat: Chat, what: str, name: str = "message_id") -> Message:
        """Return the message that the parameter names; a Refusal «<what> not found» if it does not exist."""
        found = self.memory.find(chat, self.args.number(name))
        if found is None:
            raise bad_request(f"{what} not found")
        return found

    def words(self, name: str, mode: str = "parse_mode", entities: str = "entities") -> tuple[str, list[Entity]]:
        """Return the text parameter with its formatting, as people will see it. An empty text stays empty."""
        source = self.args.text(name)
        if len(source.encode("utf-8", "surrogatepass")) > formatting.RAW_LIMIT_BYTES:
            raise bad_request("text is too long")
        parse_mode = self.args.text(mode).lower()
        given: list[Entity] = []
        if source and parse_mode == "html":
            source, given = parse_html(source)
        elif source and parse_mode not in ("", "none"):
            # The sandbox knows no Markdown: this project sends HTML, and a silent plain text would hide a mistake.
            raise bad_request("unsupported parse_mode")
        elif source:
            given = _given_entities(self.args.json(entities, "can't parse entities JSON object"))
        return formatting.settle(source, given, knows=self.knows)

    def knows(self, user_id: int) -> bool:
        """Whether the bot may mention this account by number."""
        return user_id == self.bot.id or self.memory.knows(self.account, user_id)

    def markup(self) -> Markup:
        """Return `reply_markup`, parsed and checked."""
        raw = self.args.json("reply_markup", "can't parse reply keyboard markup JSON object")
        return Markup(inline_buttons(raw), other_markup(raw))

    def reply(self, chat: Chat) -> Message | None:
        """Return the message being replied to, by `reply_parameters` or the older `reply_to_message_id`; None if there
        is none.
        """
        raw = self.args.json("reply_parameters", "can't parse reply parameters JSON object")
        if raw is not None and not isinstance(raw, dict):
            raise bad_request("object expected as reply parameters")
        if not raw:
            number = self.args.number("reply_to_message_id")
            lenient = self.args.flag("allow_sending_without_reply")
            where = chat
        else:
            if not isinstance(raw.get("message_id"), int):
                raise bad_request('can\'t find field "message_id"')
            number = raw["message_id"]
            lenient = bool(raw.get("allow_sending_without_reply"))
            other = str(raw.get("chat_id") or "")
            where = self.chat(Access.READ, given=other) if other and other != self.args.text("chat_id") else chat
        if number <= 0:
            return None
        found = self.memory.find(where, number)
        if found is None and not lenient:
            raise bad_request("message to be replied not found")
        return found

    def wants_preview(self, entities: list[Entity]) -> tuple[bool, dict[str, Any] | None]:
        """Return whether the text will have a link preview, and the options to remember."""
        options = self.args.json("link_preview_options", "can't parse link preview options JSON object")
        if options is not None and not isinstance(options, dict):
            raise bad_request("object expected as link preview options")
        if options is None and self.args.flag("disable_web_page_preview"):
            options = {"is_disabled": True}
        if options and options.get("is_disabled"):
            return False, options
        has_link = any(entity.type in ("url", "text_link") for entity in entities)
        return has_link or bool(options and options.get("url")), options or None


def _given_entities(raw: Any) -> list[Entity]:
    """Return the entities that a bot listed itself, without a parse mode."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise bad_request("expected an Array of MessageEntity")
    entities = []
    for item in raw:
        if not isinstance(item, dict) or not {"type", "offset", "length"} <= item.keys():
            raise bad_request("can't parse MessageEntity: expected an Object")
        kind, offset, length = str(item["type"]), int(item["offset"]), int(item["length"])
        if kind == "text_link":
            link = link_entity(offset, length, str(item.get("url") or ""))
            entities += [link] if link is not None else []
        elif kind == "text_mention":
            entities.append(Entity(kind, offset, length, user_id=int(item.get("user", {}).get("id", 0))))
        else:
            language, emoji = item.get("language"), item.get("custom_emoji_id")
            entities.append(Entity(kind, offset, length, language=language, custom_emoji_id=emoji))
    return entities
