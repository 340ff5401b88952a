"""Thirty faults, each one change of one text, and the tests that are there to find it.

A fault is planted in a copy of the tree, never in the tree itself. `old` must stand in its file exactly once: where the code
has moved on, the fault is rewritten with it, and `tests/house/test_seeded_faults.py` says which.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "docs", "screenshots")
PATIENCE = 180.0
"""Seconds; each takes two or three where nothing else runs."""


@dataclass(frozen=True)
class Fault:
    """`tests`: the pytest arguments of the tests that must find it."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


R, S, D, N = "tests/rules/test_", "tests/storage/test_", "tests/doors/test_", "tests/networks/test_"

FAULTS = (
    # --- the rules ---------------------------------------------------------------------------------------
    Fault(
        "two cases change, the second was changed meanwhile, and the first is kept all the same",
        "workflow/desk.py", "if kept:\n", "if not kept:\n", (f"{R}cases_together.py",),
    ),
    Fault(
        "what was decided is not put into the outbox",
        "workflow/desk.py",
        "await self.postroom.take(tx, one.accepted.after, one.accepted.effects, one.actor, one.office, now)", "pass",
        (f"{R}cases_together.py",),
    ),
    Fault(
        "an outdated release sends an answer on its way",
        "workflow/desk.py", " and case.post_at == alarm.at:", ":", (f"{R}desk.py",),
    ),
    Fault(
        "an approval is undone after the answer has gone out",
        "workflow/transitions.py", "S.ON_APPROVAL,            guards.not_on_its_way)", "S.ON_APPROVAL)",
        (f"{R}life_of_a_case.py",),
    ),
    Fault(
        "a returned case stays with the executor",
        "workflow/transitions.py",
        "row(A.RETURN,                (S.FORWARDED, S.IN_WORK),         lead_executor,        S.NEW, ",
        "row(A.RETURN,                (S.FORWARDED, S.IN_WORK),         lead_executor,        S.IN_WORK, ",
        (f"{R}life_of_a_case.py",),
    ),
    Fault(
        "an old version of a draft is approved",
        "workflow/guards.py", "if command.version != last.version:", "if command.version > last.version:",
        (f"{R}life_of_a_case.py",),
    ),
    Fault(
        "a posting without a link is taken",
        "workflow/guards.py", 'command.link.startswith(("https://", "http://"))', 'command.link.startswith("")',
        (f"{R}posted_again.py",),
    ),
    Fault(
        "two attempts to post a lost answer at a time",
        "workflow/guards.py", "if on_its_way == by_machine:", "if on_its_way or by_machine:", (f"{R}posted_again.py",),
    ),
    Fault(
        "an undone approval stays in the history, and terms run from it",
        "workflow/changes/answering.py", "    del kept[last]\n", "", (f"{R}life_of_a_case.py", f"{R}kinds_of_draft.py"),
    ),
    Fault(
        "an approved answer goes out at once",
        "workflow/changes/answering.py", "post_at=undo_ends(case, office, now)", "post_at=now",
        (f"{R}life_of_a_case.py",),
    ),
    Fault(
        "an interim answer closes the case",
        "workflow/changes/answering.py", "DraftKind.INTERIM: State.INTERIM,", "DraftKind.INTERIM: State.CLOSED,",
        (f"{R}kinds_of_draft.py",),
    ),
    Fault(
        "cases put under one that ended wait for ever",
        "workflow/changes/standing.py", "*recalled_from(case, former), *freed)", "*recalled_from(case, former))",
        (f"{R}cases_together.py",),
    ),
    Fault(
        "what a row needs is not asked for",
        "workflow/engine.py", "_missing((*row.when, *row.needs), office", "_missing(row.when, office",
        (f"{R}life_of_a_case.py",),
    ),
    Fault(
        "a substitute acts in nobody's name",
        "workflow/engine.py", "by if by != own else None", "None", (f"{R}life_of_a_case.py",),
    ),
    Fault(
        "the journal shows what protects a page",
        "workflow/official/page_rules.py", "if item in PROTECTION else", "if item not in PROTECTION else",
        (f"{R}pages.py",),
    ),
    Fault(
        "the network's answer to an outdated order counts",
        "workflow/official/moderation.py", " and comment.order(command.matter) is command.order", "",
        (f"{R}moderation.py",),
    ),
    Fault(
        "a department reads the cases of the others",
        "workflow/visibility.py", "departments is None or bool(departments & concerned(case))", "True",
        (f"{R}visibility.py",),
    ),
    # --- storage -----------------------------------------------------------------------------------------
    Fault(
        "a case is saved over a newer version",
        "storage/cases.py", 't.cases.c.version == sa.bindparam("before_version")',
        't.cases.c.version >= sa.bindparam("before_version")', (f"{S}books.py",),
    ),
    Fault(
        "no journal line is kept",
        "storage/cases.py", "await chain.write(self, t.journal, line)", "pass", (f"{S}books.py",),
    ),
    Fault(
        "a folded letter takes the lesser priority",
        "storage/outbox.py", "sa.case((new.priority < old.priority,", "sa.case((new.priority > old.priority,",
        (f"{S}outbox.py",),
    ),
    Fault(
        "letters that failed are forgotten with those that were sent",
        "storage/outbox.py", 't.outbox.delete().where(t.outbox.c.state == "sent",',
        't.outbox.delete().where(t.outbox.c.state != "waiting",', (f"{S}outbox.py",),
    ),
    Fault(
        "what a citizen wrote stays in the inbox",
        "storage/inbox.py", 'values(state="done", raw="", ', 'values(state="done", ', (f"{S}inbox.py",),
    ),
    Fault(
        "a parked update holds its case for ever",
        "storage/inbox.py", 't.inbox.c.not_before > sa.bindparam("now", type_=t.Moment())',
        't.inbox.c.not_before.is_not(None)', (f"{S}inbox.py",),
    ),
    # --- the running bot ---------------------------------------------------------------------------------
    Fault(
        "an answer whose end is in doubt is posted again unseen",
        "bot/delivery/posting.py", "        elif doubts(letter):\n", "        elif False:\n", (f"{D}delivery_posting.py",),
    ),
    Fault(
        "a chat takes no account of what a burst has used up",
        "bot/delivery/limits.py", "            missing / self.rates.per_second,\n", "", (f"{D}limits.py",),
    ),
    Fault(
        "a letter is tried after it has expired",
        "bot/delivery/trying.py", "return now < expires", "return now > expires",
        (f"{D}delivery_trying.py", "-k", "worth_it"),
    ),
    # --- the doors ---------------------------------------------------------------------------------------
    Fault(
        "a contribution may say nothing",
        "handlers/drafting.py", "    if not says_something(text):\n        return [Say", "    if False:\n        return [Say",
        (f"{D}replies_contributions.py",),
    ),
    Fault(
        "anybody chooses the executors",
        "handlers/cases.py", "case Verb.PICK | Verb.FORWARD_PICKED if not _is_curator(view):",
        "case Verb.PICK | Verb.FORWARD_PICKED if False:", (f"{D}several.py",),
    ),
    # --- the networks ------------------------------------------------------------------------------------
    Fault(
        "an answer in VK calls people",
        "networks/vk/outward.py", "(?P<sign>[@*]", "(?P<sign>[@]", (f"{D}networks_vk_reading.py",),
    ),
    Fault(
        "an inner address is opened",
        "networks/web/wire.py", "return all(one.is_global and not one.is_multicast", "return any(one.is_global",
        (f"{N}web_pages.py", "-k", "address or inwards"),
    ),
)  # fmt: skip
assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 30


def is_planted_in(fault: Fault, root: Path) -> str:
    """The text of the file with the fault in it. ValueError: the text to be changed is gone, or stands there twice."""
    text = (root / fault.path).read_text(encoding="utf-8")
    if (there := text.count(fault.old)) != 1:
        raise ValueError(f"{fault.path}: {fault.old!r} stands there {there} times, must once: «{fault.name}»")
    return text.replace(fault.old, fault.new)


def copy_of_the_tree(to: Path) -> Path:
    return Path(shutil.copytree(ROOT, to, ignore=LEFT_OUT))


def fails(root: Path, tests: tuple[str, ...], seconds: float = PATIENCE) -> bool:
    """Runs the tests in the copy. RuntimeError where they could not be run at all: that finds nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0", *tests],
        cwd=root, capture_output=True, text=True, timeout=seconds, check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise RuntimeError(f"exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


def is_found(fault: Fault, root: Path) -> bool:
    """Plants the fault in the copy, runs its tests, and takes it out again."""
    path = root / fault.path
    sound, faulty = path.read_text(encoding="utf-8"), is_planted_in(fault, root)
    try:
        _write(path, faulty)
        return fails(root, fault.tests)
    finally:
        _write(path, sound)


def _write(path: Path, text: str) -> None:
    """A compiled file of the same second and size would hide the change."""
    path.write_text(text, encoding="utf-8")
    Path(cache_from_source(str(path))).unlink(missing_ok=True)
