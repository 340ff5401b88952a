"""The material of the permission page: commands for every action, cases in every situation, and the desk to try them
at.

Each cell is one command carried out by `workflow.desk.Desk` over books in memory, on a case brought to its state by
commands, so the page shows what the program does and not what its table says. An action without a sample command is an
error.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from config.regulations import packaged
from tests.rules.offices import CURATOR, DEPUTY, HEAD, ROADS, ZHKH, at
from tests.rules.offices import office as small_office
from workflow.case import Appeal, Case, Draft, Mark, Missed, Other
from workflow.commands import (
    Accept,
    Action,
    AddNote,
    Annul,
    AnswerGone,
    AnswerTogether,
    AnyCommand,
    Approve,
    AuthorDeleted,
    AuthorEdited,
    AuthorJudged,
    AuthorReplied,
    AuthorRestored,
    BeginDraft,
    CloseWithoutPosting,
    Contribute,
    Correct,
    Detect,
    Entry,
    Forward,
    LetGo,
    LinkRepeat,
    MarkAnswer,
    MarkSignificant,
    Merge,
    NotProcess,
    PassContribution,
    PostAgain,
    Posted,
    PostFailed,
    ProposeInterim,
    ProposeTerm,
    Recall,
    Reckon,
    Release,
    Reopen,
    Retry,
    Return,
    SendBack,
    SendBackContribution,
    SetImportance,
    SetKind,
    SetLocation,
    SetSource,
    SetTerm,
    SetTopic,
    Split,
    SubmitDraft,
    TakeBack,
    TakeBasis,
    TakeIn,
    Undo,
)
from workflow.desk import Desk
from workflow.effects import Effect
from workflow.office import CLOCK, DETECTOR, NETWORK, Actor, Department, Office, Person, Role
from workflow.outcomes import Decision, Refused
from workflow.regulation import DraftKind, Importance, Source, Step
from workflow.terms.alarms import Alarm
from workflow.terms.deadlines import Deadline
from workflow.terms.register import settle

FIRST = "moskalensky"
REGULATIONS = (FIRST, *(name for name in packaged() if name != FIRST))
"""The one that knows every kind of draft and every term first; the page lists what differs under the others."""

EARLIER, NOW = at("2026-01-12 09:30"), at("2026-01-12 11:00")
JUST = timedelta(seconds=10)
DRAFT = "Воду подключили, бригада закончила работы в 11:00."
LINK = "https://vk.com/wall-1_2?reply=4"
CULTURE = Actor(("culture_head",), 6)

ACTORS: dict[str, Actor] = {
    "curator": CURATOR,
    "lead": ZHKH,
    "co-executor": ROADS,
    "other executor": CULTURE,
    "deputy": DEPUTY,
    "head": HEAD,
    "clock": CLOCK,
    "network": NETWORK,
    "detector": DETECTOR,
}
"""Everybody who is somebody."""

OUTSIDERS: dict[str, Actor] = {
    "stranger": Actor(account=9, standing="stranger"),
    "left the group": Actor(CURATOR.people, 1, standing="left"),
    "anonymous": Actor(account=1, standing="anonymous"),
}


@cache
def office(regulation: str) -> Office:
    """The small office with one more department, which has no case here."""
    small = small_office(regulation)
    culture = Person("culture_head", "начальник отдела культуры", (Role.EXECUTOR,), "culture")
    return replace(
        small,
        departments={**small.departments, "culture": Department("culture", "Отдел культуры")},
        people={**small.people, "culture_head": culture},
    )


# --- the desk with books in memory --------------------------------------------------------------------------------------


@dataclass
class Books:
    """Books and postroom in memory: the stored cases, and the count of other writes and letters."""

    cases: dict[int, Case]
    lines: list[Entry] = field(default_factory=list)
    besides: int = 0

    async def case(self, case_id: int) -> Case | None:
        return self.cases.get(case_id)

    async def save(self, before: Case | None, after: Case, entry: Entry) -> bool:
        if self.cases.get(after.id) != before:
            return False
        self.cases[after.id] = after
        self.lines.append(entry)
        return True

    async def put_terms(
        self, case: Case, gone: Sequence[Alarm], new: Sequence[Alarm], deadlines: Sequence[Deadline]
    ) -> None:
        self.besides += 1

    async def drop_alarms_of(self, case: Case, steps: Sequence[str]) -> None:
        return None

    async def put_due(self, case: Case, due: datetime | None) -> None:
        return None

    async def note(self, case: Case, alarm: Alarm, now: datetime) -> None:
        self.besides += 1

    async def take(
        self, page: object, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None:
        self.besides += 1


DESK = Desk(lambda municipality, edition: office("kursky"), Books({}))
"""Every desk here remembers the terms that any of them has computed, as the one desk of a running bot does."""


def at_once(doing: Coroutine[Any, Any, Decision]) -> Decision:
    """Run a coroutine that never waits: books in memory do not."""
    try:
        doing.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise RuntimeError("the desk awaited something outside the books")


@dataclass(frozen=True)
class Situation:
    """All cases of the books; the situation is about number 1."""

    cases: Mapping[int, Case]

    @property
    def case(self) -> Case:
        return self.cases[1]


@dataclass(frozen=True)
class Outcome:
    """The desk's decision, and the books after it."""

    decision: Decision
    books: Books


def carried_out(cases: Mapping[int, Case], command: AnyCommand, rules: Office, now: datetime) -> Outcome:
    """Carry out the command at the office's desk; the given cases stay unchanged."""
    books = Books(dict(cases))
    desk = replace(DESK, office_of=lambda municipality, edition: rules, postroom=books)
    return Outcome(at_once(desk.carry_out(books, command, now, rules.key)), books)


# --- what is asked ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """An action as a row of the page; `make` returns a complete and valid command of it for the case."""

    name: str
    action: Action
    make: Callable[[Actor, Case], AnyCommand]


def _version(case: Case) -> int:
    return case.draft.version if case.draft else 1


SECOND, THIRD = Other(2, 148), Other(3, 149)
"""Two more cases in the books: one to be put together with, one that stands under number 1 where another stands there."""

ANSWER = Draft(1, DraftKind.FINAL, DRAFT, (), "zhkh_head", "zhkh", EARLIER)

MISSED = Missed(0, Step.DRAFT, "", 0, EARLIER, EARLIER, EARLIER, "zhkh", ended_at=EARLIER, late_minutes=1)
"""A row that names the lead's department; it stands last in every case, after what was missed by eleven."""

SAMPLES: dict[Action, Callable[[Actor, Case], AnyCommand]] = {
    Action.FORWARD: lambda by, case: Forward(by, case.id, ("culture",)),
    Action.RECALL: lambda by, case: Recall(by, case.id),
    Action.ACCEPT: lambda by, case: Accept(by, case.id),
    Action.RETURN: lambda by, case: Return(by, case.id, "не наша территория"),
    Action.CONTRIBUTE: lambda by, case: Contribute(by, case.id, "Улица расчищена, проезд есть."),
    Action.PASS_CONTRIBUTION: lambda by, case: PassContribution(by, case.id, "roads"),
    Action.SEND_BACK_CONTRIBUTION: lambda by, case: SendBackContribution(by, case.id, "roads", "назовите срок"),
    Action.NOTE: lambda by, case: AddNote(by, case.id, "Житель перезвонит завтра."),
    Action.BEGIN_DRAFT: lambda by, case: BeginDraft(by, case.id),
    Action.TAKE_BASIS: lambda by, case: TakeBasis(by, case.id, DRAFT, ready=1),
    Action.DRAFT: lambda by, case: SubmitDraft(by, case.id, DRAFT + " Проверено."),
    Action.PROPOSE_INTERIM: lambda by, case: ProposeInterim(by, case.id, "Бригада выехала, ответим завтра."),
    Action.SET_KIND: lambda by, case: SetKind(by, case.id, _version(case), DraftKind.INTERIM),
    Action.CORRECT: lambda by, case: Correct(by, case.id, _version(case), DRAFT + " Исправлено."),
    Action.APPROVE: lambda by, case: Approve(by, case.id, _version(case)),
    Action.SEND_BACK: lambda by, case: SendBack(by, case.id, _version(case), "назовите срок"),
    Action.UNDO: lambda by, case: Undo(by, case.id, _version(case)),
    Action.TAKE_BACK: lambda by, case: TakeBack(by, case.id, case.former.line if case.former else 0),
    Action.RELEASE: lambda by, case: Release(by, case.id, _version(case)),
    Action.RETRY: lambda by, case: Retry(by, case.id),
    Action.POSTED: lambda by, case: Posted(by, case.id, LINK),
    Action.AUTHOR_JUDGED: lambda by, case: AuthorJudged(by, case.id, True),
    Action.MARK_ANSWER: lambda by, case: MarkAnswer(by, case.id, Mark.GOOD),
    Action.ANSWER_GONE: lambda by, case: AnswerGone(by, case.id),
    Action.POST_AGAIN: lambda by, case: PostAgain(by, case.id),
    Action.POST_FAILED: lambda by, case: PostFailed(by, case.id, "comments_closed"),
    Action.CLOSE_WITHOUT_POSTING: lambda by, case: CloseWithoutPosting(by, case.id, "thanks"),
    Action.NOT_PROCESS: lambda by, case: NotProcess(by, case.id, "obscene"),
    Action.REOPEN: lambda by, case: Reopen(by, case.id),
    Action.AUTHOR_REPLIED: lambda by, case: AuthorReplied(by, case.id, "Это на Школьной, 5"),
    Action.AUTHOR_EDITED: lambda by, case: AuthorEdited(by, case.id, "Третий день нет воды на Школьной"),
    Action.AUTHOR_DELETED: lambda by, case: AuthorDeleted(by, case.id),
    Action.AUTHOR_RESTORED: lambda by, case: AuthorRestored(by, case.id),
    Action.LINK_REPEAT: lambda by, case: LinkRepeat(by, case.id, SECOND),
    Action.MERGE: lambda by, case: Merge(by, case.id, SECOND),
    Action.TAKE_IN: lambda by, case: TakeIn(by, case.id, SECOND),
    Action.SPLIT: lambda by, case: Split(by, case.id),
    Action.LET_GO: lambda by, case: LetGo(by, case.id, THIRD.id),
    Action.ANSWER_TOGETHER: lambda by, case: AnswerTogether(by, case.id, ANSWER),
    Action.MARK_SIGNIFICANT: lambda by, case: MarkSignificant(by, case.id),
    Action.PROPOSE_TERM: lambda by, case: ProposeTerm(by, case.id, NOW + timedelta(hours=1)),
    Action.SET_TERM: lambda by, case: SetTerm(by, case.id, NOW + timedelta(hours=1)),
    Action.SET_IMPORTANCE: lambda by, case: SetImportance(by, case.id, Importance.HIGH),
    Action.SET_TOPIC: lambda by, case: SetTopic(by, case.id, ("vodosnabzhenie",)),
    Action.SET_LOCATION: lambda by, case: SetLocation(by, case.id, "Школьная, 5"),
    Action.ANNUL: lambda by, case: Annul(by, case.id, (len(case.missed),), "сбой связи"),
    Action.SET_SOURCE: lambda by, case: SetSource(by, case.id, Source.TELEGRAM_GOVERNOR),
    Action.RECKON: lambda by, case: Reckon(by, case.id, ("answer",)),
}
"""A sensible command for every action but detecting, which asks nothing of a case that is there."""

LACKING: tuple[Trial, ...] = (
    Trial("return, no reason", Action.RETURN, lambda by, case: Return(by, case.id)),
    Trial(
        "draft, saying why early", Action.DRAFT, lambda by, case: SubmitDraft(by, case.id, DRAFT + "!", early="срок")
    ),
    Trial(
        "draft, a request",
        Action.DRAFT,
        lambda by, case: SubmitDraft(by, case.id, "Какой дом?", kind=DraftKind.REQUEST),
    ),
    Trial("not_process, repeated", Action.NOT_PROCESS, lambda by, case: NotProcess(by, case.id, "repeated")),
)
"""The same actions asked for otherwise, where a regulation's answer depends on it."""


@cache
def trials() -> tuple[Trial, ...]:
    """Every action, once for each of its samples, in the order of `Action`."""
    without = [action for action in Action if action is not Action.DETECT and action not in SAMPLES]
    if without:
        raise ValueError(f"tests/house/permissions.py has no sample command for {', '.join(without)}")
    return tuple(
        trial
        for action in Action
        if action is not Action.DETECT
        for trial in (Trial(action, action, SAMPLES[action]), *(t for t in LACKING if t.action is action))
    )


# --- on what ------------------------------------------------------------------------------------------------------------

FORWARDED = (Forward(CURATOR, 1, ("zhkh",)),)
IN_WORK = (*FORWARDED, Accept(ZHKH, 1))
SEVERAL = (Forward(CURATOR, 1, ("zhkh", "roads")),)
CONTRIBUTED = (*SEVERAL, Accept(ZHKH, 1), Contribute(ROADS, 1, "Проезд к колодцу расчищен."))
ON_APPROVAL = (*IN_WORK, SubmitDraft(ZHKH, 1, DRAFT))
APPROVED = (*ON_APPROVAL, Approve(CURATOR, 1, 1))
RELEASED = (*APPROVED, Release(CLOCK, 1, 1))
CLOSED = (*RELEASED, Posted(NETWORK, 1, LINK))


def _posted(kind: DraftKind) -> tuple[AnyCommand, ...]:
    return (
        *IN_WORK,
        SubmitDraft(ZHKH, 1, DRAFT, kind=kind),
        Approve(CURATOR, 1, 1),
        Release(CLOCK, 1, 1),
        Posted(NETWORK, 1, LINK),
    )


WAYS: dict[str, tuple[AnyCommand, ...]] = {
    "new": (),
    "new, handed in": (),
    "forwarded": FORWARDED,
    "forwarded, to several": SEVERAL,
    "in_work": IN_WORK,
    "in_work, several, one has contributed": CONTRIBUTED,
    "in_work, another under it": (*IN_WORK, Merge(CURATOR, THIRD.id, Other(1, 147))),
    "on_approval": ON_APPROVAL,
    "new, just returned": (*FORWARDED, Return(ZHKH, 1, "не наша территория")),
    "rework, just sent back": (*ON_APPROVAL, SendBack(CURATOR, 1, 1, "назовите срок")),
    "rework": (*ON_APPROVAL, SendBack(CURATOR, 1, 1, "назовите срок")),
    "approved": APPROVED,
    "approved, on its way": RELEASED,
    "not_posted": (*RELEASED, PostFailed(NETWORK, 1, "comments_closed")),
    "waiting_author": _posted(DraftKind.REQUEST),
    "interim": _posted(DraftKind.INTERIM),
    "interim, high importance": (SetImportance(CURATOR, 1, Importance.HIGH), *_posted(DraftKind.INTERIM)),
    "closed": CLOSED,
    "closed, its answer gone": (*CLOSED, AnswerGone(NETWORK, 1)),
    "closed, its answer on its way again": (*CLOSED, AnswerGone(NETWORK, 1), PostAgain(CURATOR, 1)),
    "closed_without_posting": (*IN_WORK, CloseWithoutPosting(CURATOR, 1, "thanks")),
    "not_processed": (*IN_WORK, NotProcess(CURATOR, 1, "obscene")),
    "merged": (*IN_WORK, Merge(CURATOR, 1, SECOND)),
}
"""How a case comes to stand there. Where a regulation knows no such draft there is no such case under it."""


@cache
def situations(regulation: str) -> Mapping[str, Situation]:
    """Every possible situation under the regulation, reached by commands at the desk."""
    kinds = office(regulation).regulation.draft_kinds
    return {
        name: _played(regulation, way, handed_in=name == "new, handed in", just=", just " in name)
        for name, way in WAYS.items()
        if all(command.kind in kinds for command in way if isinstance(command, SubmitDraft))
    }


def _played(regulation: str, way: tuple[AnyCommand, ...], *, handed_in: bool, just: bool) -> Situation:
    """`just`: the last command was given a few seconds before the moment of the trial."""
    cases: Mapping[int, Case] = {}
    arrived = at("2026-01-12 09:00")
    appeal = Appeal(Source.VK, "Третий день нет воды", "Житель", arrived, network="vk", ref="wall-1_2?reply=3")
    if handed_in:
        appeal = replace(appeal, network=None, ref=None)
    found = [Detect(DETECTOR, number, "okrug", 146 + number, appeal, arrived) for number in (1, 2, 3)]
    ready: list[AnyCommand] = [*found, Forward(CURATOR, 2, ("zhkh",)), Accept(ZHKH, 2), *way]
    for command in ready:
        moment = NOW - JUST if just and command is way[-1] else EARLIER
        outcome = carried_out(cases, command, office(regulation), moment)
        if isinstance(outcome.decision, Refused):
            raise ValueError(f"{regulation}: {command.action} was to be accepted: {outcome.decision.reason}")
        cases = outcome.books.cases
    settled = {number: settle(case, office(regulation), NOW) for number, case in cases.items()}
    row = replace(MISSED, number=len(settled[1].missed) + 1)
    return Situation({**settled, 1: replace(settled[1], missed=(*settled[1].missed, row))})


@cache
def cell(regulation: str, situation: str, trial: Trial, who: str) -> Outcome:
    """What comes of it by one of ACTORS. Cached, because the page and several tests look at every cell."""
    return tried(office(regulation), situations(regulation)[situation], trial, ACTORS[who])


def tried(rules: Office, situation: Situation, trial: Trial, actor: Actor) -> Outcome:
    """The desk's answer at eleven that morning."""
    return carried_out(situation.cases, trial.make(actor, situation.case), rules, NOW)
