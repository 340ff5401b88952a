"""What is shown of many messages at once, read at the moment of sending: a wave, the list of new ones, the list of those
left alone. Awaits nothing of the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.cases.gathered import CROWD_LIVES
from bot.cases.screens import sayings
from bot.delivery.ports import Show
from bot.found import screens as words
from bot.found.screens import PAGE, Left, Tide, pages
from bot.messenger import Screen
from bot.notices.screens import mentions
from config.texts import Texts
from storage.transaction import Transaction
from workflow.case import Case, State
from workflow.office import Office, Role
from workflow.ports import Letter

GATHERED = frozenset({"wave", "crowd", "seen"})
"""Kinds of messages that show many cases and so belong to none."""


async def gathered(
    tx: Transaction,
    texts: Texts,
    kind: str,
    account: int | None,
    number: int | None,
    menu: str | None,
    office: Office,
    now: datetime,
) -> Show | None:
    """A message of one of the kinds `GATHERED`; `number` is the wave's."""
    match kind:
        case "wave" if number is not None:
            return await _wave(tx, texts, account, number, menu, office, now)
        case "crowd" if account is not None:
            return await _crowd(tx, texts, account, menu, office, now)
        case "seen":
            return await seen_list(tx, texts, menu, office, now)
        case _:
            return None


async def letter_gathered(
    tx: Transaction, texts: Texts, letter: Letter, menu: str | None, is_new: bool, office: Office, now: datetime
) -> Show | None:
    """A letter that brings such a message, or makes it true. Nothing new is sent to say that there is nothing new."""
    number = int(letter.body["wave"]) if "wave" in letter.body else None
    show = await gathered(tx, texts, letter.kind, letter.account, number, menu, office, now)
    if show is None or (is_new and letter.kind == "crowd" and not show.screen.buttons):
        return None
    people = set(letter.body.get("people", ()))
    called = tuple((b.account, b.shown_name) for b in await tx.people.all() if b.person in people)
    if not called:
        return show
    text = f"{mentions(called)}\n{show.screen.text}"
    return Show(_with(show.screen, text), show.kind, show.version, menu=show.menu)


def _with(screen: Screen, text: str) -> Screen:
    return replace(screen, text=text)


async def _wave(
    tx: Transaction, texts: Texts, account: int | None, number: int, menu: str | None, office: Office, now: datetime
) -> Show | None:
    wave = await tx.waves.get(number)
    cases = await _cases(tx, wave.cases) if wave is not None else []
    if wave is None or not cases:
        return None
    people = len({(case.appeal.network, case.appeal.author_ref) for case in cases if case.appeal.author_ref})
    curators = set(office.holders(Role.CURATOR, now))
    for_curator = account is not None and any(b.person in curators for b in await tx.people.of_account(account))
    tide = Tide(wave.id, wave.topic, wave.place, people, cases)
    return Show(words.wave(texts, tide, office, now, menu, for_curator), "wave", wave.id, menu=menu)


async def _crowd(tx: Transaction, texts: Texts, account: int, menu: str | None, office: Office, now: datetime) -> Show:
    fresh = await tx.fresh_since(State.NEW, now - CROWD_LIVES)
    shown = await tx.messages.cases_shown("offer", account, fresh)
    in_waves = await tx.waves.of_cases(fresh)
    cases = await _cases(tx, [case for case in fresh if case not in shown and case not in in_waves])
    return Show(words.crowd(texts, cases, _page(menu), office, now), "crowd", menu=menu)


async def seen_list(tx: Transaction, texts: Texts, menu: str | None, office: Office, now: datetime) -> Show:
    total = await tx.seen.count_left()
    if not total:
        return Show(sayings.say(texts, "nothing_seen", {}, office, now), "seen", menu=menu)
    number = min(max(_page(menu), 1), pages(total))
    left = [
        Left(one.id, one.text, str(one.body["author_name"]), one.link, one.at, one.why, one.words)
        for one in await tx.seen.left(PAGE, (number - 1) * PAGE)
    ]
    return Show(words.seen(texts, left, number, total, office, now), "seen", menu=menu)


def _page(menu: str | None) -> int:
    return int(menu) if menu and menu.isdecimal() else 1


async def _cases(tx: Transaction, ids: Sequence[int]) -> list[Case]:
    return [case for number in ids if (case := await tx.case(number)) is not None]
