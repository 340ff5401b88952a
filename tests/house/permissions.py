"""Who may do what, tried on real cases: role × action × state. `python -m tests.house.permissions` rewrites
`permissions.txt`, which a person reads before it is approved; a test keeps the two equal.

Each cell is one call of `decide` on a case brought to that state by commands, so the page shows what the program does and
not what its table says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.rules.offices import CURATOR, DEPUTY, HEAD, ROADS, ZHKH, at, new_case, office
from workflow.case import Case, State
from workflow.commands import (
    Accept,
    Action,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Correct,
    Forward,
    NotProcess,
    Posted,
    PostFailed,
    Recall,
    Release,
    Reopen,
    Retry,
    Return,
    SendBack,
    SetImportance,
    SetSource,
    SetTopic,
    SubmitDraft,
    Undo,
)
from workflow.decide import decide
from workflow.office import CLOCK, DETECTOR, NETWORK, Actor
from workflow.outcomes import Accepted, Decision, Refused
from workflow.regulation import Importance, Source

PAGE = Path(__file__).with_name("permissions.txt")
REGULATIONS = ("kursky", "izobilnensky")
EARLIER, NOW = at("2026-01-12 09:30"), at("2026-01-12 11:00")
DRAFT = "Воду подключили, бригада закончила работы в 11:00."

ACTORS: dict[str, Actor] = {
    "curator": CURATOR,
    "lead": ZHKH,
    "other executor": ROADS,
    "deputy": DEPUTY,
    "head": HEAD,
    "clock": CLOCK,
    "network": NETWORK,
    "detector": DETECTOR,
}
"""Everybody who is somebody. The case is with the department of `lead`."""

OUTSIDERS: dict[str, Actor] = {
    "stranger": Actor(account=9, standing="stranger"),
    "left the group": Actor(CURATOR.people, 1, standing="left"),
    "anonymous": Actor(account=1, standing="anonymous"),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """An action as a row of the page; `make` gives the command that asks for it, complete and sensible for the case."""

    name: str
    action: Action
    make: Callable[[Actor, Case], AnyCommand]


def _version(case: Case) -> int:
    return case.draft.version if case.draft else 1


def _ground(regulation: str) -> str:
    grounds = office(regulation).regulation.grounds
    return grounds[0].code if grounds else "none_listed"


def trials(regulation: str) -> tuple[Trial, ...]:
    """Every action but detecting, in the order of a case's life; what is needed besides is given."""
    return (
        Trial("forward", Action.FORWARD, lambda by, case: Forward(by, case.id, ("roads",))),
        Trial("recall", Action.RECALL, lambda by, case: Recall(by, case.id)),
        Trial("accept", Action.ACCEPT, lambda by, case: Accept(by, case.id)),
        Trial("return, with a reason", Action.RETURN, lambda by, case: Return(by, case.id, "не наша территория")),
        Trial("return, without one", Action.RETURN, lambda by, case: Return(by, case.id)),
        Trial("draft", Action.DRAFT, lambda by, case: SubmitDraft(by, case.id, DRAFT + " Проверено.")),
        Trial("correct", Action.CORRECT, lambda by, case: Correct(by, case.id, _version(case), DRAFT + " Исправлено.")),
        Trial("approve", Action.APPROVE, lambda by, case: Approve(by, case.id, _version(case))),
        Trial("send_back", Action.SEND_BACK, lambda by, case: SendBack(by, case.id, _version(case), "назовите срок")),
        Trial("undo", Action.UNDO, lambda by, case: Undo(by, case.id, _version(case))),
        Trial("release", Action.RELEASE, lambda by, case: Release(by, case.id, _version(case))),
        Trial("retry", Action.RETRY, lambda by, case: Retry(by, case.id)),
        Trial("posted", Action.POSTED, lambda by, case: Posted(by, case.id, "https://vk.com/wall-1_2?reply=4")),
        Trial("post_failed", Action.POST_FAILED, lambda by, case: PostFailed(by, case.id, "comments_closed")),
        Trial(
            "close_without_posting",
            Action.CLOSE_WITHOUT_POSTING,
            lambda by, case: CloseWithoutPosting(by, case.id, "thanks"),
        ),
        Trial("not_process", Action.NOT_PROCESS, lambda by, case: NotProcess(by, case.id, _ground(regulation))),
        Trial("reopen", Action.REOPEN, lambda by, case: Reopen(by, case.id)),
        Trial("set_importance", Action.SET_IMPORTANCE, lambda by, case: SetImportance(by, case.id, Importance.HIGH)),
        Trial("set_topic", Action.SET_TOPIC, lambda by, case: SetTopic(by, case.id, ("vodosnabzhenie",))),
        Trial("set_source", Action.SET_SOURCE, lambda by, case: SetSource(by, case.id, Source.TELEGRAM_GOVERNOR)),
    )


def situations(regulation: str) -> dict[str, Case]:
    """A case in every state, brought there by commands; `approved` twice, before the answer has gone and after."""
    fresh = new_case(regulation)
    forwarded = _after(regulation, fresh, Forward(CURATOR, 1, ("zhkh",)))
    in_work = _after(regulation, forwarded, Accept(ZHKH, 1))
    on_approval = _after(regulation, in_work, SubmitDraft(ZHKH, 1, DRAFT))
    approved = _after(regulation, on_approval, Approve(CURATOR, 1, 1))
    released = _after(regulation, approved, Release(CLOCK, 1, 1))
    return {
        "new": fresh,
        "forwarded": forwarded,
        "in_work": in_work,
        "on_approval": on_approval,
        "rework": _after(regulation, on_approval, SendBack(CURATOR, 1, 1, "назовите срок")),
        "approved": approved,
        "approved, on its way": released,
        "not_posted": _after(regulation, released, PostFailed(NETWORK, 1, "comments_closed")),
        "closed": _after(regulation, released, Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4")),
        "closed_without_posting": _after(regulation, in_work, CloseWithoutPosting(CURATOR, 1, "thanks")),
        "not_processed": _after(regulation, in_work, NotProcess(CURATOR, 1, _ground(regulation))),
    }


def _after(regulation: str, case: Case, command: AnyCommand) -> Case:
    decision = decide(case, command, office(regulation), EARLIER)
    if isinstance(decision, Refused):
        raise ValueError(f"{command.action} was to be accepted: {decision.reason}")
    return decision.case


def tried(regulation: str, case: Case, trial: Trial, actor: Actor) -> Decision:
    """What the desk would answer at eleven of that morning."""
    return decide(case, trial.make(actor, case), office(regulation), NOW)


LETTERS = {"curator": "C", "lead": "L", "clock": "k", "network": "n", "detector": "d"}


def matrix(regulation: str) -> list[str]:
    """Action by state, in letters: by whose hand it is accepted. Nobody's cell is a dot."""
    cases = situations(regulation)
    lines = [f"    {number:>2}  {name}" for number, name in enumerate(cases, 1)]
    lines += ["", f"  {'':<22}" + "".join(f"{number:>4}" for number in range(1, len(cases) + 1))]
    for trial in trials(regulation):
        cells = []
        for case in cases.values():
            may = [who for who, by in ACTORS.items() if isinstance(tried(regulation, case, trial, by), Accepted)]
            cells.append("".join(LETTERS.get(who, f"?{who}") for who in may) or "·")
        lines.append(f"  {trial.name:<22}" + "".join(f"{cell:>4}" for cell in cells))
    return [*lines, ""]


def answers(regulation: str) -> dict[tuple[str, str], list[str]]:
    """By state and action: what comes of it by whose hand, then which people are refused with which reason. Machines
    are listed where they may; they ask for nothing else."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, case in situations(regulation).items():
        for trial in trials(regulation):
            said: dict[str, list[str]] = {}
            for who, actor in ACTORS.items():
                decision = tried(regulation, case, trial, actor)
                if isinstance(decision, Accepted) or actor.machine is None:
                    said.setdefault(_words(case.state, decision), []).append(who)
            accepted_first = sorted(said.items(), key=lambda item: not item[0].startswith("YES"))
            found[name, trial.name] = [f"{words:<28} {', '.join(people)}" for words, people in accepted_first]
    return found


def _words(state: State, decision: Decision) -> str:
    match decision:
        case Accepted(after):
            return f"YES, stays {state}" if after.state is state else f"YES → {after.state}"
        case Refused(reason):
            return f"no: {reason}"


HEADING = """\
Who may do what: tried on real cases, read and approved by a person. Not to be edited by hand; after a change of the rules
`python -m tests.house.permissions` writes it anew, and what differs is to be read before it is committed.

The case stands with the department of «lead». C curator · L lead executor · k clock · n network · d detector · dot: nobody.
A stranger, somebody who has left the working group and an anonymous administrator are refused everywhere, each with a reason
of his own; a substitute has the rights of whom he stands in for. Both are tried on every cell and not listed.
"""


def whole() -> str:
    """Both regulations' matrices; every answer under the first, and under the others what differs from it."""
    first, *others = REGULATIONS
    lines = [HEADING]
    for regulation in REGULATIONS:
        lines += [f"==== {regulation}: who may ====", "", *matrix(regulation)]
    usual = answers(first)
    lines += [f"==== {first}: what comes of it, and why not ====", *_listed(usual)]
    for regulation in others:
        own = {place: said for place, said in answers(regulation).items() if said != usual[place]}
        lines += ["", f"==== {regulation}: the same, but ====", *_listed(own)]
    return "\n".join(lines) + "\n"


def _listed(found: dict[tuple[str, str], list[str]]) -> list[str]:
    lines: list[str] = []
    state = ""
    for (name, action), said in found.items():
        if name != state:
            lines += ["", f"{name}:"]
            state = name
        lines += [f"  {'' if index else action:<22} {words}" for index, words in enumerate(said)]
    return lines


if __name__ == "__main__":
    PAGE.write_text(whole(), encoding="utf-8")
