"""A local MAX: `MaxWorld` holds the state and people's actions, `MaxServer` the Bot API over HTTP."""

from sandbox.max.model import Button, Call, Chat, Entity, Forward, Media, Message, Press, User, WorldEvent
from sandbox.max.server import Exchange, MaxServer
from sandbox.max.world import MaxWorld

__all__ = [
    "Button",
    "Call",
    "Chat",
    "Entity",
    "Exchange",
    "Forward",
    "MaxServer",
    "MaxWorld",
    "Media",
    "Message",
    "Press",
    "User",
    "WorldEvent",
]
