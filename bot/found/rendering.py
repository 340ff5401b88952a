"""Render messages that show many cases: a wave, the list of new cases, the list of messages left alone (no case). They
show what the database holds at the moment of sending; awaits nothing of the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases.screens import sayings
from bot.delivery.ports import Show
from bot.delivery.wanted import Makers, Wanted
from bot.found import screens as words
from bot.found.gathering import new_of_list
from bot.found.screens import PAGE, Left, Tide, pages
from bot.found.waves import usual
from bot.notices.screens import mentions
from config.texts import Texts
from storage.seen import Seen
from storage.transaction import Transaction
from workflow.case import Case
from workflow.office import Office, Role


@dataclass(frozen=True)
class FoundRendering:
    """Renders messages that show many cases and therefore belong to none. `hours`: within how many hours messages make
    a wave."""

    texts: Texts
    hours: int

    @property
    def makers(self) -> Makers:
        return Makers(
            letters={"wave": self._new_wave, "crowd": self._new_crowd},
            messages={"wave": self._wave, "crowd": self._crowd, "seen": self._seen},
            lists={"seen": self._new_seen},
        )

    async def _new_wave(self, wanted: Wanted) -> Show | None:
        number = int(wanted.body["wave"])
        show = await self._tide(wanted, wanted.letter.account, number, wanted.menu)
        people = set(wanted.body.get("people", ()))
        called = tuple((b.account, b.shown_name) for b in await wanted.tx.people.all() if b.person in people)
        if show is None or not called:
            return show
        return replace(show, screen=replace(show.screen, text=f"{mentions(called)}\n{show.screen.text}"))

    async def _wave(self, wanted: Wanted) -> Show | None:
        known = wanted.known
        if known is None or known.version is None:
            return None
        return await self._tide(wanted, known.account, known.version, known.menu)

    async def _tide(self, wanted: Wanted, account: int | None, number: int, menu: str | None) -> Show | None:
        tx, office, now = wanted.tx, wanted.office, wanted.now
        wave = await tx.waves.get(number)
        cases = await _cases(tx, wave.cases) if wave is not None else []
        if wave is None or not cases:
            return None
        people = len({(case.appeal.network, case.appeal.author_ref) for case in cases if case.appeal.author_ref})
        curators = set(office.holders(Role.CURATOR, now))
        for_curator = account is not None and any(b.person in curators for b in await tx.people.of_account(account))
        known = await usual(tx, wave.topic, wave.begun_at, self.hours) if wave.topic else None
        tide = Tide(wave.id, wave.topic, wave.place, people, cases, known, self.hours)
        screen = words.wave(self.texts, tide, office, now, menu, for_curator)
        return Show(screen, "wave", wave.id, menu=menu)

    async def _new_crowd(self, wanted: Wanted) -> Show | None:
        """Return the list of new cases; None if it is empty and there is no message to edit: none is sent just to say
        so."""
        if wanted.letter.account is None:
            return None
        show = await _crowd(wanted.tx, self.texts, wanted.letter.account, wanted.menu, wanted.office, wanted.now)
        return show if wanted.known is not None or show.screen.buttons else None

    async def _crowd(self, wanted: Wanted) -> Show | None:
        known = wanted.known
        if known is None or known.account is None:
            return None
        return await _crowd(wanted.tx, self.texts, known.account, known.menu, wanted.office, wanted.now)

    async def _seen(self, wanted: Wanted) -> Show:
        return await _seen_list(wanted.tx, self.texts, wanted.menu, wanted.office, wanted.now)

    async def _new_seen(self, wanted: Wanted) -> Show:
        shown = await _seen_list(wanted.tx, self.texts, None, wanted.office, wanted.now)
        return replace(shown, reply_to=await wanted.reply_to())


async def _crowd(tx: Transaction, texts: Texts, account: int, menu: str | None, office: Office, now: datetime) -> Show:
    cases = await new_of_list(tx, account, now)
    return Show(words.crowd(texts, cases, _page(menu), office, now), "crowd", menu=menu)


async def _seen_list(tx: Transaction, texts: Texts, menu: str | None, office: Office, now: datetime) -> Show:
    total = await tx.seen.count_left()
    if not total:
        return Show(sayings.say(texts, "nothing_seen", {}, office, now), "seen", menu=menu)
    number = min(max(_page(menu), 1), pages(total))
    left = [
        Left(
            one.id, one.text, str(one.body["author_name"]), one.link, one.at, one.why, one.words, _kinds(one), one.mark
        )
        for one in await tx.seen.left(PAGE, (number - 1) * PAGE)
    ]
    return Show(words.seen(texts, left, number, total, office, now), "seen", menu=menu)


def _kinds(seen: Seen) -> tuple[str, ...]:
    return tuple(str(item["kind"]) for item in (*seen.body["files"], *seen.body["attachments"]))


def _page(menu: str | None) -> int:
    return int(menu) if menu and menu.isdecimal() else 1


async def _cases(tx: Transaction, ids: Sequence[int]) -> list[Case]:
    return [case for number in ids if (case := await tx.case(number)) is not None]
