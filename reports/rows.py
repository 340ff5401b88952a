"""One case as a row of the report: its ending, its departments, its missed duties, the time of each step.

Pure. Everything follows from the case, its edition of the regulation, and `now`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reports.period import Month
from workflow.case import Annulled, Case, Mark, PartState, State
from workflow.case import Missed as Row
from workflow.office import Office
from workflow.photos import photos_of
from workflow.regulation import DraftKind, Event, Kind, Step
from workflow.terms.alarms import runs_of
from workflow.terms.deadlines import Deadline, Happening
from workflow.terms.register import late_minutes

OWN_DUTIES = frozenset({Step.CONTRIBUTION, Step.JOINT_DRAFT, Step.DRAFT, Step.REWORK, Step.FINAL})
"""The duties of a department itself: if it misses one of them, it answers the case late."""

TEXT_LIMIT = 2000
"""How many characters of a citizen's message a table contains at most."""


class End(StrEnum):
    """How a received case has ended for the report; each case has exactly one value."""

    CLOSED = "closed"
    CLOSED_WITHOUT_POSTING = "closed_without_posting"
    NOT_PROCESSED = "not_processed"
    OPEN = "open"


class Outcome(StrEnum):
    """What happened to a case at a department. RETURNED: the department gave it back and no longer has it. TAKEN: the
    curator took it away (recalled, redirected, merged, closed without an answer); such a case counts neither as
    received nor as returned, because the department could no longer answer it and gave nothing back (KU-21, KU-22)."""

    ANSWERED = "answered"
    RETURNED = "returned"
    OPEN = "open"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Handed:
    """A case at one department, counted once for all the times it was forwarded there. While the department has the
    case, `outcome` is its progress; afterwards it is RETURNED if the department ever gave it back, otherwise TAKEN.

    `late`: a standing violation names the department for one of its own duties. `overdue`: such a violation is still
    going on. `minutes`: from the forwarding to the department's first draft, by the regulation's clock; None without a
    draft. `mark`: the curator's mark of the posted answer, if this department wrote it.
    """

    department: str
    lead: bool
    outcome: Outcome
    late: bool
    overdue: bool
    sent_back: int
    minutes: int | None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """A violation in the register, as a report shows it (MO-20). `who` is a department's key or `curator`.

    `due`: the moment by which people are charged, `text_due`: the one by the regulation's text alone. `done`: None if
    it was never done. `late_minutes`: by the step's own clock, a started minute as a whole one. `substitute`: the key
    of the person who stood in while all of `who` were absent, `stood_in`: their name. An annulled violation is shown
    but counts nowhere.
    """

    case: int
    step: Step
    who: str
    due: datetime
    text_due: datetime
    done: datetime | None
    late_minutes: int
    substitute: str | None = None
    stood_in: str = ""
    annulled: Annulled | None = None

    @property
    def stands(self) -> bool:
        """Whether the violation counts: it was not annulled."""
        return self.annulled is None


@dataclass(frozen=True, slots=True)
class Changed:
    """The violations annulled and added in an earlier month's register since reports were last sent (CLOCK §2)."""

    month: Month
    annulled: tuple[Missed, ...] = ()
    added: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True)
class Interim:
    """An interim answer and its promise: `promised` is the deadline of the final draft, `kept_at` when that draft
    came."""

    case: int
    department: str
    posted: datetime
    promised: datetime | None
    kept_at: datetime | None

    @property
    def is_kept(self) -> bool:
        """Whether the final draft came by the promised deadline."""
        return self.promised is not None and self.kept_at is not None and self.kept_at <= self.promised


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in the report. `text` is hostile until escaped; moments are UTC. `returns`: how many departments gave
    it back and no longer have it. `took`: the minutes of each completed duty. `photos`: the addresses of the author's
    photo and of the answer's, if it was answered and there are both ("" if the network has no address for one).
    `helped`: whether the author said that the answer helped; None if they did not say."""

    id: int
    number: int
    detected: datetime
    ended: datetime | None
    end: End
    state: str
    ground: str
    repeat: bool
    significant: bool
    high: bool
    topic: str
    source: str
    place: str
    text: str
    versions: int
    returns: int
    sent_back: int
    handed: tuple[Handed, ...]
    missed: tuple[Missed, ...]
    took: tuple[tuple[Step, int], ...]
    interims: tuple[Interim, ...]
    photos: tuple[str, str] | None = None
    helped: bool | None = None


def row_of(case: Case, office: Office, now: datetime) -> CaseRow:
    """The case as a row, as it stands at `now`; `office`: the office under the edition the case was opened under
    (DESIGN rule 4)."""
    found = runs_of(case, office)
    events = [happening.event for happening in case.history]
    end = _END.get(case.state, End.OPEN)
    handed = _handed(case, office)
    return CaseRow(
        id=case.id,
        number=case.number,
        detected=case.detected,
        ended=case.history[-1].at if end is not End.OPEN else None,
        end=end,
        state=case.state,
        ground=_ground(case, office),
        repeat=case.repeat_of is not None,
        significant=case.significant,
        high=case.importance == "high",
        topic=case.topics[0] if case.topics else "",
        source=case.appeal.source,
        place=case.location,
        text=case.appeal.text[:TEXT_LIMIT],
        versions=len(case.drafts),
        returns=sum(one.outcome is Outcome.RETURNED for one in handed),
        sent_back=events.count(Event.SENT_BACK),
        handed=handed,
        missed=tuple(missed_of(case.number, row, office, now) for row in case.missed),
        took=tuple(_took(found, office)),
        interims=_interims(case, found),
        photos=_photos(case),
        helped=case.helped,
    )


_END = {
    State.CLOSED: End.CLOSED,
    State.CLOSED_WITHOUT_POSTING: End.CLOSED_WITHOUT_POSTING,
    State.NOT_PROCESSED: End.NOT_PROCESSED,
}


def _photos(case: Case) -> tuple[str, str] | None:
    photos = photos_of(case)
    if case.state is not State.CLOSED or not (photos.were and photos.after):
        return None
    before = case.appeal.link or next(iter(photos.links), "")
    return before, case.posting.link if case.posting is not None else ""


def _ground(case: Case, office: Office) -> str:
    """The reason why the case ended without an answer, in the regulation's own words if it has them, otherwise its
    code; "" if there is none."""
    because = case.ended_because or ""
    return next((ground.words for ground in office.regulation.grounds if ground.code == because), because)


def minutes(length: timedelta) -> int:
    """The length in whole minutes, a half rounded up."""
    return int((length + timedelta(seconds=30)) // timedelta(minutes=1))


def missed_of(number: int, row: Row, office: Office, now: datetime) -> Missed:
    """The violation `row` of the case with this number, as a report shows it at `now`."""
    return Missed(
        case=number,
        step=row.step,
        who=row.who,
        due=row.until,
        text_due=row.text_due,
        done=row.done_at,
        late_minutes=late_minutes(row, office, now),
        substitute=row.stood_in,
        stood_in=_name_of(row.stood_in, office),
        annulled=row.annulled,
    )


def _name_of(person: str | None, office: Office) -> str:
    known = office.people.get(person or "")
    return known.name if known is not None else person or ""


def _handed(case: Case, office: Office) -> tuple[Handed, ...]:
    own = [row for row in case.missed if row.stands and row.step in OWN_DUTIES]
    found, writer = [], _writer(case)
    active = {part.department for part in case.active_parts}
    gave_back = {part.department for part in case.parts if part.state is PartState.RETURNED}
    for department in dict.fromkeys(part.department for part in case.parts):
        if department in active:
            outcome = Outcome.ANSWERED if case.state is State.CLOSED else Outcome.OPEN
        else:
            outcome = Outcome.RETURNED if department in gave_back else Outcome.TAKEN
        charged = [row for row in own if row.who == department]
        found.append(
            Handed(
                department=department,
                lead=any(part.lead for part in case.parts if part.department == department),
                outcome=outcome,
                late=bool(charged),
                overdue=outcome is Outcome.OPEN and any(row.ended_at is None for row in charged),
                sent_back=_sent_back(case.history, department),
                minutes=_to_first_draft(case.history, department, office),
                mark=case.mark if department == writer else None,
            )
        )
    return tuple(found)


def _writer(case: Case) -> str:
    """The key of the department that wrote the posted answer; of the lead department if the curator worded it; "" if
    there is none."""
    draft = case.draft_of(case.posting.version) if case.posting is not None else None
    return (draft.department if draft is not None else None) or (case.lead.department if case.lead is not None else "")


def _sent_back(history: tuple[Happening, ...], department: str) -> int:
    """How many of the department's drafts the curator sent back."""
    times, author = 0, None
    for happening in history:
        if happening.event is Event.DRAFTED:
            author = happening.who
        elif happening.event is Event.SENT_BACK and author == department:
            times += 1
    return times


def _to_first_draft(history: tuple[Happening, ...], department: str, office: Office) -> int | None:
    handed: datetime | None = None
    for happening in history:
        if happening.who != department:
            continue
        if happening.event is Event.FORWARDED:
            handed = happening.at
        elif happening.event is Event.DRAFTED and handed is not None:
            return minutes(office.clock.between(handed, happening.at))
    return None


def _took(found: tuple[Deadline, ...], office: Office) -> list[tuple[Step, int]]:
    return [
        (run.step, minutes(max(run.clock(office.clock).between(run.started_at, run.met_at), timedelta(0))))
        for run in found
        if run.kind is Kind.DUTY and run.met_at is not None
    ]


def _interims(case: Case, found: tuple[Deadline, ...]) -> tuple[Interim, ...]:
    """The case's interim answers. The final term runs from the first one (MO-13, KU-15); later ones repeat its
    promise."""
    posted = [posting for posting in case.postings if posting.kind is DraftKind.INTERIM]
    if not posted:
        return ()
    final = next((run for run in found if run.step is Step.FINAL), None)
    promised, kept_at = (final.due_at, final.met_at) if final is not None else (None, None)
    drafts = {draft.version: draft.department or "" for draft in case.drafts}
    return tuple(Interim(case.number, drafts.get(p.version, ""), p.at, promised, kept_at) for p in posted)
