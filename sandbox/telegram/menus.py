"""Find out which menu of commands a person sees in a chat."""

from typing import Any

from sandbox.telegram.account import BotAccount
from sandbox.telegram.model import Chat, User


def menu_of(account: BotAccount, chat: Chat, person: User) -> list[dict[str, Any]]:
    """Return the bot's menu in this chat for this person: the commands of the narrowest scope given to setMyCommands;
    [] if none.
    """
    if chat.person is not None:
        scopes = [f"chat|{{}}|{chat.id}|", "all_private_chats|{}", "default|{}"]
    else:
        admins = chat.is_admin(person)
        scopes = [
            f"chat_member|{{}}|{chat.id}|{person.id}",
            *([f"chat_administrators|{{}}|{chat.id}|"] if admins else []),
            f"chat|{{}}|{chat.id}|",
            *(["all_chat_administrators|{}"] if admins else []),
            "all_group_chats|{}",
            "default|{}",
        ]
    for scope in scopes:
        for language in ("ru", ""):
            if scope.format(language) in account.commands:
                return list(account.commands[scope.format(language)])
    return []
