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
"""Steps that each executor of a case has separately."""


class Event(StrEnum):
    """What happens to a case, as far as terms are concerned."""

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
    """Where the citizen wrote; terms may depend on it. BY_HAND: the curator entered the words and named no place."""

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
    """A duty can be violated; a right is announced and can only lapse (DESIGN rule 12)."""

    DUTY = "duty"
    RIGHT = "right"


class Holder(StrEnum):
    CURATOR = "curator"
    EXECUTOR = "executor"
    CO_EXECUTOR = "co_executor"
    LEAD = "lead"


class Ear(StrEnum):
    """Who is notified: the head, the supervisor of the regulation's observance, the first deputy, the department's
    overseeing deputy."""

    HEAD = "head"
    SUPERVISOR = "supervisor"
    FIRST_DEPUTY = "first_deputy"
    OVERSEER = "overseer"


class ClockKind(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"


class Approval(StrEnum):
    """Explicit: the regulation has the curator approve a draft. Implied: the curator corrects and posts it."""

    EXPLICIT = "explicit"
    IMPLIED = "implied"


class Unit(StrEnum):
    MINUTES = "minutes"
    WORKING_DAYS = "working_days"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Term:
    """How long: minutes of a clock, N working days, or a moment somebody must name. `clock` counts the minutes and
    expresses the lateness. `words` is the term as written in the file."""

    unit: Unit
    amount: int
    clock: ClockKind
    words: str = ""

    def __post_init__(self) -> None:
        if (self.unit is Unit.NAMED) != (self.amount == 0) or self.amount < 0:
            raise ValueError(f"not a term: {self.amount} {self.unit}")


@dataclass(frozen=True, slots=True)
class Within:
    """A term and the clause that sets it."""

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
        """The term and clause for such a case: the source's own, else the one for high importance, else the ordinary
        one. What was entered by hand has the terms of a web page."""
        counted_as = Source.WEB if source is Source.BY_HAND else source
        own = next((within for own_source, within in self.by_source if own_source == counted_as), None)
        high = self.high if importance == Importance.HIGH else None
        return own or high or self.within

    def withins(self) -> Iterator[Within]:
        """Every term the step can have."""
        yield self.within
        if self.high is not None:
            yield self.high
        for _, within in self.by_source:
            yield within


@dataclass(frozen=True, slots=True)
class CuratorTerm:
    """The curator may name their own moment for `answer`, not later than the regulation's. `draft_hint`: the share of the
    time until then, in per cent, by which he would like the draft; a hint to the executor, no duty (MO-6.3).
    """

    clause: str
    draft_hint: int | None
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground for not processing a message; without a clause it is ours (**beyond**). `answered_before`: how often like
    questions of the author must have been answered (MO-18)."""

    code: str
    words: str
    clause: str = ""
    answered_before: int = 0


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who is told of something, and the clause; empty if the regulation does not say."""

    who: tuple[Ear, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """Who hears of a missed step once it is late by `after` of its own clock; None: at once."""

    who: Ear
    after: Term | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """When a case that waits for somebody without a running duty is told of. All in working days after the day the
    waiting began; 0: never.

    `remind`: at the same hour, to the one waited for. `above`: at the start of work, to those above. `every`: so often
    from then on to both, at the start of work. Ours (**beyond**).
    """

    remind: int = 1
    above: int = 2
    every: int = 5


class Telling(StrEnum):  # KU-21: returns and rework, to those above a department
    AT_ONCE = "at_once"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Shortcomings:
    """How those above hear of returns and rework. `day`: the list's weekday, 0 is Monday, or the last working day before."""

    tell: Telling = Telling.WEEKLY
    day: int = 4


@dataclass(frozen=True, slots=True)
class Policy:
    """When the responsible person is reminded of a step, and who hears of it once it is late. Ours (**beyond**) where the
    regulation is silent; its own word (`hears_of_missed`) takes precedence. Minutes are of the step's clock.

    `before`: at most a third of the term, 0: no reminder; `before_long`: for terms of 20 hours and more. `at`: the share of
    the term after which the reminder comes; replaces both. `repeat`: how often an overdue step is told again, `at_most`
    times, then at the pace of `idle`. `after`: how late a step is before those above hear; what was made good by then is in
    the weekly list. `steps`: a step's own values, by the names of these fields. `shortcomings`: the day of that list.
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
        """The policy of one step."""
        own = {name: value for of, values in self.steps if of is step for name, value in values}
        return replace(self, **own) if own else self  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Report:
    """The monthly report: the day of the next month it is due by, and who gets it."""

    day: int
    to: tuple[Ear, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class PublicationNorm:
    """A page of these `pages` (`administration` or `units`) has `at_least` so many publications in each `day` or `week`."""

    pages: str
    per: str
    at_least: int
    norm: int
    clause: str
    recommended: bool = False
    reading: str = ""


@dataclass(frozen=True, slots=True)
class StyleRule:
    """The regulation asks for a conversational style in publications, with `answers` also in answers to comments."""

    clause: str
    answers: bool = False
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Moderation:
    """What is deleted from the pages (codes of grounds), and whether authors may be put on the network's black list.
    `by_curator`: the curator moderates, not the editor of the pages."""

    delete: tuple[str, ...]
    black_list: bool
    clause: str
    by_curator: bool = False


@dataclass(frozen=True, slots=True)
class Regulation:
    """One edition of one regulation. `text_hash` is the SHA-256 (hex) of the text of the file it was read from.

    Without steps it has no case terms. `hears_of_missed` and `hears_of_significant`: empty if it is silent. `hints`:
    what a draft may lack, with the clause («»: none asks for it). `pages`: what is required of official pages;
    `registry_published`, `determines`, `appoints`: the clauses that have the list published, the curator determine
    topic, place and importance, and that appoint those who do this work. `of_pages` governs pages (None: this one).
    `measures`: figures' formulas in its words.
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
        """The reasons an executor can choose from, with the grounds for not processing if he may name one (SL-11)."""
        grounds = tuple(ground.words for ground in self.grounds) if self.executors_may_name_ground else ()
        return (*self.return_reasons, *grounds)

    def rule(self, step: Step) -> StepRule | None:
        return next((rule for rule in self.steps if rule.step == step), None)
