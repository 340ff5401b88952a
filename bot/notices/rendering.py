"""Render notices at the moment of sending: one case, or several in one message; items that no longer hold are
dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.delivery import Show
from bot.delivery.wanted import Makers, Wanted
from bot.notices.digest_rendering import digest_screen, promises_screen
from bot.notices.overtaken import end_of_its_day, still_holds
from bot.notices.screens import News, notice, together
from bot.notices.weekly import WEEKLY, weekly_screen
from bot.offices import Offices
from config.texts import Texts
from storage.transaction import Transaction
from workflow.case import Case
from workflow.effects import Notice
from workflow.ports import GROUP_LANE, Letter
from workflow.regulation import Importance, Step

LIVE = {Notice.RETURNED: "offer", Notice.REOPENED: "offer", Notice.NOT_POSTED: "draft", Notice.AUTHOR_DELETED: "offer"}
"""Notices with buttons about their case: refreshed like the offer, or the head of the draft, that they stand for."""


@dataclass(frozen=True)
class NoticeRendering:
    texts: Texts
    offices: Offices

    @property
    def makers(self) -> Makers:
        return Makers(
            letters={"notice": self._notice, "digest": self._digest},
            lists={"promises": self._promises, WEEKLY: self._weekly},
        )

    async def _digest(self, wanted: Wanted) -> Show | None:
        shown = await digest_screen(wanted.tx, wanted.body, self.texts, self.offices, wanted.now)
        expires = end_of_its_day(wanted.letter, wanted.office)
        return Show(shown, expires=expires) if shown is not None else None

    async def _promises(self, wanted: Wanted) -> Show:
        screen = await promises_screen(wanted.tx, self.texts, self.offices, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _weekly(self, wanted: Wanted) -> Show:
        return Show(await weekly_screen(wanted.tx, wanted.body, self.texts, self.offices, wanted.now))

    async def _notice(self, wanted: Wanted) -> Show | None:
        """One case, or several in one message; in the group the people meant are mentioned."""
        tx, letter, office, now = wanted.tx, wanted.letter, wanted.office, wanted.now
        in_group = letter.lane == GROUP_LANE
        mention = await self._mention(tx, letter) if in_group else ()
        told: list[tuple[Case, Mapping[str, Any]]] = []
        for item in letter.body["items"]:
            case = await tx.case(int(item["case"]))
            if case is not None and still_holds(case, item, letter, self.offices):
                told.append((case, item))
        if not told:
            return None
        kind = Notice(told[0][1]["notice"])
        more = letter.body.get("more", {})
        if len(told) > 1 or more:
            news = [News(kind, case, item["department"], _step(item), item.get("text", "")) for case, item in told]
            loud = any(case.importance is Importance.HIGH for case, _ in told)
            gathered_up = together(self.texts, news, office, now, in_group, mention, more)
            return Show(replace(gathered_up, silent=office.is_quiet(now) and not loud), "notice")
        case, item = told[0]
        own = self.offices.at(tx.municipality, case.regulation)
        instead = bool(item.get("instead"))
        news_of_one = News(kind, case, item["department"], _step(item), item["text"])
        screen = notice(self.texts, news_of_one, own, now, in_group or instead, mention, nobody=instead)
        quiet = office.is_quiet(now) and case.importance is not Importance.HIGH
        screen = replace(screen, silent=screen.silent or quiet)
        version = case.approved or len(case.drafts) if kind is Notice.NOT_POSTED else None
        to_executor = kind is Notice.AUTHOR_DELETED and item["department"]
        return Show(screen, "notice" if to_executor else LIVE.get(kind, "notice"), version)

    async def _mention(self, tx: Transaction, letter: Letter) -> tuple[tuple[int, str], ...]:
        people = set(letter.body.get("people", ()))
        return tuple((b.account, b.shown_name) for b in await tx.people.all() if b.person in people)


def _step(item: Mapping[str, Any]) -> Step | None:
    return Step(item["step"]) if item["step"] else None
