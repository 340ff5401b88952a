"""Taking an action back before anybody else was notified of it («Отменить»): a return, a sending back, a report to the head.

`undoable` makes a change one that can be taken back. Until the moment given by `undo_ends` its notices, the card and the
offers wait, and the case keeps its former fields (`Former`); `TakeBack` restores them. At most `AT_MOST` actions on one
case can be taken back, so that nobody can put terms off for ever by acting and taking back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from workflow import effects as fx
from workflow import engine
from workflow.case import Case, Former
from workflow.changes.change import EVERYWHERE, Change
from workflow.commands import Action, AnyCommand, TakeBack
from workflow.engine import Changer
from workflow.office import Office
from workflow.outcomes import Refused
from workflow.regulation import Event, Step
from workflow.replacing import replace
from workflow.terms.alarms import running
from workflow.terms.deadlines import Happening
from workflow.terms.register import not_ended

RESTORED = (
    "state", "parts", "drafts", "contributions", "queue", "suggested", "approved", "not_posted_because", "significant", "waits",
)  # fmt: skip
"""The fields of a case, besides its history, that an action which can be taken back may change."""
MINUTE = timedelta(minutes=1)
"""A term missed by less is not charged to anybody, so a notice may be up to this much late."""
LATEST_END = timedelta(seconds=45)
LEAST_TO_UNDO = timedelta(seconds=10)
AT_MOST = 3
"""How many actions on one case can be taken back. Of any further one people are notified at once."""


def undo_ends(case: Case, office: Office, now: datetime) -> datetime:
    """Return the moment until which an action done at `now` can be taken back: `now` plus the office's `approval_delay`.
    That delay must not make late an answer that was approved in time, so it ends 45 s after the answer's `until` at the
    latest, but never lasts under 10 s unless `approval_delay` itself is shorter (CLOCK §1.5)."""
    whole = now + office.approval_delay
    answer = running(case, office).get(Step.ANSWER)
    if answer is None or now > answer.until + LATEST_END:
        return whole
    return max(min(whole, answer.until + LATEST_END), min(whole, now + LEAST_TO_UNDO))


def may_be_taken_back(case: Case, office: Office) -> bool:
    """Whether the next action on this case, once done, can be taken back: the office allows a delay for it, and fewer than
    `AT_MOST` actions on the case were taken back."""
    return bool(office.approval_delay) and len(case.taken_back) < AT_MOST


def undoable(changer: Changer) -> Changer:
    """Wrap a change so that it can be taken back until `undo_ends`: its notices, card and offers are delayed until then,
    and the case keeps its former fields. The change is made as it is where taking back is not possible."""

    def change(
        case: Case, command: AnyCommand, by: str, office: Office, now: datetime
    ) -> engine.Change[Any, Any] | Refused:
        done = changer(case, command, by, office, now)
        if isinstance(done, Refused) or not may_be_taken_back(case, office):
            return done
        line, until = case.version + 1, undo_ends(case, office, now)
        before = {name: getattr(case, name) for name in RESTORED}
        former = Former(line=line, action=command.action, by=by, at=now, until=until, **before)
        effects = tuple(_put_off(effect, line, until) for effect in done.effects)
        history = _told_later(case.history, done.after.history, until)
        return replace(done, after=replace(done.after, former=former, history=history), effects=effects)

    return change


def _told_later(before: Sequence[Happening], after: Sequence[Happening], until: datetime) -> tuple[Happening, ...]:
    """Return the history with `due=until` on the happenings that the action added, if they are announced more than a minute
    later: the terms that they begin must allow for that delay."""
    new = after[len(before) :]
    return (*before, *(replace(h, due=until) if until - h.at > MINUTE else h for h in new))


def _put_off(effect: fx.Effect, line: int, until: datetime) -> fx.Effect:
    match effect:
        case fx.Notify():
            return replace(effect, after=until, line=line)
        case fx.ShowCard() | fx.ShowOffer():
            return replace(effect, after=until)
        case _:
            return effect


def as_it_stands(before: Case | None, after: Case) -> Case:
    """Return the case without its `former` if this command changed a field that taking back would restore; otherwise
    return `after` unchanged."""
    if before is None or after.former is None or after.former is not before.former:
        return after
    same = all(getattr(before, name) == getattr(after, name) for name in RESTORED)
    return after if same and before.merged_into == after.merged_into else replace(after, former=None)


def _take_back(case: Case, command: TakeBack, by: str, office: Office, now: datetime) -> Change:
    """Restores the fields the action changed and removes it from the history. A TAKEN_BACK happening says since when the
    action stood and which terms it held up, so that those terms do not count that time. A row of the register of violations
    that the action ended is open again, as late as before."""
    former = case.former
    assert former is not None, "the table permits it only then"
    before = replace(
        case,
        **{name: getattr(former, name) for name in RESTORED},
        history=tuple(happening for happening in case.history if happening.line != former.line),
        missed=not_ended(case.missed, former.at),
        former=None,
        taken_back=(*case.taken_back, former.line),
    )
    meanwhile = running(case, office)
    held_up = tuple(
        name
        for name, run in running(before, office).items()
        if name not in meanwhile or meanwhile[name].until > run.until
    )
    paused = Happening(Event.TAKEN_BACK, now, due=former.at, moved=held_up)
    restored = replace(before, history=(*before.history, paused))
    return Change(restored, (*EVERYWHERE, fx.SettleDrafts()), {"of": former.action}, stays=True)


CHANGES: dict[Action, Changer] = {Action.TAKE_BACK: _take_back}
