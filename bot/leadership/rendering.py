"""Render what the leadership asks for (paged lists, figures, reports, documents) at the moment of sending.

Lists are read in the transaction that takes the letter out. Slow work (a month's figures, pictures, documents) runs
outside it and off the event loop, so that no press waits (`Show.later`). Sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.cases.reckoning import CORRECTED
from bot.cases.screens import sayings
from bot.cases.undelivered import hears_of_it, undelivered
from bot.delivery.ports import Show
from bot.delivery.wanted import Makers, Wanted
from bot.files import FileStore
from bot.leadership import papers
from bot.leadership import screens as registers
from bot.leadership.monthly import OWN
from bot.leadership.own_screens import own_departments
from bot.leadership.papers import BrokenTemplate
from bot.leadership.register import spared_in, violations_of
from bot.leadership.register_screens import violations
from bot.leadership.reporting import monthly
from bot.leadership.screens import Leaf
from bot.leadership.sent import keep, kept
from bot.messenger import Address, OutFile, Screen
from bot.offices import Offices
from config.municipality import Municipality
from config.texts import Texts
from handlers.striking import Marked
from networks.apart import WorkOut
from reports.asked import asked
from reports.notes import notes
from reports.period import Month, Period
from reports.pictures import can_draw, pictures_of
from reports.reading import Report
from reports.wording import Wording
from storage import board
from storage.books import Books
from storage.transaction import Transaction
from workflow.case import Case
from workflow.office import Actor, Office, Person, Role
from workflow.ports import Letter
from workflow.visibility import cases_of
from workflow.waiting import answered_for

LISTS = frozenset({"open", "mine", "overdue", "find"})
"""Kinds of messages that show one page of a list."""
WITH_WHAT_IS_LOST = frozenset({"open", "mine"})
"""Lists that show a curator, on their first page, the letters that the bot gave up sending."""
DOCUMENTS = frozenset({"report", "stats", "violations", "file", "memo", OWN})


@dataclass(frozen=True)
class Leadership:
    books: Books
    offices: Offices
    texts: Texts
    work_out: WorkOut = papers.here
    files: FileStore | None = None

    @property
    def municipality(self) -> Municipality:
        return self.offices.municipality

    @property
    def makers(self) -> Makers:
        return Makers(
            messages={**dict.fromkeys(LISTS, self._known), "violations": self._known_violations},
            lists={**dict.fromkeys(LISTS, self._list), **dict.fromkeys(DOCUMENTS, self._document)},
        )

    async def _list(self, wanted: Wanted) -> Show:
        shown = await self.first_leaf(wanted.tx, wanted.body, wanted.office, wanted.now)
        return replace(shown, reply_to=await wanted.reply_to())

    async def _document(self, wanted: Wanted) -> Show | None:
        return await self.show(wanted.tx, wanted.letter, wanted.office, wanted.now, await wanted.reply_to())

    async def _known(self, wanted: Wanted) -> Show | None:
        """Return the refreshed content of a list's message, at the page it is on."""
        known = wanted.known
        if known is None:
            return None
        return await self._leaf(wanted.tx, known.kind, Leaf.parse(known.menu or ""), wanted.office, wanted.now)

    # --- lists -------------------------------------------------------------------------------------------------------

    async def first_leaf(self, tx: Transaction, body: Mapping[str, Any], office: Office, now: datetime) -> Show:
        """Return the first page of the list as a new message. In the group it is not limited to anybody's own cases,
        because everybody there reads it."""
        in_group = not body["private"] and body["which"] != "mine"
        at = Leaf(1, () if in_group else tuple(body["people"]), str(body.get("step", ""))[: registers.WORDS])
        return await self._leaf(tx, str(body["which"]), at, office, now)

    async def _leaf(self, tx: Transaction, which: str, at: Leaf, office: Office, now: datetime) -> Show:
        people = office.acting(Actor(at.people), now)
        size = registers.per_page(which)
        while True:
            cases, total, older = await self._cases(tx, which, at, people, now)
            last = max(1, -(-total // size))
            if at.number <= last:
                break
            at = Leaf(last, at.people, at.words)
        on_it = which in WITH_WHAT_IS_LOST and at.number == 1 and hears_of_it(people)
        lost = await undelivered(tx, now) if on_it else ()
        own = which != "mine" or answered_for(people, office)[1]
        screen = registers.leaf(
            self.texts, which, cases, at, total, office, now, older_left_out=older, lost=lost, below=not own
        )
        return Show(screen, which, menu=str(at))

    async def _cases(
        self, tx: Transaction, which: str, at: Leaf, people: Sequence[Person], now: datetime
    ) -> tuple[list[Case], int, bool]:
        """Return the cases of one page of the list, the total, and whether older cases were left out of the search;
        each person gets only what they may see."""
        size = registers.per_page(which)
        offset = (at.number - 1) * size
        if which == "find":
            hits = await tx.search.find(at.words, size, offset, cases_of(people))
            return await tx.lists.by_ids(hits.ids), hits.total, hits.older_left_out
        if which == "mine":
            own, late, awaited = _mine(people, self.offices.today(tx.municipality), now)
        else:
            own, late, awaited = cases_of(people) if at.people else None, now if which == "overdue" else None, None
        shown = await tx.lists.open(size, offset, own, late, awaited)
        return shown, await tx.lists.count(own, late, awaited), False

    # --- documents ---------------------------------------------------------------------------------------------------

    async def show(
        self, tx: Transaction, letter: Letter, office: Office, now: datetime, reply_to: Address | None
    ) -> Show | None:
        """Return one of `DOCUMENTS`; one that is slow to make comes as `Show.later`."""
        body = letter.body
        match body["which"]:
            case "file":
                return await self._file(tx, int(body["number"]), office, now)
            case "memo":
                return await self._memo(tx, int(body["number"]), bool(body.get("signs")), now)
            case "violations" if str(body.get("step", "")) == CORRECTED:
                shown = await self._violations(tx, Marked(CORRECTED, tuple(body["people"])), office, now)
                return replace(shown, reply_to=reply_to)
            case which:
                period = self._period(which, str(body.get("step", "")), now)
                if isinstance(period, Screen):
                    return Show(period, reply_to=reply_to)
                if which == "violations":
                    shown = await self._violations(tx, Marked(str(period), tuple(body["people"])), office, now)
                    return replace(shown, reply_to=reply_to)
                own, sending = tuple(body.get("departments", ())), bool(body.get("sending"))
                make = partial(self._figures, which, period, office, now, reply_to, own, sending=sending)
                return Show(Screen(""), later=make)

    def _period(self, which: str, words: str, now: datetime) -> Period | Screen:
        """Return the period asked for, or a message that refuses it."""
        office = self.offices.today(self.municipality.key)
        today = now.astimezone(self.municipality.zone).date()
        this = Month(today.year, today.month)
        if not words.strip():
            return this.before if which == "report" else this
        period = asked(words, today)
        if period is None or (which != "stats" and not isinstance(period, Month)):
            return sayings.say(self.texts, registers.HOW[which], {}, office, now)
        if period.days[0] > today:
            return sayings.say(self.texts, "not_begun_yet", {}, office, now)
        return period

    async def _figures(
        self,
        which: str,
        period: Period,
        office: Office,
        now: datetime,
        reply_to: Address | None,
        own: Sequence[str] = (),
        *,
        sending: bool,
    ) -> Show:
        """Return the figures of a period. `own`: only of these departments. `sending`: this is the scheduled report,
        which is stored as it is sent. A report that was sent before is shown as it was."""
        key = self.municipality.key
        found, sent = await monthly(self.books, key, period, now), None
        if found is None:
            return Show(sayings.say(self.texts, "no_figures", {}, office, now), reply_to=reply_to)
        if which == OWN:
            wording = self._wording(found)
            period_words = self._named(found.figures.month, wording, now)
            return Show(own_departments(self.texts, found.figures, own, wording, period_words))
        if which == "report" and isinstance(period, Month):
            sent = await kept(self.books, key, period, found)
            if sent is None and sending:
                await keep(self.books, key, period, found)
            if (found := sent or found).is_empty:
                return Show(await self._nothing(period, found, now), reply_to=reply_to)
        if which == "report":
            show = await self._report(sent or found, now, again=sent is not None and not sending)
        else:
            show = await self._stats(found, now)
        return Show(show.screen, files=show.files, reply_to=reply_to)

    async def _nothing(self, month: Month, found: Report, now: datetime) -> Screen:
        """Return one line for a month in which nothing happened, with buttons for the nearest months with cases."""
        wording, zone = self._wording(found), self.municipality.zone
        async with self.books.write(self.municipality.key) as tx:
            moments = await board.detected_beside(tx, *month.bounds(zone))
        months = [Month.of(at, zone) for at in moments if at is not None]
        others = {str(one): self._named(one, wording, now) for one in months}
        return registers.nothing_that_month(self.texts, self._named(month, wording, now), others)

    async def _report(self, found: Report, now: datetime, *, again: bool) -> Show:
        """Return the workbook, the letter and the pictures, with the figures in words. If the office's own template is
        broken, say so and send the rest. `again`: the report was sent before and is shown as it was."""
        wording, folders = self._wording(found), self.municipality.folders
        name = wording.word("report_file").format(month=wording.month(found.figures.month))
        files = [_document(f"{name}.xlsx", await self._made("workbook", found, folders))]
        missing = [] if can_draw() else [wording.word("no_pictures")]
        try:
            files.append(_document(f"{name}.docx", await self._made("letter", found, folders)))
        except BrokenTemplate as error:
            missing.append(wording.word("broken_letter").format(why=error.why))
        pictures = await self._pictures(found)
        sent = wording.moment(found.figures.as_of) if again else ""
        screen = registers.figures(self.texts, "report", {**self._numbers(found, wording, now), "sent": sent}, missing)
        return Show(screen, files=(*files, *pictures))

    async def _stats(self, found: Report, now: datetime) -> Show:
        wording = self._wording(found)
        missing = [] if can_draw() else [wording.word("no_pictures")]
        screen = registers.figures(self.texts, "stats", self._numbers(found, wording, now), missing)
        return Show(screen, files=await self._pictures(found, most=1))

    async def _violations(self, tx: Transaction, marked: Marked, office: Office, now: datetime) -> Show:
        """Return the list of violations; people who may annul some of them get buttons for it."""
        names = {department.key: department.name for department in office.departments.values()}
        wording = Wording.of(names, self.municipality.zone, self.municipality.folders)
        rows = await violations_of(tx, marked.source, marked.people, self.offices, now)
        month = Month.parse(marked.source) if marked.source != CORRECTED else None
        notes = await spared_in(tx, month, marked.people, self.offices) if month is not None else []
        screen = violations(self.texts, rows, marked, month, wording, office, now, notes)
        return Show(screen, "violations", menu=marked.menu())

    async def _known_violations(self, wanted: Wanted) -> Show | None:
        if wanted.known is None or wanted.known.menu is None:
            return None
        return await self._violations(wanted.tx, Marked.read(wanted.known.menu), wanted.office, wanted.now)

    async def _pictures(self, found: Report, most: int | None = None) -> tuple[OutFile, ...]:
        if not can_draw():
            return ()
        folders, wanted = self.municipality.folders, pictures_of(found.figures)[:most]
        drawn = [(one, await self._made("picture", found.figures, one, folders)) for one in wanted]
        return tuple(OutFile("photo", f"{one}.png", Path(), data) for one, data in drawn)

    async def _made(self, what: str, *arguments: object) -> bytes:
        return await papers.made(self.work_out, what, *arguments)

    def _wording(self, found: Report) -> Wording:
        names = {department.key: department.name for department in found.figures.departments}
        return Wording.of(names, found.figures.zone, self.municipality.folders, found.figures.measures)

    def _numbers(self, found: Report, wording: Wording, now: datetime) -> dict[str, Any]:
        """Return the report's figures by the names that the phrases use; each equals the one in `report --format json`."""
        from reports.as_docx import moderation_words, percent

        figures, totals = found.figures, found.figures.totals
        lines = [
            registers.department_line(
                self.texts,
                {
                    "name": wording.department(one.key),
                    "received": one.received,
                    "answered": one.answered,
                    "share": percent(one.on_time_share),
                    "overdue": one.open_overdue,
                },
            )
            for one in figures.departments
            if one.received
        ]
        change = totals.received - found.before.totals.received
        return {
            "period": self._named(figures.month, wording, now),
            "received": totals.received,
            "change": f"{change:+d}" if change and found.before.totals.received else "",
            "closed": totals.closed,
            "closed_without_posting": totals.closed_without_posting,
            "not_processed": totals.not_processed,
            "open": totals.open,
            "repeated": totals.repeated,
            "on_time_share": percent(figures.on_time_share),
            "on_time_before": percent(found.before.on_time_share),
            "violations": len(figures.violations),
            "notes": notes(figures, wording),
            "topics": ", ".join(f"{wording.topic(topic)} {n}" for topic, n in figures.topics[:3]),
            "departments": lines,
            "pages": [
                registers.page_line(
                    self.texts,
                    {
                        "network": wording.network(page.network),
                        "name": page.name,
                        "n": page.publications,
                        "norm": wording.norm(page.per, page.at_least, page.norm) if page.per else "",
                        "enough": wording.enough(page.per, page.enough, page.periods),
                    },
                )
                for page in figures.pages.pages
            ],
            "moderation": moderation_words(figures.moderation, wording) if figures.moderation.rows else {},
        }

    def _named(self, period: Period, wording: Wording, now: datetime) -> str:
        """The period in words: «октябрь» for this or the previous month, otherwise with the year."""
        if isinstance(period, Month):
            this = Month.of(now, self.municipality.zone)
            if period in (this, this.before):
                return wording.month_name(period)
        return wording.month(period)

    # --- documents about one case ------------------------------------------------------------------------------------

    async def _file(self, tx: Transaction, number: int, office: Office, now: datetime) -> Show:
        case = await tx.case_by_number(number)
        if case is None:
            return Show(sayings.say(self.texts, "no_such_case", {"number": number}, office, now))
        own = self.offices.at(case.municipality, case.regulation)
        entries = await tx.history(case.id)
        texts = self.texts

        path = self.files.path if self.files is not None else None

        async def make() -> Show:
            data = await self._made("case", registers.file_blocks(texts, case, entries, own, now, path), now)
            name, screen = registers.file_words(texts, case.number)
            return Show(screen, files=(_document(name, data),))

        return Show(Screen(""), later=make)

    async def _memo(self, tx: Transaction, number: int, signs: bool, now: datetime) -> Show | None:
        """Return the memo ready to be signed (KU-23), from the case as it is when sent; None if the case has ended
        meanwhile, or is no longer marked as significant. `signs`: the reader is the one who signs it."""
        case = await tx.case_by_number(number)
        if case is None or case.is_ended or not case.significant:
            return None
        own = self.offices.at(case.municipality, case.regulation)
        wave = await tx.waves.of_case(case.id)
        gathered = await tx.waves.get(wave) if wave is not None else None
        messages = max(len(gathered.cases) if gathered is not None else 0, 1 + len(case.merged))
        values = registers.memo_values(self.texts, case, messages, own, now)
        return Show(Screen(""), later=partial(self._made_memo, number, signs, values))

    async def _made_memo(self, number: int, signs: bool, values: Mapping[str, str]) -> Show:
        texts = self.texts
        try:
            data = await self._made("memo", dict(values), self.municipality.folders)
        except BrokenTemplate as error:
            return Show(registers.memo_broken(texts, number, error.why))
        name, screen = registers.memo_words(texts, number, signs, values["signer"])
        return Show(screen, files=(_document(name, data),))


def _document(name: str, data: bytes) -> OutFile:
    return OutFile("document", name, Path(), data)


# --- who may see what ------------------------------------------------------------------------------------------------


def _mine(
    people: Sequence[Person], office: Office, now: datetime
) -> tuple[frozenset[str] | None, datetime | None, frozenset[str] | None]:
    """Return what /mine shows these people: cases that wait for them; for superiors, cases that wait for the people
    below them; for the head, all that are late. As (departments, due before, waited for), each None if unlimited."""
    answered, own = answered_for(people, office)
    if not own and any(Role.HEAD in person.roles for person in people):
        return None, now, None
    return None, None, answered
