"""The page of permissions: role × action × state, under every regulation. `python -m tests.house.permissions` rewrites
`permissions.txt`, which a person reads before approving it; a test keeps the two equal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.house import (
    permissions_material,
    permissions_moderation,
    permissions_pages,
    permissions_ready,
    permissions_shortcomings,
)
from tests.house.permissions_tried import ACTORS, FIRST, REGULATIONS, WAYS, cell, situations, trials
from workflow.case import State
from workflow.outcomes import Accepted, Decision, Refused

PAGE = Path(__file__).with_name("permissions.txt")
WIDTH = 128

LETTERS = {
    "curator": "C",
    "lead": "L",
    "co-executor": "o",
    "clock": "k",
    "network": "n",
    "detector": "d",
    "deputy": "D",
    "head": "H",
}
Cells = dict[tuple[str, str], dict[str, str]]
"""By situation and row: what comes of it by whose hand."""


@cache
def cells(regulation: str) -> Cells:
    """Try every cell. Machines are left out where they are refused: they never ask for anything else."""
    found: Cells = {}
    for name, situation in situations(regulation).items():
        for trial in trials():
            said: dict[str, str] = {}
            for who, actor in ACTORS.items():
                decision = cell(regulation, name, trial, who).decision
                if isinstance(decision, Accepted) or actor.machine is None:
                    said[who] = _words(situation.case.state, decision)
            found[name, trial.name] = said
    return found


def _words(state: State, decision: Decision) -> str:
    match decision:
        case Accepted(after):
            return f"YES, stays {state}" if after.state is state else f"YES → {after.state}"
        case Refused(reason):
            return f"no: {reason}"


def _may(said: Mapping[str, str]) -> list[str]:
    return [who for who, words in said.items() if words.startswith("YES")]


def matrix(regulation: str) -> dict[str, str]:
    """The line of each row: the roles that may do it in each situation; a dot: nobody; blank: no such case."""
    found = cells(regulation)
    lines = {}
    for trial in trials():
        shown = []
        for name in WAYS:
            said = found.get((name, trial.name))
            if said is None:
                shown.append(" ")
                continue
            shown.append("".join(LETTERS.get(who, f"?{who}") for who in _may(said)) or "·")
        lines[trial.name] = f"  {trial.name:<24}" + "".join(f"{cell:>4}" for cell in shown)
    return lines


HEADING = """Who may do what: tried at the desk, read and approved by a person. Not to be edited by hand; after a change of the
rules `python -m tests.house.permissions` writes it anew, and what differs is to be read before it is committed.

C curator · L lead executor · o co-executor · k clock · n network · d detector · dot: nobody · blank: no such case there.
D deputy, who watches that the regulation is kept · H head.
The case stands with the department of «lead»; the co-executor is on it where it says «several», else one more executor.
A stranger, somebody who has left the working group and an anonymous administrator are refused everywhere, each with a reason
of his own; a substitute has the rights of whom he stands in for. Both are tried on every cell and not listed.
"""


def whole() -> str:
    """The first regulation's matrix and answers in full; for the others only the differences."""
    usual, answers = matrix(FIRST), cells(FIRST)
    lines = [HEADING, f"==== {FIRST}: who may ====", ""]
    lines += [f"    {number:>2}  {name}" for number, name in enumerate(WAYS, 1)]
    lines += ["", f"  {'':<24}" + "".join(f"{number:>4}" for number in range(1, len(WAYS) + 1)), *usual.values(), ""]
    for regulation in REGULATIONS[1:]:
        own, there = cells(regulation), situations(regulation)
        rows = [r.name for r in trials() if any(_may(own[n, r.name]) != _may(answers[n, r.name]) for n in there)]
        missing = [str(number) for number, name in enumerate(WAYS, 1) if name not in there]
        lines += [f"==== {regulation}: who may; the rows that differ ====", ""]
        lines += [f"  There is no {', '.join(missing)} here.", ""] if missing else []
        lines += [*(matrix(regulation)[row] for row in rows), ""]
    lines += [f"==== {FIRST}: what comes of it, and why not ====", *_listed(answers)]
    for regulation in REGULATIONS[1:]:
        differ = {place: said for place, said in cells(regulation).items() if said != answers[place]}
        lines += ["", f"==== {regulation}: the same, but ====", *_listed(differ)]
    lines += permissions_pages.lines()
    lines += permissions_moderation.section()
    lines += permissions_material.lines()
    lines += permissions_shortcomings.lines()
    lines += permissions_ready.lines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _listed(found: Cells) -> list[str]:
    """By situation: each answer on a line, with its rows. Identical situations are listed together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name in dict.fromkeys(name for name, _ in found):
        same: dict[str, list[str]] = {}
        for (where, row), said in found.items():
            if where == name:
                same.setdefault(_answer(said), []).append(row)
        block = [_wrapped("  ", " · ".join(rows)) + _wrapped("      ", answer) for answer, rows in same.items()]
        alike.setdefault(tuple(line for part in block for line in part), []).append(name)
    return [line for block, names in alike.items() for line in ("", *_wrapped("", " / ".join(names) + ":"), *block)]


def _wrapped(indent: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)


def _answer(said: Mapping[str, str]) -> str:
    by_words: dict[str, list[str]] = {}
    for who, words in said.items():
        by_words.setdefault(words, []).append(who)
    accepted_first = sorted(by_words.items(), key=lambda item: not item[0].startswith("YES"))
    return "; ".join(f"{words} ({', '.join(people)})" for words, people in accepted_first)


if __name__ == "__main__":
    PAGE.write_text(whole(), encoding="utf-8")
