"""Plays the events of a scenario and the alarms between them, one after another, through the real desk, ticker,
postroom and database.

Delivery only records: letters are taken from the outbox unrendered, addressed as in the running bot, and not stored as
messages. Rendering ten screens for each case would take longer than everything else, and a letter is enough to count
a notice. Citizens' networks do only what the scenario says. `bot.simulation.official.acts` plays pages, material and
comments beside the cases and gets every letter that is not a notice about a case.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cases.postroom import Postroom
from bot.clock import HeldClock
from bot.daily import DailyRound
from bot.found.finding import REMEMBERED
from bot.found.waves import answered_before
from bot.notices.digests import Digests
from bot.notices.shortcomings import report
from bot.notices.weekly import WEEKLY, weekly_letters
from bot.offices import Offices
from bot.process.ticker import Ticker
from bot.simulation.cast import Cast
from bot.simulation.lists import ListsAhead
from bot.simulation.official.orders import CASE
from bot.simulation.orders import ABSENT, DETECT, FROM_NETWORKS, ORDERS, SHORTCOMING, TYING, Given
from bot.simulation.outcome import CaseOutcome, Notice, Outcome, Refusal, in_order, outcome_of
from bot.simulation.scenario import IN_NETWORKS, Event, Scenario
from storage.books import Books
from storage.migrate import upgrade
from storage.sqlite import PASSING, WHOLE, SqliteEngine
from storage.transaction import Transaction
from workflow.case import Appeal, Case, Other, State
from workflow.commands import AnyCommand, Detect, PostFailed
from workflow.desk import Desk
from workflow.effects import OF_TERMS
from workflow.effects import Notice as NoticeKind
from workflow.office import DETECTOR, NETWORK, Absence, circle_among, may_enter, may_look_back
from workflow.outcomes import Reason, Refused
from workflow.ports import GROUP_LANE, Letter
from workflow.regulation import Holder, Importance, Source, Step
from workflow.shortcomings import ReportShortcoming, next_weekly
from workflow.terms.alarms import Alarm, AlarmKind

if TYPE_CHECKING:
    from bot.simulation.official.acts import Official

REPORTED = OF_TERMS | {NoticeKind.WORK, NoticeKind.SIGNIFICANT, NoticeKind.SHORTCOMING}
KINDS = {NoticeKind.IDLE_ABOVE: NoticeKind.IDLE, NoticeKind.MISSED: NoticeKind.OVERDUE}
"""Kinds of notice reported as another kind, because the contract has one word for the notice to the person whose move
it is and the notice to their superiors."""
OF_DEPARTMENT = frozenset({NoticeKind.WORK, NoticeKind.IDLE, NoticeKind.MISSED})
GROUP, DIGEST = "group", "digest"
MOMENT = timedelta(microseconds=1)
AT_A_TIME = 500
"""How many events are played between two readings of the outbox."""

Progress = Callable[[int], None]
"""Called with the number of events done since the last call."""


def play(scenario: Scenario, database: Path | None = None, progress: Progress = lambda done: None) -> Outcome:
    """Play the scenario and return its results. `database`: a new file that is kept; without it nothing is left
    behind."""
    folder = Path(tempfile.mkdtemp(prefix="dezhurny-simulate-"))
    try:
        return asyncio.run(_played(scenario, database or folder / "simulation.db", database is not None, progress))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _played(scenario: Scenario, file: Path, lasting: bool, progress: Progress) -> Outcome:
    url = f"sqlite:///{file}"
    await upgrade(url)
    books = Books(url, SqliteEngine(str(file), WHOLE if lasting else PASSING, alone=True))
    try:
        return await _Play(scenario, books).played(progress)
    finally:
        await books.close()


@dataclass
class _Play:
    scenario: Scenario
    books: Books
    refused: list[Refusal] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    ids: dict[str, Other] = field(default_factory=dict)

    def __post_init__(self) -> None:
        municipality = self.scenario.municipality
        self.key = municipality.key
        self.clock = HeldClock(self.scenario.events[0].at)
        self.offices = Offices(municipality)
        self.desk = Desk(self.offices.at, Postroom())
        self.ticker = Ticker(self.books, self.key, self.desk, self.clock, lambda: None, folding=False)
        self.daily = DailyRound(self.offices.today, Digests(self.offices).tasks)
        self.listed = self.scenario.events[0].at
        self.lists = ListsAhead(self.scenario.until + MOMENT)
        self.names: dict[int, str] = {}
        self.official = self._beside() if self.scenario.official else None
        self._wait_for_weekly(self.clock.now())

    def _beside(self) -> Official:
        """Make the player of pages, materials and comments; its module is imported only here."""
        from bot.simulation.official.acts import Official

        return Official(self.scenario, self.clock, self.offices, self.desk, self.refused, self.notices, self._became)

    def _became(self, name: str, case: Case) -> None:
        self.ids[name] = Other(case.id, case.number)
        self.names[case.id] = name

    @property
    def who(self) -> Cast:
        return self.scenario.cast

    async def played(self, progress: Progress) -> Outcome:
        """Play everything in one transaction, so that it is kept completely or not at all; return the outcome."""
        async with self.books.write(self.key) as tx:
            await self._open(tx)
            for some in _chunks(self.scenario.events):
                for event in some:
                    await self._ring_before(tx, event.at)
                    self.clock.set(event.at)
                    await self._happens(tx, event)
                await self._drain(tx)
                progress(len(some))
            await self._ring_before(tx, self.scenario.until + MOMENT)
            self.clock.set(self.scenario.until)
            await self._drain(tx)
            further = await self.official.outcome(tx) if self.official is not None else None
            return in_order(Outcome(await self._cases(tx), self.notices, self.refused, further))

    async def _open(self, tx: Transaction) -> None:
        """Store the regulation and bind an account to every person, so that notices are addressed to people."""
        now = self.clock.now()
        await self.offices.open_editions(tx, now)
        for person, account in self.who.accounts.items():
            await tx.people.bind(person, account, person, in_group=True, now=now)
        if self.official is not None:
            await self.official.open(tx)
            await self._drain(tx)

    # --- time ------------------------------------------------------------------------------------

    async def _ring_before(self, tx: Transaction, moment: datetime) -> None:
        """Ring every alarm and send every weekly list due before the moment, each at its own time. An alarm at exactly
        the moment waits: a person who acts right then needs no reminder."""
        while self.next_weekly is not None and self.next_weekly < moment:
            at, since = self.next_weekly, self.weekly_since
            await self._ring_alarms(tx, at)
            self.clock.set(max(at, self.clock.now()))
            await tx.outbox.put(await weekly_letters(tx, self.offices.today(self.key), since, at, at), at)
            self._wait_for_weekly(at)
        await self._ring_alarms(tx, moment)

    def _wait_for_weekly(self, after: datetime) -> None:
        self.weekly_since = after
        self.next_weekly = next_weekly(self.offices.today(self.key), after)

    async def _ring_alarms(self, tx: Transaction, moment: datetime) -> None:
        if self.official is not None:
            await self._pass_by_before(tx, self.official, moment)
        await self._ring_until(tx, moment)

    async def _ring_until(self, tx: Transaction, moment: datetime) -> None:
        """Ring the alarms due before the moment and give the daily lists between them."""
        while True:
            rings_at, lists_at = await tx.next_alarm(), self.lists.after(self.listed, self.offices.today(self.key))
            if lists_at is not None and lists_at < moment and (rings_at is None or lists_at < rings_at):
                self.listed = lists_at
                self.clock.set(max(lists_at, self.clock.now()))
                await self.daily.look(tx, self.clock.now())
            elif rings_at is not None and rings_at < moment:
                self.clock.set(max(rings_at, self.clock.now()))
                await self.ticker.ring_due(tx)
            else:
                return

    async def _pass_by_before(self, tx: Transaction, official: Official, moment: datetime) -> None:
        """Do what happens to pages and materials by itself before the moment; alarms due at the same time ring first."""
        while (at := official.next_moment(moment)) is not None:
            await self._ring_until(tx, at + MOMENT)
            self.clock.set(max(at, self.clock.now()))
            await self._drain(tx)
            await official.pass_by(tx)
            await self._drain(tx)

    # --- events ----------------------------------------------------------------------------------

    async def _happens(self, tx: Transaction, event: Event) -> None:
        if self.official is not None and event.about != CASE:
            await self._drain(tx)
            await self.official.happens(tx, event)
            await self._drain(tx)
            return
        if event.do == ABSENT:
            await self._absent(tx, event)
            return
        if event.do == SHORTCOMING:
            await self._shortcoming(tx, event)
            return
        if event.do == DETECT:
            await self._give(tx, event, await self._detected(tx, event))
            return
        if self.official is not None and self._is_without_case(event):
            self._refuse(event, Reason.NO_SUCH_CASE)
            return
        order, other = ORDERS[event.do], self.ids[event.case]
        actor = self.who.actor(event.by) if event.by is not None else order.by or NETWORK
        if event.do in FROM_NETWORKS:
            await self._out(tx, other.id, by_person=event.by is not None and event.do == "posted")
        given = Given(actor, other.id, await tx.case(other.id), event.fields, self.ids)
        assert order.make is not None, "what opens a case or is about none was done above"
        await self._give(tx, event, order.make(given))

    async def _shortcoming(self, tx: Transaction, event: Event) -> None:
        assert event.by is not None, "the scenario was refused without it"
        said, about = event.fields, self.ids.get(event.case)
        command = ReportShortcoming(self.who.actor(event.by), said["department"], said["text"], about)
        decision = await report(tx, command, self.offices.today(self.key), self.clock.now())
        if isinstance(decision, Refused):
            self._refuse(event, decision.reason)

    def _is_without_case(self, event: Event) -> bool:
        """Whether the event refers to a case that was never opened, because a comment did not become one."""
        named = {
            event.case,
            *(event.fields[key] for key in ("to", "into") if event.do in TYING and key in event.fields),
        }
        return not named <= self.ids.keys()

    async def _give(self, tx: Transaction, event: Event, command: AnyCommand) -> None:
        decision = await self.desk.carry_out(tx, command, self.clock.now(), self.key)
        if isinstance(decision, Refused):
            self._refuse(event, decision.reason)

    def _refuse(self, event: Event, reason: str) -> None:
        by = event.by or ("network" if event.do != DETECT else "detector")
        self.refused.append(Refusal(self.clock.now(), event.case, event.do, by, reason))

    async def _detected(self, tx: Transaction, event: Event) -> Detect:
        """Make a Detect command with new numbers from the event: a message entered by a person, or found by the
        program."""
        said, now = event.fields, self.clock.now()
        other = self.ids[event.case] = Other(await tx.next_case_id(), await tx.next_number("case"))
        self.names[other.id] = event.case
        source = Source(said["source"])
        to_network = source in IN_NETWORKS and event.case not in self.scenario.by_hand
        author = str(said.get("author", ""))
        appeal = Appeal(
            source=source,
            text=said["text"],
            author=author or "житель",
            written_at=now,
            link=said.get("link", ""),
            network=source.value if to_network else None,
            ref=event.case if to_network else "",
            handed_in_by=self.who.person(event.by) if event.by is not None else None,
            author_ref=author,
        )
        return Detect(
            by=self.who.actor(event.by) if event.by is not None else DETECTOR,
            case=other.id,
            municipality=self.key,
            number=other.number,
            appeal=appeal,
            arrived=now,
            importance=Importance(said.get("importance", Importance.NORMAL)),
            topics=said.get("topic", ()),
            location=said.get("location", ""),
            answered_before=answered_before(appeal, await tx.cases_near(appeal, "", now - REMEMBERED))
            if author
            else (),
        )

    async def _out(self, tx: Transaction, case_id: int, *, by_person: bool) -> None:
        """Prepare a case for its `posted` or `post_failed` event: end the time for «Отменить» if it still runs; and if
        a person posts what the program was to post, first record that the network handed the posting over to
        people."""
        now = self.clock.now()
        case = await tx.case(case_id)
        if case is not None and case.state is State.APPROVED and case.post_at is not None:
            release = Alarm(case.post_at, AlarmKind.RELEASE, case_id, "", case.post_at)
            await self.desk.ring(tx, release, now, self.key)
            case = await tx.case(case_id)
        if by_person and case is not None and case.state is State.APPROVED and case.post_at is None:
            await self.desk.carry_out(tx, PostFailed(NETWORK, case_id, "by_hand"), now, self.key)

    async def _absent(self, tx: Transaction, event: Event) -> None:
        """Enter the absence, which the office knows from then on. Refused: one for somebody else by a person who is
        neither curator nor deputy, days before today for oneself, and people who would substitute for each other in a
        circle."""
        said, now = event.fields, self.clock.now()
        person = self.who.person(str(said.get("who") or event.by))
        substitute = said.get("substitute")
        stands_in = self.who.person(substitute) if substitute else self.who.people[person].substitute
        absence = Absence(person, said["from"], said["until"], stands_in)
        if (reason := self._may_not_enter(event, absence)) is not None:
            self._refuse(event, reason)
            return
        known = self.offices.today(self.key).absences
        if absence.until <= absence.since or stands_in == person or circle_among((*known, absence)):
            self._refuse(event, "not_now")
            return
        await tx.absences.enter(absence, self.who.person(event.by or person), now)
        await self.offices.read_absences(tx, now)

    def _may_not_enter(self, event: Event, absence: Absence) -> Reason | None:
        now, office = self.clock.now(), self.offices.today(self.key)
        actor = self.who.actor(event.by or absence.person)
        if absence.person not in may_enter(office, actor, now):
            return Reason.NOT_YOURS
        midnight = datetime.combine(now.astimezone(office.zone).date(), time(), office.zone)
        looks_back = absence.since < midnight and not may_look_back(office, actor, absence.person, now)
        return Reason.IN_THE_PAST if looks_back else None

    # --- what is seen ----------------------------------------------------------------------------

    async def _drain(self, tx: Transaction) -> None:
        while letters := await tx.outbox.hand_over(self.clock.now()):
            for letter in letters:
                if letter.kind == "notice":
                    self._record(letter)
                elif letter.body.get("key") == NoticeKind.SHORTCOMING:
                    self._record_shortcoming(letter)
                elif letter.body.get("which") == WEEKLY:
                    self._record_weekly(letter)
                elif letter.kind == "digest":
                    self._record_list(letter)
                elif self.official is not None:
                    await self.official.take(tx, letter)
            if self.official is None:
                return

    def _record(self, letter: Letter) -> None:
        assert letter.created_at is not None
        persons = [p for p, account in self.who.accounts.items() if account == letter.account]
        for item in letter.body["items"]:
            if item["notice"] in REPORTED:
                told = [self._called(person, item) for person in persons] if letter.lane != GROUP_LANE else [GROUP]
                self.notices += [
                    Notice(letter.created_at, self.names[item["case"]], _kind(item["notice"]), item["step"], to)
                    for to in told
                ]

    def _record_shortcoming(self, letter: Letter) -> None:
        """Record a notice about a department's shortcoming to each reader; `case` is the one the letter names, or ""."""
        assert letter.created_at is not None
        facts = letter.body["facts"]
        case, about = self.names.get(facts.get("case", 0), ""), ("department", str(facts["department"]))
        for person, account in self.who.accounts.items():
            if account == letter.account:
                to = self.who.called(person, None)
                self.notices.append(Notice(letter.created_at, case, NoticeKind.SHORTCOMING, None, to, *about))

    def _record_weekly(self, letter: Letter) -> None:
        """Record a notice for each line of a weekly list, under the post of its reader."""
        assert letter.created_at is not None
        for person in (p for p, account in self.who.accounts.items() if account == letter.account):
            to = self.who.called(person, None)
            self.notices += [
                Notice(letter.created_at, self.names[item["case"]], _of_list(item["kind"]), item["step"], to)
                for item in letter.body["items"]
            ]

    def _record_list(self, letter: Letter) -> None:
        """Record a notice for each line of a daily list and each of its readers."""
        assert letter.created_at is not None
        for person, account in self.who.accounts.items():
            if account != letter.account:
                continue
            to = self.who.called(person, self.who.people[person].department)
            lines = [
                (self.names[item["case"]], item["step"].partition("@")[0] or None) for item in letter.body["items"]
            ]
            self.notices += [Notice(letter.created_at, case, DIGEST, step, to) for case, step in lines]

    def _called(self, person: str, item: dict[str, str]) -> str:
        """The name under which a notice to the person is reported: the department's key if it is about the
        department's own duty, otherwise the person's post."""
        if item["notice"] in OF_DEPARTMENT:
            return self.who.called(person, item["department"])
        own = item["notice"] in (NoticeKind.REMINDER, NoticeKind.OVERDUE)
        rule = self.scenario.municipality.regulation.rule(Step(item["step"])) if own and item["step"] else None
        of_department = rule is not None and rule.holder is not Holder.CURATOR
        return self.who.called(person, item["department"] if of_department else None)

    async def _cases(self, tx: Transaction) -> dict[str, CaseOutcome]:
        found: dict[str, CaseOutcome] = {}
        for name, other in self.ids.items():
            case: Case | None = await tx.case(other.id)
            if case is not None:
                office = self.offices.at(self.key, case.regulation)
                found[name] = outcome_of(case, office, self.scenario.until)
        return found


def _chunks(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    for start in range(0, len(events), AT_A_TIME):
        yield events[start : start + AT_A_TIME]


def _of_list(kind: str) -> str:
    """The contract's word for the kind of a line of the weekly list."""
    return DIGEST if kind == "made_good" else NoticeKind.SHORTCOMING


def _kind(notice: str) -> str:
    return KINDS.get(NoticeKind(notice), notice)
