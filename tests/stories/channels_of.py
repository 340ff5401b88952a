"""The office's channel in the messenger that the stories are played in: how it is made, named and linked to there."""

from __future__ import annotations

from typing import Any

from sandbox.max.ids import seq_in_link
from tests.stories.building import MESSENGER
from tests.stories.town import Town

IN_MAX = MESSENGER == "max"
SITE = "max.ru" if IN_MAX else "t.me"
NAME = "MAX" if IN_MAX else "Телеграм"
CHANNEL = -70_900_000_000_002
"""The number that an office in MAX has to name in its file."""


def in_file(address: str, more: str = "") -> dict[str, str]:
    """The lines of the municipality's file about its own channel; Telegram's are known by their addresses."""
    return {"networks": f"  max: {{channel: {CHANNEL}, address: {address}{more}}}\n"} if IN_MAX else {}


def opened(town: Town, title: str, address: str) -> Any:
    """A channel in which the bot is an administrator."""
    world: Any = town.players.town.telegram
    owner = world.add_person("Владелец")
    made = world.add_channel(title, owner=owner, username=address, **({"id": CHANNEL} if IN_MAX else {}))
    appointed(town, made)
    return made


def appointed(town: Town, channel: Any) -> None:
    """The bot may do everything there."""
    world: Any = town.players.town.telegram
    owner = next(member.user for member in channel.members.values() if member.is_creator)
    if not IN_MAX:
        world.appoint(town.players.bot, channel)
    elif channel.has(town.players.bot):
        world.promote(town.players.bot, channel)
    else:
        world.add_bot_to_channel(town.players.bot, channel, by=owner)


def post_in(address: str, number: int) -> str:
    """The link to a post of the channel."""
    return f"https://{SITE}/{address}/{seq_in_link(number) if IN_MAX else number}"
