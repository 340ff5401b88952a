"""Which messenger a municipality's office uses: the one place that knows messengers by name.

A messenger's folder is imported when it is opened or asked, and not before: Telegram's library alone takes a second and
a half of CPU and 30 MB.
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
    """The bot of the messenger the file names (`networks.messenger`); nothing is asked of anybody yet. `seconds`: how long
    a call may take, if not as usual. NotOpened."""
    return open_in(municipality.networks.messenger, municipality, secrets, settings, seconds)


def open_in(
    messenger: str, municipality: Municipality, secrets: Secrets, settings: Settings, seconds: float | None = None
) -> MessengerSide:
    """The same in the messenger of this name, whatever the file says. NotOpened."""
    return MESSENGERS[messenger](municipality, secrets, settings, seconds)


def _telegram(municipality: Municipality, secrets: Secrets, settings: Settings, seconds: float | None) -> MessengerSide:
    from bot.telegram.opening import opened

    return opened(secrets, settings, seconds)


def _max(municipality: Municipality, secrets: Secrets, settings: Settings, seconds: float | None) -> MessengerSide:
    from bot.max.opening import opened

    return opened(secrets, settings, seconds, channel_of(municipality))


def channel_of(municipality: Municipality) -> Channel:
    """The office's channel in MAX, as the file names it."""
    from bot.max.messenger import Channel

    there = municipality.networks.max
    return Channel(there.channel, (there.address or "").lower()) if there is not None else Channel()


def bot_of(municipality: Municipality, secrets: Secrets) -> str | None:
    """Which bot of which messenger the municipality's secret opens, by its number alone, or by a hash where the secret
    does not tell it; None without a secret."""
    messenger = municipality.networks.messenger
    secret = secrets.word(SECRETS[messenger])
    if not secret:
        return None
    number, colon, _ = secret.partition(":")
    return f"{messenger}:{number if colon else hashlib.sha256(secret.encode()).hexdigest()}"


def same_bot(of: Spoken, other: str) -> str:
    """What the operator does about two municipalities with one bot: it would answer both for only one of them."""
    words = f"{of.secret} того же бота, что у муниципалитета {other}; каждому нужен свой"
    return f"{words}, заведите второго у {of.issuer}"


SECRETS: Mapping[str, str] = {"telegram": "bot_token", "max": "max_token"}
MESSENGERS: Mapping[str, Callable[[Municipality, Secrets, Settings, float | None], MessengerSide]] = {
    "telegram": _telegram,
    "max": _max,
}


def manners_of(municipality: Municipality) -> Manners:
    """The numbers and forms of the messenger the file names; it is not opened for them."""
    return MANNERS[municipality.networks.messenger]()


def _telegrams_manners() -> Manners:
    from bot.telegram.manners import MANNERS

    return MANNERS


def _maxs_manners() -> Manners:
    from bot.max.manners import MANNERS

    return MANNERS


def spoken_of(municipality: Municipality) -> Spoken:
    """The messenger the file names, in words for the operator."""
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
    """What a messenger's channel takes: its limits, and what it would refuse about a post, in words for the editor."""

    limits: PostLimits
    problems: Callable[[str, Sequence[OutFile]], list[str]]


def rules_of_telegrams_channels() -> ChannelRules:
    """They hold for the office's pages in Telegram whatever messenger the office itself uses."""
    from bot.telegram import channels

    return ChannelRules(channels.LIMITS, channels.problems)
