"""Bot API methods that read and set: the bot itself, chats and members, commands, files, the webhook."""

import re
from typing import Any

from sandbox.telegram import wire
from sandbox.telegram.account import UPDATE_KINDS
from sandbox.telegram.call import Access, ApiCall
from sandbox.telegram.memory import member_changed
from sandbox.telegram.model import Chat, Member
from sandbox.telegram.refusals import bad_request

DOWNLOAD_LIMIT_BYTES = 20 * 1024 * 1024
COMMAND = re.compile(r"/?([a-z0-9_]{1,32})")
DESCRIPTION_LIMIT = 256
COMMANDS_MOST = 100
PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


def get_me(call: ApiCall) -> Any:
    """getMe: return the bot's own account."""
    return wire.me(call.bot)


def get_chat(call: ApiCall) -> Any:
    """getChat: return the chat in full."""
    chat = call.chat(Access.READ)
    channel = next((one for one in call.memory.chats.values() if one.discussion is chat), None)
    return wire.full_chat(chat, call.memory.pinned(chat), call.memory.users, chat.discussion or channel)


def get_chat_member(call: ApiCall) -> Any:
    """getChatMember: return a membership. A known account that never joined is «left»."""
    chat = _group(call)
    number = call.args.number("user_id")
    if number <= 0:
        raise bad_request("invalid user_id specified")
    if chat.type == "channel" and not chat.has(call.bot):
        raise bad_request("member list is inaccessible")
    found = chat.members.get(number)
    if found is not None:
        return wire.member(found, chat)
    person = call.memory.users.get(number)
    if person is None or not call.knows(number):
        raise bad_request("PARTICIPANT_ID_INVALID" if chat.type == "supergroup" else "user not found")
    return wire.member(Member(person, "left"), chat)


def get_chat_administrators(call: ApiCall) -> Any:
    """getChatAdministrators: return the administrators, without other bots."""
    chat = call.chat(Access.READ)
    if not chat.is_group:
        raise bad_request("there are no administrators in the private chat")
    own = call.bot.id
    admins = [m for m in chat.members.values() if m.is_admin and (not m.user.is_bot or m.user.id == own)]
    return [wire.member(one, chat) for one in admins]


def get_chat_member_count(call: ApiCall) -> Any:
    """getChatMemberCount: return how many members the chat has."""
    chat = call.chat(Access.READ)
    return sum(1 for m in chat.members.values() if m.is_in) if chat.is_group else 2


def _group(call: ApiCall) -> Chat:
    chat = call.chat(Access.READ)
    if not chat.is_group and chat.person is not None:
        # Telegram treats a private chat as a group of the two.
        both = {one.id: Member(one, "member") for one in (chat.person, call.bot)}
        return Chat(chat.id, "private", person=chat.person, bot=call.bot, members=both)
    return chat


def leave_chat(call: ApiCall) -> Any:
    """leaveChat: let the bot leave the group."""
    chat = call.chat(Access.WRITE)
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    old, new = chat.members[call.bot.id], Member(call.bot, "left")
    chat.members[call.bot.id] = new
    member_changed(call.memory, chat, call.bot, old, new)
    call.memory.service(chat, call.bot, left_chat_member=call.bot)
    call.memory.tell("left", chat=chat, person=call.bot)
    return True


def export_chat_invite_link(call: ApiCall) -> Any:
    """exportChatInviteLink: make a new link and return it; the old one becomes invalid."""
    chat = call.chat(Access.WRITE)
    if not chat.is_admin(call.bot):
        raise bad_request("not enough rights to manage chat invite link")
    chat.invite_link = f"https://t.me/+sandbox{call.memory.next_number('invite'):06d}"
    return chat.invite_link


def get_file(call: ApiCall) -> Any:
    """getFile: return where to download the file, up to 20 MB."""
    if not call.args.given("file_id"):
        raise bad_request("file_id not specified")
    whole = re.sub(r"-\d+$", "", call.args.text("file_id"))
    stored = call.memory.files.get(whole)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > DOWNLOAD_LIMIT_BYTES:
        raise bad_request("file is too big")
    return wire.file_fields(stored) | {"file_path": stored.path}


def set_my_commands(call: ApiCall) -> Any:
    """setMyCommands: store the menu for one scope and language; an empty one is removed."""
    raw = call.args.json("commands", "can't parse commands JSON object")
    if raw is None:
        raw = []
    if not isinstance(raw, list):
        raise bad_request("expected an Array of BotCommand")
    if len(raw) > COMMANDS_MOST:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(item) for item in raw]
    key = _scope(call)
    if commands:
        call.account.commands[key] = commands
    else:
        call.account.commands.pop(key, None)
    return True


def get_my_commands(call: ApiCall) -> Any:
    """getMyCommands: return the commands of exactly this scope and language."""
    return call.account.commands.get(_scope(call), [])


def delete_my_commands(call: ApiCall) -> Any:
    """deleteMyCommands: remove the menu of this scope and language."""
    call.account.commands.pop(_scope(call), None)
    return True


def _command(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not isinstance(raw.get("command"), str):
        raise bad_request("can't parse BotCommand: expected an Object")
    match = COMMAND.fullmatch(raw["command"])
    if match is None:
        raise bad_request("BOT_COMMAND_INVALID")
    description = str(raw.get("description") or "").strip()
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > DESCRIPTION_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": match[1], "description": description}


def _scope(call: ApiCall) -> str:
    """Return the key under which a menu's scope and language are stored."""
    raw = call.args.json("scope", "can't parse BotCommandScope JSON object")
    if raw is not None and not isinstance(raw, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = (raw or {}).get("type") or "default"
    key = f"{kind}|{call.args.text('language_code')}"
    if kind in PLAIN_SCOPES:
        return key
    if kind not in ("chat", "chat_administrators", "chat_member"):
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat_id = str((raw or {}).get("chat_id") or "")
    if not chat_id:
        raise bad_request("can't parse BotCommandScope: empty chat_id specified")
    chat = call.chat(Access.READ, given=chat_id)
    user = (raw or {}).get("user_id", "") if kind == "chat_member" else ""
    if kind == "chat_member" and not user:
        raise bad_request("can't parse BotCommandScope: invalid user_id specified")
    return f"{key}|{chat.id}|{user}"


def set_webhook(call: ApiCall) -> Any:
    """setWebhook: store the webhook, which `pushing.Pusher` calls; ends a waiting getUpdates."""
    url = call.args.text("url")
    if not url:
        return delete_webhook(call)
    if not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.args.text("secret_token")
    if SECRET.fullmatch(secret) is None:
        raise bad_request(
            "secret token is too long" if len(secret) > 256 else "secret token contains unallowed characters"
        )
    call.account.webhook = {"url": url, "max_connections": call.args.number("max_connections", 40, 1, 100)}
    call.account.webhook_secret = secret
    remember_allowed(call)
    if call.args.flag("drop_pending_updates"):
        call.account.queue.clear()
    call.account.wake("webhook")
    return True


def delete_webhook(call: ApiCall) -> Any:
    """deleteWebhook: remove the webhook."""
    call.account.webhook, call.account.webhook_secret = {}, ""
    if call.args.flag("drop_pending_updates"):
        call.account.queue.clear()
    return True


def get_webhook_info(call: ApiCall) -> Any:
    """getWebhookInfo: return the webhook and how many updates wait."""
    body: dict[str, Any] = {"url": "", "has_custom_certificate": False} | call.account.webhook
    body["pending_update_count"] = len(call.account.queue)
    if call.account.allowed is not None:
        body["allowed_updates"] = sorted(call.account.allowed)
    return body


def remember_allowed(call: ApiCall) -> None:
    """Apply `allowed_updates`, if given, to future updates; an empty list restores the default."""
    raw = call.args.json("allowed_updates", "can't parse allowed_updates JSON object")
    if raw is None:
        return
    if not isinstance(raw, list):
        raise bad_request("expected an Array of String")
    wanted = frozenset(str(kind) for kind in raw) & UPDATE_KINDS
    call.account.allowed = wanted or None
