"""Plays a scenario's pages, materials and comments through the same desks, database and letters as the running bot. It
works beside the player of cases, and only if a scenario has such events.

Letters are taken from the outbox unrendered: notices are recorded, and orders to publish are held until their time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.clock import HeldClock
from bot.daily import DailyRound
from bot.offices import Offices
from bot.official.material.rendering import week_of
from bot.official.moderation.rendering import LIST, ONE, ORDER
from bot.official.pages.rendering import KIND as ONE_PAGE
from bot.official.pages.round import PageTasks
from bot.official.publications.norms import BEHIND, pages_behind
from bot.simulation.official.comments import CommentActs
from bot.simulation.official.materials import MaterialActs
from bot.simulation.official.orders import COMMENT, MATERIAL, PAGE, PLAN
from bot.simulation.official.outcome import (
    CommentOutcome,
    OfficialOutcome,
    PlanOutcome,
    page_outcome,
    publications_outcome,
)
from bot.simulation.official.pages import PageActs
from bot.simulation.official.rounds import next_round
from bot.simulation.official.stage import Stage
from bot.simulation.outcome import Notice, Refusal
from bot.simulation.scenario import Event, Scenario
from config.texts import Texts
from storage.materials import Materials
from storage.moderation import ModerationBook
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.case import Case
from workflow.desk import Desk
from workflow.official.content_plan import monday
from workflow.ports import Letter

KINDS = {ONE_PAGE: (PAGE, "page"), "material": (MATERIAL, "material"), ONE: (COMMENT, "comment")}
"""For each kind of letter the kind of its subject, and the key of the subject's number in the letter's body."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Official:
    """The player of pages, materials and comments. `became` is called with the name and the case when a comment
    becomes a case."""

    scenario: Scenario
    clock: HeldClock
    offices: Offices
    desk: Desk
    refused: list[Refusal]
    notices: list[Notice]
    became: Callable[[str, Case], None]
    cases: dict[int, str] = field(default_factory=dict)
    plans: list[PlanOutcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        texts = Texts(self.scenario.municipality.folders)
        self.stage = Stage(self.scenario, self.clock, self.offices, self.desk, texts, self.refused, self.notices)
        self.pages = PageActs(self.stage)
        self.materials = MaterialActs(self.stage)
        self.comments = CommentActs(self.stage, self._became)
        self.round = DailyRound(self.offices.today, PageTasks(self.scenario.municipality.pages).tasks)
        self.passed = self.clock.now()

    def _became(self, name: str, case: Case) -> None:
        self.cases[case.number] = name
        self.became(name, case)

    async def open(self, tx: Transaction) -> None:
        """Enter the pages of the municipality's file into the database, as the bot does at start."""
        self.passed = self.clock.now()
        await self.round.look(tx, self.clock.now())
        for one in await OfficialPages(tx).every():
            self.stage.numbers[PAGE, one.address] = one.id
            self.stage.addresses[one.address] = one.address

    async def happens(self, tx: Transaction, event: Event) -> None:
        """Play the event: carry it out, or record its refusal."""
        acts: Mapping[str, Callable[[Transaction, Event], Awaitable[None]]] = {
            PAGE: self.pages.happens,
            MATERIAL: self.materials.happens,
            COMMENT: self.comments.happens,
            PLAN: self._planned,
        }
        await acts[event.about](tx, event)

    async def _planned(self, tx: Transaction, event: Event) -> None:
        """Record the week's content plan as a person who opens it now would see it."""
        now, office = self.clock.now(), self.stage.office
        first = event.fields.get("week") or monday(now.astimezone(office.zone).date())
        self.plans.append(PlanOutcome(now, event.by or "", await week_of(tx, first, office)))

    # --- time --------------------------------------------------------------------------------------------------------

    def next_moment(self, before: datetime) -> datetime | None:
        """The next moment before `before` at which something happens to a page or material by itself; None if there is
        none."""
        held = self.materials.next_moment()
        soon = next_round(self.passed, before, self.stage.office.working_time)
        return min((moment for moment in (held, soon) if moment is not None and moment < before), default=None)

    async def pass_by(self, tx: Transaction) -> None:
        """Do what happens to pages and materials by itself at this moment: send due posts and run the daily tasks."""
        self.passed = max(self.passed, self.clock.now())
        await self.materials.bring(tx)
        await self.round.look(tx, self.clock.now())

    # --- letters -----------------------------------------------------------------------------------------------------

    async def take(self, tx: Transaction, letter: Letter) -> None:
        """Take one letter that is not a notice about a case: record it as a notice, hold it for its network or answer
        it."""
        match letter.kind:
            case str() as kind if kind in KINDS:
                about, key = KINDS[kind]
                if letter.body["notice"]:
                    name = self.stage.name(about, int(letter.body[key]))
                    self.stage.tell(letter.account, str(letter.body["notice"]), about, name)
            case "publish":
                self.materials.held.append(letter)
                await self.materials.bring(tx)
            case str() as kind if kind == ORDER:
                await self.comments.told(tx, letter)
            case str() as kind if kind == LIST:
                self.stage.tell(letter.account, LIST, COMMENT, "")
            case "list" if letter.body["which"] == BEHIND:
                await self._behind(tx, letter)
            case "say" if letter.body["key"] == "page_unknown":
                number = int(letter.body["facts"]["number"])
                self.stage.tell(letter.account, "page_unknown", PAGE, self.stage.name(PAGE, number) if number else "")

    async def _behind(self, tx: Transaction, letter: Letter) -> None:
        """Record a notice for each page that the list of pages behind the norm would show if it were rendered now."""
        now, office = self.clock.now(), self.stage.office
        for found, _ in await pages_behind(tx, office, now):
            if found.id in letter.body["pages"]:
                self.stage.tell(letter.account, "behind", PAGE, self.stage.name(PAGE, found.id))

    # --- what came of it ---------------------------------------------------------------------------------------------

    async def outcome(self, tx: Transaction) -> OfficialOutcome:
        """The results for pages, materials and comments at the end of the scenario."""
        book, now, office = OfficialPages(tx), self.scenario.until, self.stage.office
        pages = {self.stage.name(PAGE, one.id): one for one in await book.every()}
        published, in_force = await book.published_since(FIRST), await book.in_force()
        materials, moderation = Materials(tx), dict[str, CommentOutcome]()
        for name in self.comments.found:
            moderation[name] = await self._comment(tx, name)
        sent = {
            name: await materials.get(number) for (kind, name), number in self.stage.numbers.items() if kind == MATERIAL
        }
        return OfficialOutcome(
            {name: page_outcome(one, office, now) for name, one in pages.items()},
            {
                name: publications_outcome(one, published, in_force[one.id], office, now)
                for name, one in pages.items()
                if one.id in in_force
            },
            {name: found for name, found in sent.items() if found is not None},
            moderation,
            tuple(self.plans),
            {one.id: name for name, one in pages.items()},
        )

    async def _comment(self, tx: Transaction, name: str) -> CommentOutcome:
        book, number = ModerationBook(tx), self.stage.number(COMMENT, name)
        found = await book.get(number)
        if found is None:
            return CommentOutcome(None)
        grounds = [line["ground"] for line in await book.history(number, 1000) if line["ground"]]
        case = found.comment.case
        return CommentOutcome(found.comment, grounds[-1] if grounds else None, self.cases.get(case) if case else None)
