"""Seeded walks of the rules replayed through `simulate`: the real desk, storage and clock say the same of each case.

Left out of a walk is what `simulate` has no words for: messages deleted, terms moved by a new calendar, rows struck off.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.rules.test_walk import here
from tests.rules.test_wide_walk import strolled
from tests.rules.thoroughness import some
from tests.rules.wide_walk import TOWNS, as_settled
from tests.stories.scenarios import played
from workflow.case import Case
from workflow.commands import AnyCommand, Posted, Release, SetTerm
from workflow.office import NETWORK, Office
from workflow.terms.alarms import terms_of
from workflow.terms.register import late_minutes

TOWN = """
municipality:
  name: Курский муниципальный округ
  timezone: Europe/Moscow
  regulation: {regulation}
  supervisor: first_deputy
  work_hours:
    mon-thu: 09:00-13:00, 14:00-18:00
    fri: 09:00-13:00, 14:00-16:45
  departments:
    zhkh: {{name: Отдел ЖКХ, overseen_by: first_deputy}}
    roads: {{name: Отдел дорожного хозяйства, overseen_by: first_deputy}}
    school: {{name: Отдел образования, overseen_by: first_deputy}}
  people:
    curator: {{role: curator, name: Куратор}}
    zhkh_head: {{role: executor, department: zhkh, name: Начальник отдела ЖКХ}}
    roads_head: {{role: executor, department: roads, name: Начальник отдела дорожного хозяйства}}
    school_head: {{role: executor, department: school, name: Начальник отдела образования}}
    first_deputy: {{role: deputy, name: Первый заместитель главы}}
    head: {{role: head, name: Глава}}
"""
BEGUN = (
    "2026-01-12T09:00, do: detect, case: c2, source: vk, text: Ещё о том же",
    "2026-01-12T09:00, do: detect, case: c1, source: vk, text: Третий день нет воды",
)
Say = Callable[[Any], str]
WORDS: dict[str, Say] = {
    "forward": lambda c: f", to: [{', '.join(c.to)}]" + (", in_turn: true" if c.in_turn else ""),
    "recall": lambda c: "",
    "accept": lambda c: "",
    "return": lambda c: ", text: не наше",
    "contribute": lambda c: f", text: '{c.text}'",
    "pass_contribution": lambda c: f", of: {c.department}",
    "send_back_contribution": lambda c: f", of: {c.department}, text: не хватает срока",
    "draft": lambda c: f", text: '{c.text}', kind: {c.kind}" + (f", early: '{c.early}'" if c.early else ""),
    "propose_interim": lambda c: f", text: '{c.text}'",
    "set_kind": lambda c: f", kind: {c.kind}",
    "correct": lambda c: f", text: '{c.text}'",
    "approve": lambda c: "",
    "undo": lambda c: "",
    "send_back": lambda c: ", text: уточните срок",
    "posted": lambda c: f", link: '{c.link}'",
    "post_failed": lambda c: ", text: captcha",
    "not_process": lambda c: f", ground: {c.ground}",
    "reopen": lambda c: "",
    "author_replied": lambda c: ", text: Дом 5.",
    "merge": lambda c: ", into: c2",
    "split": lambda c: "",
    "set_term": lambda c: "",
    "set_importance": lambda c: f", importance: {c.importance}",
}


def has_words(command: AnyCommand) -> bool:
    """Whether `simulate` plays it; a posting by the program rather than by hand."""
    by_hand = isinstance(command, Posted) and command.by != NETWORK
    return isinstance(command, Release) or (command.action in WORDS and not by_hand)


def line(now: datetime, command: AnyCommand, of: Office) -> str:
    by = command.by.people[0].removesuffix("_head") if command.by.people else ""
    more = WORDS[command.action](command)
    if isinstance(command, SetTerm):
        more = f", due: '{command.due.astimezone(of.zone).replace(tzinfo=None).isoformat()}'"
    at = now.astimezone(of.zone).replace(tzinfo=None).isoformat()
    return f"{at}, do: {command.action}, case: c1" + (f", by: {by}" if by else "") + more


def rows(case: Case, of: Office, now: datetime) -> list[tuple[object, ...]]:
    def local(moment: datetime | None) -> str | None:
        return moment.astimezone(of.zone).isoformat() if moment is not None else None

    return sorted(
        (r.step.value, r.who, local(r.until), local(r.text_due), local(r.done_at), late_minutes(r, of, now))
        for r in case.missed
    )


def replayed(folder: Path, town: str, number: int) -> None:
    of = here(town)
    trail, last = strolled(town, number, has_words)
    events = [*BEGUN, *(line(now, command, of) for now, command in trail if not isinstance(command, Release))]
    ends = last.now.astimezone(of.zone).replace(tzinfo=None).isoformat()
    found = played(folder, events, town, TOWN, until=f"'{ends}'")
    case = as_settled(last.case, of, last.now)
    assert found["refused"] == []
    one = found["cases"]["c1"]
    said = [
        (v["step"], v["who"], v["due"], v.get("text_due", v["due"]), v["done"], v["late_minutes"])
        for v in one["violations"]
    ]
    due = {step.value: run.due_at.astimezone(of.zone).isoformat() for step, run in terms_of(case, of).items()}
    assert (one["state"], one["due"], sorted(said)) == (case.state, due, rows(case, of, last.now))


@pytest.mark.parametrize("town", TOWNS[:-1])
def test_simulate_says_the_same_of_a_few_walks(tmp_path: Path, town: str) -> None:
    for number in range(0, 16, 4):
        replayed(tmp_path, town, number)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("town", TOWNS)
def test_simulate_says_the_same_of_50_walks_of_each(tmp_path: Path, town: str) -> None:
    for number in some(range(16, 216, 4)):
        replayed(tmp_path, town, number)
