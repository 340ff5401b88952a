"""The only place that knows the messengers by name, and which one a municipality's office uses.

A messenger's folder is imported only when that messenger is used: Telegram's library alone takes a second and a half
of CPU and 30 MB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.messenger import Manners
from bot.messenger_side import MessengerSide, Spoken
from config.municipality import Municipality
from config.settings import Secrets, Settings
from networks.port import OutFile, PostLimits

if TYPE_CHECKING:
    from bot.max.messenger import Channel


def open_messenger(
    municipality: Municipality, secrets: Secrets, settings: Settings, seconds: float | None = None
) -> MessengerSide:
    """Open the municipality's bot in the messenger its file names (`networks.messenger`); no request is made yet.
    `seconds`: the time limit of a request, if not the usual one. Raises NotOpened if the secret is missing or
    malformed."""
    return open_in(municipality.networks.messenger, municipality, secrets, settings, seconds)


def open_in(
    messenger: str, municipality: Municipality, secrets: Secrets, settings: Settings, seconds: float | None = None
) -> MessengerSide:
    """Open the municipality's bot in the messenger of this name, whatever its file says; otherwise as
    `open_messenger`."""
    return MESSENGERS[messenger](municipality, secrets, settings, seconds)


def _telegram(municipality: Municipality, secrets: Secrets, settings: Settings, seconds: float | None) -> MessengerSide:
    from bot.telegram.opening import opened

    return opened(secrets, settings, seconds)


def _max(municipality: Municipality, secrets: Secrets, settings: Settings, seconds: float | None) -> MessengerSide:
    from bot.max.opening import opened

    return opened(secrets, settings, seconds, channel_of(municipality))


def channel_of(municipality: Municipality) -> Channel:
    """The office's channel in MAX as its file names it; an empty Channel if it names none."""
    from bot.max.messenger import Channel

    there = municipality.networks.max
    return Channel(there.channel, (there.address or "").lower()) if there is not None else Channel()


def bot_of(municipality: Municipality, secrets: Secrets) -> str | None:
    """Identify the bot that the municipality's secret opens: `messenger:number`, or a hash of the secret in place of
    the number if the secret does not contain it. None without a secret."""
    messenger = municipality.networks.messenger
    secret = secrets.word(SECRETS[messenger])
    if not secret:
        return None
    number, colon, _ = secret.partition(":")
    return f"{messenger}:{number if colon else hashlib.sha256(secret.encode()).hexdigest()}"


def same_bot(of: Spoken, other: str) -> str:
    """A Russian sentence for the operator: this municipality has the bot of the municipality `other`; each needs its
    own. Of two with one bot, only one would get its messages."""
    words = f"{of.secret} того же бота, что у муниципалитета {other}; каждому нужен свой"
    return f"{words}, заведите второго у {of.issuer}"


SECRETS: Mapping[str, str] = {"telegram": "bot_token", "max": "max_token"}
MESSENGERS: Mapping[str, Callable[[Municipality, Secrets, Settings, float | None], MessengerSide]] = {
    "telegram": _telegram,
    "max": _max,
}


def manners_of(municipality: Municipality) -> Manners:
    """Return the limits, ids and links of the messenger that the municipality's file names, without opening it."""
    return MANNERS[municipality.networks.messenger]()


def _telegrams_manners() -> Manners:
    from bot.telegram.manners import MANNERS

    return MANNERS


def _maxs_manners() -> Manners:
    from bot.max.manners import MANNERS

    return MANNERS


def spoken_of(municipality: Municipality) -> Spoken:
    """The name, secret and issuer of the messenger that the municipality's file names, in words for the operator."""
    return SPOKEN[municipality.networks.messenger]()


def _telegrams_words() -> Spoken:
    from bot.telegram.words import spoken

    return spoken(has_proxy=False)


def _maxs_words() -> Spoken:
    from bot.max.words import spoken

    return spoken()


SPOKEN: Mapping[str, Callable[[], Spoken]] = {"telegram": _telegrams_words, "max": _maxs_words}
MANNERS: Mapping[str, Callable[[], Manners]] = {"telegram": _telegrams_manners, "max": _maxs_manners}


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What a messenger accepts as a post in a channel: its limits, and a function that returns what it would refuse
    about a text with files, in Russian words for the editor."""

    limits: PostLimits
    problems: Callable[[str, Sequence[OutFile]], list[str]]


def rules_of_telegrams_channels() -> ChannelRules:
    """The rules of Telegram's channels. They apply to the office's pages in Telegram whatever messenger the office
    itself uses."""
    from bot.telegram import channels

    return ChannelRules(channels.LIMITS, channels.problems)
