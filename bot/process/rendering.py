"""Renders every letter, by one table from the kind of a letter to the function that renders it, and passes on the
outcome of every posting. The subjects (cases, pages, …) register their functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.cases.screens.common import now_written
from bot.clock import Clock
from bot.delivery import Act, Carried, Failed, First, Rendered, Show
from bot.delivery.wanted import Maker, Makers, Wanted
from bot.found.long_texts import LongTexts
from bot.helped.rendering import KIND as HELPED
from bot.helped.rendering import asked
from bot.notices.overtaken import is_overtaken
from bot.notices.screens import mentions
from bot.offices import Offices
from bot.official.material.desk import MaterialReporting
from bot.official.moderation.granting import answered_by_network
from bot.process import questions, saying
from config.russian.words import When
from config.texts import Texts
from networks.port import Posted, PostFailure
from storage.transaction import Transaction
from storage.troubles import Troubles
from workflow import commands
from workflow.case import Case
from workflow.desk import Desk
from workflow.office import NETWORK, Office, Role
from workflow.ports import GROUP_LANE, LETTERS, Known, Letter, Question
from workflow.regulation import Importance

CALLING = frozenset({"offer", "draft", "ask"})
"""The kinds of letters meant for a private chat: sent to the group, they begin with a mention of the person. Notices
contain their own mentions."""


class Rendering:
    """Renders every letter at the moment it is sent (implements `bot.delivery.Renderer`). The constructor raises
    ValueError if two subjects render the same kind of letter, or none renders a kind."""

    def __init__(
        self, texts: Texts, offices: Offices, clock: Clock, subjects: Sequence[Makers], long: LongTexts
    ) -> None:
        self.texts = texts
        self.long = long
        self.offices = offices
        self.clock = clock
        own = Makers(
            letters={"say": self._say, "ask": self._ask, "edit": self._known, "list": self._list},
            messages={"question": self._asked},
        )
        every = (own, *subjects)
        self.letters = _one_table(one.letters for one in every)
        self.messages = _one_table(one.messages for one in every)
        self.lists = _one_table(one.lists for one in every)
        if self.letters.keys() != LETTERS:
            raise ValueError(f"letters nobody shows, or nobody may put: {sorted(self.letters.keys() ^ LETTERS)}")

    async def render(self, tx: Transaction, letter: Letter, known: Known | None, chat: int) -> Rendered | None:
        now = self.clock.now()
        case = await tx.case(letter.case_id) if letter.case_id is not None else None
        office = self.offices.at(tx.municipality, case.regulation if case else None)
        if known is None and case is not None and await is_overtaken(tx, letter, case):
            return None
        if case is not None and chat and self.long.has_unread(said := now_written(case)):
            return First(partial(self.long.read, said))
        rendered = await self.letters[letter.kind](Wanted(tx, letter, known, case, office, now, chat))
        if isinstance(rendered, Show) and (letter.body.get("doubts") or "again" in letter.body):
            rendered = replace(rendered, mark=self._mark(letter, office, now))
        if isinstance(rendered, Show) and _is_silent(letter, case, office, now):
            rendered = replace(rendered, screen=replace(rendered.screen, silent=True))
        if isinstance(rendered, Show) and not rendered.screen.silent and await self._hushed(tx, letter, now):
            rendered = replace(rendered, screen=replace(rendered.screen, silent=True))
        if isinstance(rendered, Show) and letter.lane == GROUP_LANE and letter.kind in CALLING:
            called = await self._called(tx, letter, office, now)
            text = f"{mentions(called)}\n{rendered.screen.text}" if called else rendered.screen.text
            return replace(rendered, screen=replace(rendered.screen, text=text))
        return rendered

    def _mark(self, letter: Letter, office: Office, now: datetime) -> str:
        """The words put above a message that may be a repeat, either of an earlier try to send it or of one sent
        before the database was restored."""
        copied = letter.body.get("restored")
        if copied is None:
            return str(self.texts.phrase("delivery.again"))
        moment = When(now, office.zone).long(datetime.fromisoformat(str(copied)))
        return str(self.texts.phrase("delivery.restored", copied=moment))

    async def _hushed(self, tx: Transaction, letter: Letter, now: datetime) -> bool:
        """Whether the letter must be silent because the person has set quiet hours that include `now`, and no case in
        it is significant or of high importance."""
        zone = self.offices.today(tx.municipality).zone
        reader = next((b for b in await tx.people.all() if b.account == letter.account), None)
        if reader is None or not reader.is_quiet(now, zone):
            return False
        items = letter.body.get("items", ()) if letter.kind == "notice" else ()
        about = {letter.case_id, *(int(item["case"]) for item in items)} - {None}
        cases = [await tx.case(number) for number in sorted(number for number in about if number is not None)]
        return not any(case and (case.importance is Importance.HIGH or case.significant) for case in cases)

    async def _known(self, wanted: Wanted) -> Rendered | None:
        """Render an existing message anew; None for a one-time message (a notice, an answer), which stays as it is."""
        make = self.messages.get(wanted.known.kind) if wanted.known is not None else None
        return await make(wanted) if make is not None else None

    async def _list(self, wanted: Wanted) -> Rendered | None:
        """Render the answer to /open, /mine, /overdue, /case or /why; it shows only what the person may see."""
        return await self.lists[str(wanted.body["which"])](wanted)

    async def _called(
        self, tx: Transaction, letter: Letter, office: Office, now: datetime
    ) -> tuple[tuple[int, str], ...]:
        """The people (account, name) to mention in the group, because the message could not reach them in private;
        empty if there are none."""
        account = letter.body.get("mention")
        if letter.kind == "ask":
            question = await tx.questions.get(int(letter.body["question"]))
            account = question.account if question is not None else account
        meant = set(office.holders(Role.CURATOR, now)) if account is None else set()
        found = {b.account: b.shown_name for b in await tx.people.all() if b.account == account or b.person in meant}
        return tuple(found.items())

    # --- words and questions -----------------------------------------------------------------

    async def _say(self, wanted: Wanted) -> Show:
        facts = {**wanted.body.get("facts", {}), "roles": wanted.body.get("roles", ())}
        screen = saying.say(self.texts, wanted.body["key"], facts, wanted.office, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _ask(self, wanted: Wanted) -> Show | None:
        question: Question | None = await wanted.tx.questions.get(int(wanted.body["question"]))
        if question is None:
            return None
        screen = questions.question(self.texts, question, wanted.case, wanted.office, wanted.now)
        return Show(screen, "question", question=question.id, reply_to=await wanted.reply_to())

    async def _asked(self, wanted: Wanted) -> Show | None:
        """Render a question that was answered: the same text without its buttons. None if it is no longer stored."""
        assert wanted.known is not None
        asked = await wanted.tx.questions.asked_at(wanted.known.chat_id, wanted.known.message_id)
        if asked is None:
            return None
        screen = questions.question(self.texts, asked, wanted.case, wanted.office, wanted.now)
        return Show(replace(screen, buttons=(), asks=False), "question")


def _is_silent(letter: Letter, case: Case | None, office: Office, now: datetime) -> bool:
    """Whether the letter makes no sound, by the marks in its body: `quietly` always, `hushed` unless its case is of
    high importance, `softly` in the office's quiet hours."""
    hushed = letter.body.get("hushed") and (case is None or case.importance is not Importance.HIGH)
    return bool(letter.body.get("quietly") or hushed or (letter.body.get("softly") and office.is_quiet(now)))


def _one_table(tables: Iterable[Mapping[str, Maker]]) -> dict[str, Maker]:
    found: dict[str, Maker] = {}
    for table in tables:
        if twice := found.keys() & table.keys():
            raise ValueError(f"shown by two subjects: {sorted(twice)}")
        found |= table
    return found


@dataclass(frozen=True)
class Reporting:
    """Gives the outcome of a posting to the desk as a command, like every other change of a case (implements
    `bot.delivery.Report`)."""

    desk: Desk
    clock: Clock
    materials: MaterialReporting

    async def outcome(self, tx: Transaction, letter: Letter, outcome: Posted | Failed) -> None:
        if isinstance(outcome, Posted):
            await Troubles(tx).over(letter.lane)
        elif outcome.reason == PostFailure.TOKEN_BAD:
            await Troubles(tx).begin(letter.lane)
        if letter.kind == "publish":
            await self.materials.outcome(tx, letter, outcome, self.clock.now())
            return
        if letter.case_id is None:
            return
        if letter.kind == HELPED:
            await asked(tx, letter, outcome, self.clock.now())
            return
        command: commands.AnyCommand
        match outcome:
            case Posted():
                command = commands.Posted(NETWORK, letter.case_id, outcome.link, outcome.ref)
            case Failed():
                command = commands.PostFailed(NETWORK, letter.case_id, outcome.reason)
        await self.desk.carry_out(tx, command, self.clock.now(), tx.municipality)

    async def moderated(self, tx: Transaction, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        office = self.desk.office_of(tx.municipality, None)
        await answered_by_network(tx, letter, act, outcome, office, self.clock.now())
