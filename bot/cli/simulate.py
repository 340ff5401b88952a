"""`simulate`: plays a scenario through the real rules and storage; prints JSON for checks, tables for people. No
messenger."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.cli.mistake import Mistake
from bot.cli.simulate_official import TOLD, tables
from bot.clock import Clock, WallClock
from bot.process import logs
from bot.process.memory import settle_in
from bot.simulation.halves import play_apart, shares
from bot.simulation.outcome import Missed, Notice, Outcome, as_json
from bot.simulation.player import Progress, play
from bot.simulation.scenario import Scenario, read
from config.russian.words import count
from config.texts import Texts
from storage import private

if TYPE_CHECKING:
    from rich.table import Table

SILENT_SECONDS = 1.0
SHOWN = 200
"""The most rows of a table; beyond that, counts are shown instead."""
KINDS = {
    "work": "новая работа",
    "reminder": "напоминание",
    "overdue": "просрочено",
    "lapsed": "не принято и не возвращено",
    "escalation": "руководителю",
    "idle": "ждёт без срока",
    "digest": "в списке",
    "significant": "значимое",
    "shortcoming": "недостаток отдела",
}


def simulate(file: Path, json: bool, database: Path | None, clock: Clock | None = None) -> None:
    """Play the scenario and print the results. `database`: a file in which the database is kept afterwards. Raises
    Mistake or BrokenConfiguration if the scenario cannot be played."""
    logs.set_up()
    if not file.is_file():
        raise Mistake(f"нет файла {file}")
    if database is not None:
        _is_free(database)
    scenario = read(file)
    settle_in()
    with _bar(len(scenario.events), clock or WallClock()) as progress:
        outcome = _played(scenario, database, progress)
    if json:
        sys.stdout.write(as_json(outcome, scenario.municipality.zone) + "\n")
    else:
        _show(outcome, scenario)


def _is_free(database: Path) -> None:
    """Raise Mistake if the file for the database already holds data or its folder does not exist."""
    if database.is_dir() or (database.exists() and database.stat().st_size > 0):
        raise Mistake(f"{database} уже есть; назовите для базы другой файл")
    if not database.parent.is_dir():
        raise Mistake(f"нет папки {database.parent}")


def _played(scenario: Scenario, database: Path | None, progress: Progress) -> Outcome:
    """Play the scenario and return the outcome. A database to keep is written by one process, and deleted if playing
    fails."""
    if database is None:
        among = shares(scenario)
        return play_apart(scenario, among, progress) if among > 1 else play(scenario, progress=progress)
    try:
        return play(scenario, database, progress)
    except BaseException:
        for rest in private.files_of(database):
            rest.unlink(missing_ok=True)
        raise


@contextmanager
def _bar(events: int, clock: Clock) -> Iterator[Progress]:
    """Show a progress bar on stderr once playing has taken a second, if stderr is a terminal; yield the function that
    reports progress."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    task = bar.add_task("события", total=events)
    begun = clock.monotonic()
    shown = False

    def told(done: int) -> None:
        nonlocal shown
        bar.advance(task, done)
        if not shown and sys.stderr.isatty() and clock.monotonic() - begun > SILENT_SECONDS:
            bar.start()
            shown = True

    try:
        yield told
    finally:
        if shown:
            bar.stop()


# --- for people ------------------------------------------------------------------------------------------------------


def _show(outcome: Outcome, scenario: Scenario) -> None:
    from rich.console import Console

    texts, zone = Texts(scenario.municipality.folders), scenario.municipality.zone
    console = Console(markup=False, highlight=False)
    cases = count(len(outcome.cases), "сообщение|сообщения|сообщений")
    console.print(f"{scenario.municipality.name}: {cases}, до {_at(scenario.until, zone)}")
    for table in (
        _states(outcome, texts),
        _missed(outcome, texts, zone),
        *_official(outcome, texts, zone),
        _notices(outcome, texts, zone),
        _refused(outcome, texts, zone),
    ):
        if table.row_count:
            console.print(table)


def _official(outcome: Outcome, texts: Texts, zone: ZoneInfo) -> Iterator[Table]:
    if outcome.official is not None:
        yield from tables(outcome.official, texts, _table, lambda moment: _at(moment, zone))


def _subject(outcome: Outcome) -> str:
    return "сообщение" if outcome.official is None else "о чём"


def _kind(notice: Notice) -> str:
    return TOLD.get(notice.about, KINDS)[notice.kind]


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    return Table(*columns, title=title, title_justify="left")


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d.%m.%Y %H:%M:%S").removesuffix(":00") if moment else "ещё нет"


def _states(outcome: Outcome, texts: Texts) -> Table:
    """The table of cases: a row for each, or for more than 200 cases the number in each state."""
    if len(outcome.cases) > SHOWN:
        counted = _table("Сообщения", "состояние", "сколько")
        for state, count in Counter(case.state for case in outcome.cases.values()).most_common():
            counted.add_row(texts.plain(f"states.{state}"), str(count))
        return counted
    each = _table("Сообщения", "сообщение", "состояние", "нарушений")
    for name, case in outcome.cases.items():
        each.add_row(name, texts.plain(f"states.{case.state}"), str(len(_standing(case.violations))))
    return each


def _missed(outcome: Outcome, texts: Texts, zone: ZoneInfo) -> Table:
    lines = [(name, missed) for name, case in outcome.cases.items() for missed in _standing(case.violations)]
    if len(lines) > SHOWN:
        table = _table("Нарушения сроков", "шаг", "кто", "сколько")
        for (step, who), count in Counter((missed.step, missed.who) for _, missed in lines).most_common():
            table.add_row(texts.plain(f"steps.{step}"), who, str(count))
        return table
    table = _table("Нарушения сроков", "сообщение", "шаг", "кто", "срок", "сделано", "опоздание, мин")
    for name, missed in lines:
        due, done = _at(missed.due, zone), _at(missed.done, zone)
        table.add_row(name, texts.plain(f"steps.{missed.step}"), _blamed(missed), due, done, str(missed.late_minutes))
    return table


def _standing(missed: Sequence[Missed]) -> list[Missed]:
    """The violations that are not annulled; the annulled ones are only in the JSON."""
    return [one for one in missed if one.annulled is None]


def _blamed(missed: Missed) -> str:
    return missed.who if missed.substitute is None else f"{missed.who}, замещал {missed.substitute}"


def _notices(outcome: Outcome, texts: Texts, zone: ZoneInfo) -> Table:
    if len(outcome.notices) > SHOWN:
        table = _table("Уведомления", "что", "кому", "сколько")
        for (kind, to), count in Counter((_kind(notice), notice.to) for notice in outcome.notices).most_common():
            table.add_row(kind, to, str(count))
        return table
    table = _table("Уведомления", "когда", _subject(outcome), "что", "шаг", "кому")
    for notice in outcome.notices:
        step = texts.plain(f"steps.{notice.step}") if notice.step else ""
        table.add_row(_at(notice.at, zone), notice.case or notice.name, _kind(notice), step, notice.to)
    return table


def _refused(outcome: Outcome, texts: Texts, zone: ZoneInfo) -> Table:
    table = _table("Отказано", "когда", _subject(outcome), "действие", "кто", "почему")
    for refusal in outcome.refused[:SHOWN]:
        what, why = refusal.case or refusal.name, refusal.words or refusal.reason
        table.add_row(_at(refusal.at, zone), what, refusal.do, refusal.by, why)
    if len(outcome.refused) > SHOWN:
        table.caption = f"и ещё {len(outcome.refused) - SHOWN}"
    return table
