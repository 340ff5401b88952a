"""One notice about one case, and the buttons with which its reader can do what it is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.cases.screens.buttons import CaseButtons
from bot.messenger import Buttons
from workflow.case import Case, Move, State, Wait
from workflow.effects import Notice
from workflow.office import Office
from workflow.regulation import PER_EXECUTOR, Holder, Step
from workflow.terms.alarms import running
from workflow.terms.grants import AT_WORK

IDLE = (Notice.IDLE, Notice.IDLE_ABOVE)
AT_CURATORS: Mapping[State, Step] = MappingProxyType({
    State.NEW: Step.FORWARD,
    State.ON_APPROVAL: Step.APPROVAL,
    State.APPROVED: Step.POSTING,
    State.NOT_POSTED: Step.POSTING,
    State.WAITING_AUTHOR: Step.ANSWER,
})  # fmt: skip
"""By state, the step by which the curator ends the executor's work while the curator has the case."""


@dataclass(frozen=True)
class News:
    """One notice about one case, as data for its words. `by`: the key of the person who wrote the text, if the notice
    names them."""

    notice: Notice
    case: Case
    department: str | None = None
    step: Step | None = None
    text: str = ""
    by: str = ""


def run_name(news: News) -> str:
    """Return the name of the term that the notice is about (`Deadline.name`), cut to fit a button."""
    step = news.step or ""
    return f"{step}@{news.department}"[:40] if step in PER_EXECUTOR and news.department else str(step)


def wait_of(news: News) -> Wait | None:
    """Return what the idle case waits for; None if the notice is not about an idle case or the case waits for it no
    longer."""
    if news.notice not in IDLE:
        return None
    return next((wait for wait in news.case.waits if wait.move == news.text), None)


def step_at_hand(news: News, office: Office) -> Step | None:
    """Return the step with which the notice's reader can end the matter; while the curator has the case, the curator's
    own step instead of the executor's."""
    run = running(news.case, office).get(run_name(news))
    if news.step not in AT_WORK or (run is not None and run.holder is not Holder.CURATOR):
        return news.step
    return AT_CURATORS.get(news.case.state, news.step)


def buttons_of_step(buttons: CaseButtons, news: News) -> Buttons:
    """Return the buttons with which the person reminded of a step can act at once. No menus, because such a message is
    not refreshed."""
    case = news.case
    match news.step:
        case Step.FORWARD if case.state is State.NEW:
            return buttons.directly()
        case Step.APPROVAL if case.state is State.ON_APPROVAL and case.draft is not None:
            return buttons.draft(case.draft)
        case Step.CONTRIBUTION_APPROVAL:
            return buttons.contribution(news.department or "")
        case Step.POSTING:
            return buttons.not_posted()
        case Step.ANSWER:
            return buttons.not_posted() or buttons.interim()
        case _:
            part = case.part_of(news.department) if news.department is not None else case.lead
            return buttons.work(part) if part is not None else ()


def buttons_of_move(buttons: CaseButtons, news: News) -> Buttons:
    """Return the buttons with which the person whom an idle case waits for can act at once; () if there are none."""
    case, wait = news.case, wait_of(news)
    match wait.move if wait is not None else None:
        case Move.FORWARD if case.state is State.NEW:
            return buttons.directly()
        case Move.ACCEPT | Move.CONTRIBUTION:
            return buttons.card()[:1]
        case Move.APPROVE | Move.POST if case.draft is not None:
            return buttons.draft(case.draft)
        case Move.PASS_CONTRIBUTION:
            return tuple(row for c in case.contributions for row in buttons.contribution(c.department))
        case Move.WATCH_AUTHOR:
            return (*buttons.interim(), *buttons.silent_author())
        case Move.NAME_FINAL:
            return buttons.own_term()
        case Move.DECIDE_DELETED:
            return buttons.offer(None)
        case _:
            return ()
