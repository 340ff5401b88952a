"""Renders the messages that are neither notices nor questions: some subjects render their own, all others are about
cases. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.cases.screens import afterwards, sayings
from bot.messenger import Screen
from bot.notices import digest_screens, shortcoming_screens
from bot.people import absence_screens
from config.texts import Texts
from workflow.office import Office

Saying = Callable[[Texts, str, Mapping[str, Any], Office, datetime], Screen]

OWN: Mapping[str, Saying] = {
    **dict.fromkeys(digest_screens.SAYINGS, digest_screens.say),
    **dict.fromkeys(shortcoming_screens.SAYINGS, shortcoming_screens.say),
    **dict.fromkeys(absence_screens.SAYINGS, absence_screens.say),
    **dict.fromkeys(afterwards.SAYINGS, afterwards.say),
}


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """Render the message `key` with its `facts`. Keys: `sayings.SAYINGS`, plain, help, welcome_bound, gap and those of
    `OWN`. `facts["roles"]` are the roles of the addressee."""
    return OWN.get(key, sayings.say)(texts, key, facts, office, now)
