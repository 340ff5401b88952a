"""The vocabulary of scenarios about cases: for each word what it needs and the command that it becomes.

The value of a field is read by a function that returns it or says what was expected. Nothing here knows files or
lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from config.municipality import Municipality
from config.yamlfile import suggestion
from workflow.case import Case, Other
from workflow.commands import (
    Accept,
    AddNote,
    Annul,
    AnyCommand,
    Approve,
    AuthorReplied,
    BeginDraft,
    CloseWithoutPosting,
    Contribute,
    Correct,
    Forward,
    LinkRepeat,
    MarkSignificant,
    Merge,
    NotProcess,
    PassContribution,
    Posted,
    PostFailed,
    ProposeInterim,
    ProposeTerm,
    Recall,
    Reopen,
    Return,
    SendBack,
    SendBackContribution,
    SetImportance,
    SetKind,
    SetSource,
    SetTerm,
    SetTopic,
    Split,
    SubmitDraft,
    TakeBasis,
    Undo,
)
from workflow.office import DETECTOR, NETWORK, Actor
from workflow.official.page_items import PageNetwork
from workflow.regulation import DraftKind, Importance, Source, Step
from workflow.shortcomings import ShortcomingAction

DETECT, ABSENT = "detect", "absent"
SHORTCOMING = ShortcomingAction.SHORTCOMING.value
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Unfit(Exception):  # noqa: N818 - belongs to one field of one event
    """The value of a field of an event cannot be used. The text is Russian and says what was expected."""


@dataclass(frozen=True)
class World:
    """What the fields of an event may refer to: the municipality, and the cases and pages named so far; `pages` maps a
    page's name to its network."""

    municipality: Municipality
    cases: Mapping[str, int]
    pages: Mapping[str, PageNetwork] = field(default_factory=dict)

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """The code of each topic, by its label in lower case."""
        return {topic.label.casefold(): code for code, topic in self.municipality.topics.items()}


Reader = Callable[[Any, World], Any]


def text(value: Any, world: World) -> str:
    if isinstance(value, list | dict):
        raise Unfit("нужен текст")
    return "" if value is None else str(value)


def flag(value: Any, world: World) -> bool:
    if not isinstance(value, bool):
        raise Unfit("нужно true или false")
    return value


def number(value: Any, world: World) -> int:
    if isinstance(value, bool) or not str(value).isdecimal():
        raise Unfit(f"нужно число, стоит «{value}»")
    return int(str(value))


def word(*known: str) -> Reader:
    """Make a reader that accepts only one of these words."""

    def read(value: Any, world: World) -> str:
        if str(value) not in known:
            raise Unfit(f"неизвестное слово «{value}»{suggestion(str(value), known)}")
        return str(value)

    return read


def texts(value: Any, world: World) -> tuple[str, ...]:
    return tuple(text(item, world) for item in (value if isinstance(value, list) else [value]))


def department(value: Any, world: World) -> str:
    known = world.municipality.departments
    if str(value) not in known:
        raise Unfit(f"отдела «{value}» нет в departments{suggestion(str(value), known)}")
    return str(value)


def departments(value: Any, world: World) -> tuple[str, ...]:
    return tuple(department(item, world) for item in (value if isinstance(value, list) else [value]))


def topics(value: Any, world: World) -> tuple[str, ...]:
    """The codes of the topics given by label; a word that is no topic's label is kept as it is."""
    return tuple(world.topics.get(said.casefold(), said) for said in texts(value, world) if said)


CLOSING_WORDS = {
    "удалено автором": "author_deleted",
    "автор не ответил": "author_silent",
    "ошибочно": "by_mistake",
    "отвечено иначе": "answered_elsewhere",
    "благодарность": "thanks",
}
"""The reasons for closing without an answer as people write them → their codes (DESIGN rule 7)."""


def closing_reason(value: Any, world: World) -> str:
    """The code of the reason for closing; a word that is no listed reason is kept as it is, so that the rules refuse
    it."""
    said = text(value, world).strip()
    return CLOSING_WORDS.get(said.casefold(), said)


def ground(value: Any, world: World) -> str:
    """The code of the ground on which a message is not processed, given by its code or in the regulation's own words;
    anything else is kept as it is."""
    said = text(value, world).strip()
    known = world.municipality.regulation.grounds
    return next((one.code for one in known if said.casefold() in (one.code, one.words.casefold())), said)


def case(value: Any, world: World) -> str:
    """The name of a case that an earlier event has opened. Raises Unfit if there is none."""
    if str(value) not in world.cases:
        raise Unfit(f"сообщения «{value}» ещё нет: сначала detect{suggestion(str(value), world.cases)}")
    return str(value)


def moment(value: Any, world: World) -> datetime:
    """A moment, in UTC; written without an offset it is in the municipality's time zone. Raises Unfit if there is no
    such moment or no production calendar for its year."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None:
        raise Unfit(f"момента «{value}» не бывает; нужен, например, 2026-01-12T09:00")
    zone = world.municipality.zone
    local = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    try:
        moved = local.astimezone(UTC)
    except OverflowError:
        raise Unfit(f"момента «{value}» нет в календаре") from None
    if at.tzinfo is None and moved.astimezone(zone).replace(tzinfo=None) != at:
        raise Unfit(f"момента «{value}» не бывает: в {zone.key} часы переводят через него")
    if not world.municipality.working_time.covers(moved):
        raise Unfit(f"на {local.year} год нет производственного календаря («{value}»)")
    return moved


def last_moment(value: Any, world: World) -> datetime:
    """A moment at which something ends, as `moment` reads it; a day alone means the midnight after it."""
    if isinstance(value, str) and DAY.fullmatch(value):
        return moment(f"{value}T00:00", world) + timedelta(days=1)
    return moment(value, world)


@dataclass(frozen=True)
class Given:
    """What a command is made from when an event is played: who acts, the case and the event's fields. `others`: the
    cases that a field may name."""

    by: Actor
    id: int
    case: Case | None
    fields: Mapping[str, Any]
    others: Mapping[str, Other]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def said(self, name: str, default: Any = "") -> Any:
        return self.fields.get(name, default)

    @property
    def version(self) -> int:
        """The number of the draft version that the event means: the newest unless it names one; 0 without a draft."""
        newest = len(self.case.drafts) if self.case is not None else 0
        return int(self.said("version", newest))

    def why(self) -> str:
        """The reason or remark of the event; a scenario may write it under `reason` or under `text`."""
        return str(self.said("reason") or self.said("text"))

    def other(self, name: str) -> Other:
        return self.others[self.fields[name]]

    def rows(self) -> tuple[int, ...]:
        """The number of the violation that is annulled: the oldest standing one of the step that the event names; one
        already annulled if none stands, so that the rules refuse it; none if there is no violation of this step."""
        named = [row for row in (self.case.missed if self.case else ()) if row.step == self["violation"]]
        standing = sorted((row for row in named if row.stands), key=lambda row: row.passed_at)
        return tuple(row.number for row in (standing or named)[:1])

    def contributor(self) -> str:
        """The department whose contribution is passed on: the one the event names, otherwise the one that waits
        longest; "" if none waits."""
        named = self.said("of") or self.said("department")
        waiting = (c.department for c in (self.case.contributions if self.case else ()) if c.waits)
        return str(named or next(waiting, ""))


def _nothing_wrong(fields: Mapping[str, Any]) -> str:
    return ""


@dataclass(frozen=True)
class Order:
    """One word of the vocabulary. `make`: makes the command to an existing case. `needs` and `may`: readers of its
    required and optional fields. `new`: it names something new. `by`: the machine (or a citizen through it) that acts
    if the scenario names nobody; None: a person must be named; `person`: whether a person may be named. `wrong`:
    returns the error in the combination of fields, "" if there is none."""

    make: Callable[[Given], AnyCommand] | None = None
    needs: Mapping[str, Reader] = field(default_factory=dict)
    may: Mapping[str, Reader] = field(default_factory=dict)
    by: Actor | None = None
    new: bool = False
    person: bool = True
    wrong: Callable[[Mapping[str, Any]], str] = _nothing_wrong

    @property
    def readers(self) -> Mapping[str, Reader]:
        """The readers of all fields that this word takes, by field, except those every event has (`at`, `do`, `by` and
        the name of the case)."""
        return {**self.needs, **self.may}


WHY: Mapping[str, Reader] = {"reason": text, "text": text}
DRAFT_KIND, IMPORTANCE, SOURCE = word(*DraftKind), word(*Importance), word(*Source)

ORDERS: dict[str, Order] = {
    DETECT: Order(
        needs={"source": SOURCE, "text": text},
        may={"importance": IMPORTANCE, "topic": topics, "location": text, "author": text, "link": text},
        by=DETECTOR,
        new=True,
    ),
    "forward": Order(
        lambda g: Forward(g.by, g.id, g["to"], in_turn=g.said("in_turn", False)), {"to": departments}, {"in_turn": flag}
    ),
    "recall": Order(lambda g: Recall(g.by, g.id)),
    "accept": Order(lambda g: Accept(g.by, g.id)),
    "return": Order(lambda g: Return(g.by, g.id, g.why()), may=WHY),
    "contribute": Order(lambda g: Contribute(g.by, g.id, g["text"]), {"text": text}),
    "pass_contribution": Order(
        lambda g: PassContribution(g.by, g.id, g.contributor()), may={"of": department, "department": department}
    ),
    "send_back_contribution": Order(
        lambda g: SendBackContribution(g.by, g.id, g["of"], g["text"]), {"of": department, "text": text}
    ),
    "note": Order(lambda g: AddNote(g.by, g.id, g["text"]), {"text": text}),
    "begin_draft": Order(lambda g: BeginDraft(g.by, g.id)),
    "take_basis": Order(lambda g: TakeBasis(g.by, g.id, g["text"]), {"text": text}),
    "draft": Order(
        lambda g: SubmitDraft(
            g.by, g.id, g["text"], kind=DraftKind(g.said("kind", DraftKind.FINAL)), early=g.said("early")
        ),
        {"text": text},
        {"kind": DRAFT_KIND, "early": text},
    ),
    "propose_interim": Order(lambda g: ProposeInterim(g.by, g.id, g["text"]), {"text": text}),
    "set_kind": Order(
        lambda g: SetKind(g.by, g.id, g.version, DraftKind(g["kind"])), {"kind": DRAFT_KIND}, {"version": number}
    ),
    "correct": Order(lambda g: Correct(g.by, g.id, g.version, g["text"]), {"text": text}, {"version": number}),
    "approve": Order(lambda g: Approve(g.by, g.id, g.version), may={"version": number}),
    "undo": Order(lambda g: Undo(g.by, g.id, g.version), may={"version": number}),
    "send_back": Order(lambda g: SendBack(g.by, g.id, g.version, g.why()), may={**WHY, "version": number}),
    "posted": Order(lambda g: Posted(g.by, g.id, g.said("link")), may={"link": text}, by=NETWORK),
    "post_failed": Order(lambda g: PostFailed(NETWORK, g.id, g.why()), may=WHY, by=NETWORK),
    "close_without_posting": Order(
        lambda g: CloseWithoutPosting(g.by, g.id, g["reason"], confirmed=True), {"reason": closing_reason}
    ),
    "not_process": Order(lambda g: NotProcess(g.by, g.id, g["ground"], confirmed=True), {"ground": ground}),
    "reopen": Order(lambda g: Reopen(g.by, g.id)),
    "author_replied": Order(lambda g: AuthorReplied(g.by, g.id, g["text"]), {"text": text}, by=NETWORK),
    "link_repeat": Order(lambda g: LinkRepeat(g.by, g.id, g.other("to")), {"to": case}),
    "merge": Order(lambda g: Merge(g.by, g.id, g.other("into")), {"into": case}),
    "split": Order(lambda g: Split(g.by, g.id)),
    "mark_significant": Order(lambda g: MarkSignificant(g.by, g.id)),
    "propose_term": Order(lambda g: ProposeTerm(g.by, g.id, g["due"]), {"due": moment}),
    "set_term": Order(lambda g: SetTerm(g.by, g.id, g["due"]), {"due": moment}),
    "set_importance": Order(
        lambda g: SetImportance(g.by, g.id, Importance(g["importance"])), {"importance": IMPORTANCE}
    ),
    "set_source": Order(lambda g: SetSource(g.by, g.id, Source(g["source"])), {"source": SOURCE}),
    "set_topic": Order(lambda g: SetTopic(g.by, g.id, g["topic"]), {"topic": topics}),
    "annul": Order(lambda g: Annul(g.by, g.id, g.rows(), g.said("text")), {"violation": word(*Step)}, {"text": text}),
    SHORTCOMING: Order(needs={"department": department, "text": text}),
    ABSENT: Order(needs={"from": moment, "until": last_moment}, may={"who": text, "substitute": text}),
}
"""The words about cases. `detect`, `absent` and `shortcoming` are not commands to an existing case and have no `make`.
"""
FROM_NETWORKS = frozenset({"posted", "post_failed"})
"""The words with which a network reports how the posting of an answer ended."""
TYING = frozenset({"link_repeat", "merge"})
"""The words that link one case to another, so that the two cannot be played apart."""
