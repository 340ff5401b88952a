"""Render notices at the moment of sending: one case, or several in one message. Items that no longer apply are dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.cases.bases import bases_for
from bot.cases.rendering import CaseRendering, citizens_files
from bot.cases.screens import cards
from bot.cases.screens.bases import NOTHING
from bot.delivery import Show
from bot.delivery.wanted import Makers, Wanted
from bot.notices.digest_rendering import digest_screen, promises_screen
from bot.notices.news import News
from bot.notices.overtaken import evening_of, still_holds
from bot.notices.screens import notice, together
from bot.notices.weekly import WEEKLY, weekly_screen
from bot.notices.work_screens import begins, handed_at, part_handed, work
from bot.offices import Offices
from config.texts import Texts
from handlers.public import Links
from storage.transaction import Transaction
from workflow.case import Case, State
from workflow.effects import Notice
from workflow.office import Actor, Role
from workflow.ports import GROUP_LANE, Letter
from workflow.regulation import Importance, Step

LIVE = {Notice.RETURNED: "offer", Notice.REOPENED: "offer", Notice.NOT_POSTED: "draft", Notice.AUTHOR_DELETED: "offer"}
"""Notices with buttons about their case, with the kind of message as which they are stored and refreshed."""
QUIETLY = frozenset({Notice.POSTED, Notice.NOTE})
"""Notices that ask nothing of their reader: without sound at any hour."""


@dataclass(frozen=True)
class NoticeRendering:
    texts: Texts
    offices: Offices
    cases: CaseRendering
    links: Links

    @property
    def makers(self) -> Makers:
        return Makers(
            letters={"notice": self._notice, "digest": self._digest},
            messages={"work": self._work_now},
            lists={"promises": self._promises, WEEKLY: self._weekly, "case_at_hand": self._at_hand},
        )

    async def _digest(self, wanted: Wanted) -> Show | None:
        shown = await digest_screen(wanted.tx, wanted.body, self.texts, self.offices, wanted.now)
        expires = evening_of(wanted.letter, wanted.office)
        return Show(shown, expires=expires) if shown is not None else None

    async def _promises(self, wanted: Wanted) -> Show:
        screen = await promises_screen(wanted.tx, self.texts, self.offices, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _weekly(self, wanted: Wanted) -> Show | None:
        screen = await weekly_screen(wanted.tx, wanted.body, self.texts, self.offices, wanted.now)
        return Show(screen) if screen is not None else None

    async def _notice(self, wanted: Wanted) -> Show | None:
        """Return the notice of one case, or of several in one message; in the group the people meant are mentioned.
        None if no item applies any more."""
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
        if kind is Notice.WORK and not in_group:
            return await self._new_work(wanted, *told[0])
        more = letter.body.get("more", {})
        if len(told) > 1 or more:
            news = [News(kind, case, item["department"], _step(item), item.get("text", "")) for case, item in told]
            loud = any(case.importance is Importance.HIGH for case, _ in told)
            gathered_up = together(self.texts, news, office, now, in_group, mention, more)
            return Show(replace(gathered_up, silent=office.is_quiet(now) and not loud), "notice")
        case, item = told[0]
        own = self.offices.at(tx.municipality, case.regulation)
        instead = bool(item.get("instead"))
        news_of_one = News(kind, case, item["department"], _step(item), item["text"], item.get("by", ""))
        screen = notice(self.texts, news_of_one, own, now, in_group or instead, mention, nobody=instead)
        quiet = kind in QUIETLY or (office.is_quiet(now) and case.importance is not Importance.HIGH)
        screen = replace(screen, silent=screen.silent or quiet)
        version = case.approved or len(case.drafts) if kind is Notice.NOT_POSTED else None
        to_executor = kind is Notice.AUTHOR_DELETED and item["department"]
        has_replied = kind is Notice.AUTHOR_REPLIED and case.replies
        files = citizens_files(self.cases.files, case.replies[-1]) if has_replied else ()
        return Show(screen, "notice" if to_executor else LIVE.get(kind, "notice"), version, files=files)

    async def _at_hand(self, wanted: Wanted) -> Show:
        """Return the case as its reader may act on it now: the draft or offer for a curator, the work for an executor.
        A reader who can do nothing gets its history."""
        case, office, now = wanted.case, wanted.office, wanted.now
        actor = Actor(tuple(wanted.body["people"]))
        if case is not None and not case.is_ended and office.has_role(actor, Role.CURATOR, now):
            decided = case.state in (State.ON_APPROVAL, State.NOT_POSTED) and case.draft is not None
            shown = await self.cases.draft_of(wanted, case, len(case.drafts)) if decided else None
            return shown or Show(cards.offer(self.texts, case, office, now), "offer")
        if case is not None and not case.is_ended:
            own = office.of_department(actor, [part.department for part in case.active_parts], now)
            place = handed_at(case, own.department) if own is not None else None
            if place is not None and (shown := await self._work(wanted, case, place)) is not None:
                return shown
        return await self.cases.history(wanted)

    async def _new_work(self, wanted: Wanted, case: Case, item: Mapping[str, Any]) -> Show | None:
        """Return the whole case with its pictures, so that the executor need not open the group (DESIGN rule 17); None
        if the department no longer has that part."""
        place = handed_at(case, item["department"])
        shown = await self._work(wanted, case, place) if place is not None else None
        if shown is None:
            return None
        loud = case.importance is Importance.HIGH
        hushed = not loud and wanted.office.is_quiet(wanted.now)
        return replace(
            shown, screen=replace(shown.screen, silent=hushed), files=citizens_files(self.cases.files, case.appeal)
        )

    async def _work_now(self, wanted: Wanted) -> Show | None:
        """Return the refreshed message about an executor's work; None if the department's part is gone. The message's
        `version` is the place of the forwarding in the case's history."""
        case, known = wanted.case, wanted.known
        if case is None or known is None or known.version is None:
            return None
        return await self._work(wanted, case, known.version)

    async def _work(self, wanted: Wanted, case: Case, place: int) -> Show | None:
        part = part_handed(case, place)
        if part is None:
            return None
        office = self.offices.at(wanted.tx.municipality, case.regulation)
        card = await self._card(wanted.tx, case)
        bases = await bases_for(wanted.tx, case, part.department, office) if begins(case, part) else NOTHING
        return Show(work(self.texts, case, part, office, wanted.now, card, bases), "work", place)

    async def _card(self, tx: Transaction, case: Case) -> str:
        """Return the address of the case's newest card in the working group; "" if there is none."""
        group = await tx.people.working_group()
        cards = [k for k in await tx.messages.of_case(case.id, "card") if group is not None and k.chat_id == group[0]]
        newest = max(cards, key=lambda known: known.message_id, default=None)
        return self.links.to_message(newest.chat_id, newest.message_id) if newest is not None else ""

    async def _mention(self, tx: Transaction, letter: Letter) -> tuple[tuple[int, str], ...]:
        people = set(letter.body.get("people", ()))
        return tuple((b.account, b.shown_name) for b in await tx.people.all() if b.person in people)


def _step(item: Mapping[str, Any]) -> Step | None:
    return Step(item["step"]) if item["step"] else None
