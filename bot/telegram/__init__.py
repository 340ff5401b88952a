"""Telegram behind the port `bot.messenger`. Besides `handlers`, only this package may know Telegram."""

from bot.telegram.channels import channel_name
from bot.telegram.manners import LINKS, MANNERS
from bot.telegram.messenger import Telegram
from bot.telegram.network import TelegramNetwork
from bot.telegram.updates import Conflict, Identity, Menu, NotNow, Polled, Rights, Unauthorised
from bot.telegram.wire import Limits

__all__ = [
    "LINKS",
    "MANNERS",
    "Conflict",
    "Identity",
    "Limits",
    "Menu",
    "NotNow",
    "Polled",
    "Rights",
    "Telegram",
    "TelegramNetwork",
    "Unauthorised",
    "channel_name",
]
