"""A local Telegram: `TelegramWorld` holds the state and people's actions, `TelegramServer` the Bot API over HTTP."""

from sandbox.telegram.model import (
    Button,
    Call,
    Chat,
    Entity,
    Media,
    Message,
    Origin,
    Press,
    User,
    WorldEvent,
)
from sandbox.telegram.server import TelegramServer
from sandbox.telegram.world import TelegramWorld

__all__ = [
    "Button",
    "Call",
    "Chat",
    "Entity",
    "Media",
    "Message",
    "Origin",
    "Press",
    "TelegramServer",
    "TelegramWorld",
    "User",
    "WorldEvent",
]
