"""A municipality's regulation as values: its steps, what each term runs from, who holds each step, the clauses.

Nothing here belongs to one municipality: `config.regulations` makes these values of `config/regulations/*.yaml`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from workflow.official.page_items import PageAsk


class Step(StrEnum):
    """The steps with a deadline, in the order of the work."""

    FORWARD = "forward"
    RETURN = "return"
    CONTRIBUTION = "contribution"
    CONTRIBUTION_APPROVAL = "contribution_approval"
    JOINT_DRAFT = "joint_draft"
    DRAFT = "draft"
    APPROVAL = "approval"
    REWORK = "rework"
    POSTING = "posting"
    ANSWER = "answer"
    FINAL = "final"


ONLY_SEVERAL = frozenset({Step.CONTRIBUTION, Step.CONTRIBUTION_APPROVAL, Step.JOINT_DRAFT})
"""Steps that exist only while a case has more than one executor."""

PER_EXECUTOR = frozenset({Step.RETURN, Step.CONTRIBUTION, Step.CONTRIBUTION_APPROVAL})
"""Steps whose term runs for each executor of a case separately."""


class Event(StrEnum):
    """Everything that can happen to a case and that its terms depend on."""

    DETECTED = "detected"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CONTRIBUTED = "contributed"
    CONTRIBUTION_PASSED = "contribution_passed"
    DRAFTED = "drafted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    INTERIM_POSTED = "interim_posted"
    REQUEST_POSTED = "request_posted"
    POSTED = "posted"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    SPLIT = "split"
    IMPORTANCE_SET = "importance_set"
    SOURCE_SET = "source_set"
    TERM_SET = "term_set"
    FINAL_NAMED = "final_named"
    CONTRIBUTION_SENT_BACK = "contribution_sent_back"
    AUTHOR_REPLIED = "author_replied"
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    RECKONED = "reckoned"
    TURNS_SET = "turns_set"
    HELD_BACK = "held_back"
    TAKEN_BACK = "taken_back"
    AWAITED_AGAIN = "awaited_again"
    KIND_SET = "kind_set"


class Importance(StrEnum):
    NORMAL = "normal"
    HIGH = "high"


class Source(StrEnum):
    """Where the citizen wrote; terms may depend on it. BY_HAND: the curator entered the text and named no network."""

    VK = "vk"
    OK = "ok"
    TELEGRAM = "telegram"
    TELEGRAM_GOVERNOR = "telegram-governor"
    MAX = "max"
    WEB = "web"
    INCIDENT = "incident"
    BY_HAND = "by-hand"


class DraftKind(StrEnum):
    FINAL = "final"
    INTERIM = "interim"
    REQUEST = "request"


class Kind(StrEnum):
    """A step is a duty, which can be violated, or a right, which can only lapse unused (DESIGN rule 12)."""

    DUTY = "duty"
    RIGHT = "right"


class Holder(StrEnum):
    CURATOR = "curator"
    EXECUTOR = "executor"
    CO_EXECUTOR = "co_executor"
    LEAD = "lead"


class Ear(StrEnum):
    """The superiors who may be notified: the head, the supervisor of the regulation's observance, the first deputy, the
    department's overseeing deputy."""

    HEAD = "head"
    SUPERVISOR = "supervisor"
    FIRST_DEPUTY = "first_deputy"
    OVERSEER = "overseer"


class ClockKind(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"


class Approval(StrEnum):
    """EXPLICIT: the regulation has a step in which the curator approves a draft. IMPLIED: he corrects and posts it."""

    EXPLICIT = "explicit"
    IMPLIED = "implied"


class Unit(StrEnum):
    MINUTES = "minutes"
    WORKING_DAYS = "working_days"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Term:
    """The length of a term: `amount` minutes or working days, or (NAMED, 0) a moment that a person must set. `clock`
    counts the minutes, and the lateness. `words` is the term as written in the regulation's file."""

    unit: Unit
    amount: int
    clock: ClockKind
    words: str = ""

    def __post_init__(self) -> None:
        if (self.unit is Unit.NAMED) != (self.amount == 0) or self.amount < 0:
            raise ValueError(f"not a term: {self.amount} {self.unit}")


@dataclass(frozen=True, slots=True)
class Within:
    """A term of a step and the clause of the regulation that sets it."""

    term: Term
    clause: str


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step of one regulation.

    Its term either runs from an event or (`before`) is counted back from the due moment of another step. `within` is
    the ordinary term; `high` replaces it for high importance, an entry of `by_source` for that source. The due moment
    of the step `not_after` caps this one's; with `cap_after_interim` False only until an interim answer is posted.
    `sheltered`: people are charged only after the same minutes of duty hours (CLOCK: shelter).
    """

    step: Step
    kind: Kind
    holder: Holder
    clause: str
    within: Within
    runs_from: Event | None = None
    before: Step | None = None
    high: Within | None = None
    by_source: tuple[tuple[Source, Within], ...] = ()
    not_after: Step | None = None
    cap_after_interim: bool = True
    met_by: frozenset[Event] = frozenset()
    reading: str = ""
    sheltered: bool = False

    def __post_init__(self) -> None:
        if (self.runs_from is None) == (self.before is None):
            raise ValueError(f"{self.step}: runs from an event or is counted back from a step, one of the two")

    def within_for(self, importance: Importance, source: Source) -> Within:
        """Return the term and clause for a case of this importance and source: the source's own, else the one for high
        importance, else the ordinary one. A message entered by hand has the terms of a web page."""
        counted_as = Source.WEB if source is Source.BY_HAND else source
        own = next((within for own_source, within in self.by_source if own_source == counted_as), None)
        high = self.high if importance == Importance.HIGH else None
        return own or high or self.within

    def withins(self) -> Iterator[Within]:
        """Yield every term the step can have: the ordinary one, the one for high importance, those of single sources."""
        yield self.within
        if self.high is not None:
            yield self.high
        for _, within in self.by_source:
            yield within


@dataclass(frozen=True, slots=True)
class CuratorTerm:
    """The curator's right to set an earlier deadline for the answer than the regulation's (MO-6.3). `draft_hint`: the share
    of the time until then, in per cent, after which he would like the draft; a hint to the executor, no duty.
    """

    clause: str
    draft_hint: int | None
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground for not processing a message; without a clause it is the program's own (**beyond** the regulation).
    `answered_before`: how many earlier messages of the same author must have been answered (MO-18)."""

    code: str
    words: str
    clause: str = ""
    answered_before: int = 0


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who is notified of some event, and the clause that says so; both empty if the regulation says nothing."""

    who: tuple[Ear, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """A superior who is notified of a missed step once it is late by `after` on the step's own clock; None: at once."""

    who: Ear
    after: Term | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """When people are notified of a case that waits for somebody while no duty runs (**beyond** the regulation). In working
    days after the day the waiting began; 0: never. `remind`: to the person waited for, at the same hour. `above`: to his
    superiors, at the start of work. `every`: the interval of further notices to both, at the start of work.
    """

    remind: int = 1
    above: int = 2
    every: int = 5


class Telling(StrEnum):  # how a department's superiors hear of returns and rework (KU-21)
    AT_ONCE = "at_once"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Shortcomings:
    """How superiors hear of returns and rework. `day`: the weekly list's weekday (0: Monday) or the last working day before."""

    tell: Telling = Telling.WEEKLY
    day: int = 4


@dataclass(frozen=True, slots=True)
class Policy:
    """When the responsible person is reminded of a step, and who is notified once it is late. The program's own (**beyond**
    the regulation), but what that says itself (`hears_of_missed`) takes precedence. Minutes are of the step's clock.

    `before`: how long before the deadline (at most a third of the term; 0: no reminder); `before_long`: for terms from 20
    hours. `at`: the share of the term after which to remind; replaces both. `repeat`: the interval of overdue notices, sent
    `at_most` times, then as often as `idle` says. `after`: how late a step is when superiors are notified; one done earlier
    is only in the weekly list. `steps`: values of single steps, by field name. `shortcomings`: how and when that list comes.
    """

    before: int = 30
    before_long: int = 180
    at: Fraction | None = None
    ladder: tuple[Rung, ...] = ()
    repeat: Term | None = None
    at_most: int = 0
    after: int = 15
    digests: bool = True
    idle: Idle = Idle()
    shortcomings: Shortcomings = Shortcomings()
    steps: tuple[tuple[Step, tuple[tuple[str, object], ...]], ...] = ()

    def of(self, step: Step) -> Policy:
        """Return the policy for this step: this one, with the values that `steps` gives for the step."""
        own = {name: value for of, values in self.steps if of is step for name, value in values}
        return replace(self, **own) if own else self  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Report:
    """The monthly report: due by this `day` of the next month, sent to these people, required by this clause."""

    day: int
    to: tuple[Ear, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class PublicationNorm:
    """How many publications a page of these `pages` (`administration` or `units`) needs per `day` or `week`: `at_least` as
    the minimum, `norm` as the full number that reports count against."""

    pages: str
    per: str
    at_least: int
    norm: int
    clause: str
    recommended: bool = False
    reading: str = ""


@dataclass(frozen=True, slots=True)
class StyleRule:
    """The clause that asks for a conversational style in publications and, if `answers`, in answers to comments."""

    clause: str
    answers: bool = False
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Moderation:
    """What comments are deleted from official pages (codes of grounds), and whether authors may be put on the network's
    black list. `by_curator`: the curator moderates, not the editor of the pages."""

    delete: tuple[str, ...]
    black_list: bool
    clause: str
    by_curator: bool = False


@dataclass(frozen=True, slots=True)
class Regulation:
    """One edition of one regulation. `text_hash` is the SHA-256 (hex) of the text of the file it was read from.

    Without steps cases have no terms. `hears_of_missed` and `hears_of_significant`: empty if it is silent. `hints`: what a
    draft may lack, with the clause ("": none asks for it). `pages`: what is required of official pages; clauses:
    `registry_published` has their list published, `determines` has the curator determine topic, place and importance,
    `appoints` appoints the people who do this work. `of_pages`: the regulation of official pages (None: this one).
    `measures`: formulas of report figures in its words.
    """

    key: str
    title: str
    number: str
    date: date
    revision: str
    clock: ClockKind
    steps: tuple[StepRule, ...]
    draft_kinds: tuple[DraftKind, ...]
    approval: Approval
    return_reason_required: bool
    return_reasons: tuple[str, ...]
    grounds: tuple[Ground, ...]
    executors_may_name_ground: bool
    request_meets_draft: bool
    contributions_to: Holder
    hears_of_missed: Hearing
    hears_of_significant: Hearing
    text_hash: str
    curator_term: CuratorTerm | None = None
    report: Report | None = None
    publication_norms: tuple[PublicationNorm, ...] = ()
    moderation: Moderation | None = None
    style: StyleRule | None = None
    hints: tuple[tuple[str, str], ...] = ()
    pages: tuple[PageAsk, ...] = ()
    registry_published: str = ""
    determines: str = ""
    appoints: str = ""
    of_pages: Regulation | None = None
    notes: tuple[str, ...] = ()
    measures: tuple[tuple[str, str], ...] = ()
    policy: Policy = Policy()

    def __hash__(self) -> int:
        return hash(self.text_hash)

    @property
    def reasons_to_return(self) -> tuple[str, ...]:
        """The reasons for a return to choose from, with the grounds for not processing if executors may name one (SL-11)."""
        grounds = tuple(ground.words for ground in self.grounds) if self.executors_may_name_ground else ()
        return (*self.return_reasons, *grounds)

    def rule(self, step: Step) -> StepRule | None:
        return next((rule for rule in self.steps if rule.step == step), None)
