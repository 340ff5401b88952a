"""The figures and their targets: makes the lines of docs/benchmarks.md from the result of each measurement.

A figure that depends on the processor alone is measured in processor time, so that a busy machine does not distort it.
The time that a person waits is measured by the wall clock, so a busy machine does.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import (
    deadlines,
    deliveries,
    detection,
    escalation,
    flood,
    lists,
    many,
    memory,
    page,
    report,
    shared,
    simulate,
    storm,
    toasts,
    transitions,
    working_day,
    worktime,
    writes,
)

Found = Mapping[str, float]
"""A measure's numbers by name."""


@dataclass(frozen=True)
class Row:
    """One line of the table. `fine`: the figure meets its target."""

    what: str
    measured: str
    wanted: str
    fine: bool


@dataclass(frozen=True)
class Measure:
    """`minutes`: approximate duration on two idle cores; a measurement of `FULL` minutes or more runs on demand only."""

    run: Callable[[Path], Coroutine[Any, Any, dict[str, float]]]
    rows: Callable[[Found], list[Row]]
    minutes: float = 0.5


def at_most(what: str, value: float, most: float, unit: str, places: int = 0) -> Row:
    return Row(what, f"{value:,.{places}f}{unit}", f"≤ {most:,.{places}f}{unit}", value <= most)


def at_least(what: str, value: float, least: float, unit: str = "", places: int = 0) -> Row:
    wanted = f"{least:,.{places}f}".rstrip("0").rstrip(".") if places else f"{least:,.0f}"
    return Row(what, f"{value:,.{places}f}{unit}", f"≥ {wanted}{unit}", value >= least)


def only(what: str, measured: str) -> Row:
    """A figure without a target."""
    return Row(what, measured, "–", True)


# --- the parts --------------------------------------------------------------------------------------------------------


def of_transitions(found: Found) -> list[Row]:
    apart, batched = found["raw_apart_per_second"], found["raw_per_second"]
    return [
        at_least("durable transitions a second", found["transitions_per_second"], 300, "/s"),
        at_least(
            f"… against the same statements in raw sqlite3, a commit an update ({apart:.0f}/s)",
            found["ratio_apart"],
            0.1,
            places=3,
        ),
        only(
            f"… against the same statements in our own batches ({batched:.0f}/s), for comparison",
            f"{found['ratio']:.3f}",
        ),
    ]


def of_toasts(found: Found) -> list[Row]:
    what = f"tap to toast at 50 taps a second, p95 (median {found['median_ms']:.0f} ms)"
    return [at_most(what, found["p95_ms"], 50, " ms")]


def of_flood(found: Found) -> list[Row]:
    circumstances = f"processor time; median {found['median_ms']:.0f} ms, worst {found['worst_ms']:.0f} ms"
    what = "the curator's tap to its toast while 6,000 comments wait and somebody taps 200 times a second, p95"
    lost = found["without_a_toast"]
    return [
        at_most(f"{what} ({circumstances})", found["p95_ms"], 300, " ms"),
        Row("… taps without a toast", f"{lost:.0f}", "0", lost == 0),
        only("… comments taken in meanwhile", f"{found['comments_taken']:.0f}"),
    ]


def of_flood_by_the_clock(found: Found) -> list[Row]:
    what = f"… over HTTP and by the clock, p95 (median {found['median_ms']:.0f} ms, worst {found['worst_ms']:.0f} ms)"
    return [at_most(what, found["p95_ms"], 300, " ms")]


def of_writes(found: Found) -> list[Row]:
    return [at_most("group writes of a smooth case", found["group_writes"], 4, "")]


def of_deliveries(found: Found) -> list[Row]:
    what = f"messages delivered ({found['messages']:.0f}) against what the limits allow"
    refused = found["too_many_requests"]
    return [
        at_least(what, found["ratio"], 0.95, places=3),
        Row("refusals «too many requests» meanwhile", f"{refused:.0f}", "0", refused == 0),
    ]


def of_worktime(found: Found) -> list[Row]:
    """A line for each installed library, and ours compared with the fastest of them."""
    ours = found["ours_per_second"]
    lines = [only("additions of working time a second", f"{ours:,.0f}/s")]
    for name, cannot in worktime.CANNOT.items():
        if (theirs := found.get(f"{name}_per_second")) is not None:
            lines.append(only(f"… against {name} ({theirs:,.0f}/s; cannot: {cannot})", f"{ours / theirs:.1f}"))
    if "ratio" in found:
        lines.append(at_least("… against the fastest of them", found["ratio"], worktime.WANTED, places=1))
    return lines


def of_simulate(found: Found) -> list[Row]:
    what = f"a year through `simulate`, {found['cases']:,.0f} cases under five regulations (by the clock"
    return [at_most(f"{what}; processor time {found['cpu_seconds']:.0f} s)", found["seconds"], 60, " s")]


def of_storm(found: Found) -> list[Row]:
    what = f"a storm: {found['events']:,.0f} VK events twice each in random order, {found['kills']:.0f} kills; lost and twice"
    lost, twice = found["lost"], found["twice"]
    return [
        Row(what, f"{lost:.0f} and {twice:.0f}", "0 and 0", lost == twice == 0),
        only("… events known a second, restarts included", f"{found['events_per_second']:.0f}/s"),
    ]


def of_deadlines(found: Found) -> list[Row]:
    return [at_least("`deadlines --batch`, lines a second of processor time", found["lines_per_second"], 5000, "/s")]


def of_detection(found: Found) -> list[Row]:
    what = "detection of a comment, sorting and guess together, a second of processor time"
    long = f"guess, sorting and judgement of texts of {detection.WORDS} words new to the process, a second of processor time"
    return [
        at_least(what, found["comments_per_second"], detection.WANTED, "/s"),
        at_least(long, found["texts_per_second"], detection.TEXTS_WANTED, "/s"),
        only("… against reading their words alone", f"{found['times_reading']:.1f} times"),
    ]


def of_report(found: Found) -> list[Row]:
    """By the wall clock; the memory is the largest of the three."""
    cases, lines = f"{found['cases']:,.0f}", []
    for form, name in (("json", "JSON"), ("docx", "DOCX with charts"), ("xlsx", "XLSX")):
        what = f"the monthly report of {cases} cases as {name} (processor time {found[f'{form}_cpu_seconds']:.1f} s)"
        lines.append(at_most(what, found[f"{form}_seconds"], 10, " s", places=1))
    memory = max(found[f"{form}_megabytes"] for form in ("json", "docx", "xlsx"))
    return [*lines, at_most("… memory at most", memory, 300, " MB")]


def of_lists(found: Found) -> list[Row]:
    stored, lines = f"{found['stored']:,.0f} stored cases, {found['open']:,.0f} open", []
    for which in lists.ASKED:
        what = f"/{which}`" if which != "find_common" else "/find` of a word all have"
        slowest = f"slowest {found[f'{which}_slowest_ms']:.0f} ms"
        lines.append(
            at_most(f"`{what} with {stored}, median ({slowest})", found[f"{which}_median_ms"], 50, " ms", places=1)
        )
    slowest = f"slowest {found['earlier_slowest_ms']:.0f} ms"
    what = f"earlier answers offered for a case among {found['stored']:,.0f}, median ({slowest})"
    return [*lines, at_most(what, found["earlier_median_ms"], 50, " ms", places=1)]


def of_page(found: Found) -> list[Row]:
    stored = f"with {found['stored']:,.0f} stored cases, {found['open']:,.0f} open"
    return [
        at_most(f"the page's list {stored}, p95 (median {found['list_ms']:.0f} ms)", found["list_p95_ms"], 50, " ms"),
        at_most(f"the page's board, p95 (median {found['board_ms']:.0f} ms)", found["board_p95_ms"], 50, " ms"),
        at_most("the page's closed cases, far down, median", found["ended_ms"], 50, " ms"),
        at_most("the page's closed cases of a department that has them all, median", found["department_ms"], 50, " ms"),
        at_most("the page's search for words all cases have, median", found["found_ms"], 50, " ms"),
        only(
            "… what a transition waits at most for while pages are asked for without a pause",
            f"{found['write_ms']:.0f} ms",
        ),
    ]


def of_escalation(found: Found) -> list[Row]:
    steps = f"{found['steps']:,.0f}"
    circumstances = f"median {found['median_ms']:.0f} ms; we had {found['share_of_a_core']:.0%} of a core"
    return [
        at_most(
            f"what a tap waits longer at worst while {steps} steps fall due at once ({circumstances})",
            found["slowest_ms"] - found["idle_median_ms"],
            200,
            " ms",
        ),
        Row(
            f"… messages to one person about them, of one kind ({found['persons']:.0f} persons)",
            f"{found['most_letters_to_one']:.0f}",
            "1",
            found["most_letters_to_one"] == 1,
        ),
        only("… until the last is told, by the clock", f"{found['seconds']:.0f} s"),
    ]


ESTIMATES = {"curator": (135, 85), "heads": (55, 40), "first_deputy": (5, 5), "group": (34, 0)}
"""What CLOCK §4 holds bearable on a day of 40 cases: messages, and how many of them with a sound."""


def of_working_day(found: Found) -> list[Row]:
    """The heads' messages are mostly silent confirmations of their own drafts; those with a sound call them."""
    lines = []
    for who, (messages, loud) in ESTIMATES.items():
        keys = working_day.HEADS if who == "heads" else (who,)
        said, sounded = (sum(found[f"{key}_{what}"] for key in keys) for what in ("messages", "with_sound"))
        what = f"a day of {found['cases']:.0f} cases: messages, with a sound; {who.replace('_', ' ')}"
        fine = sounded <= 1.1 * loud
        lines.append(Row(what, f"{said:.0f}, {sounded:.0f}", f"≈ {messages}, {loud}", fine))
    return lines


def of_shared(found: Found) -> list[Row]:
    raw = f"… against the same statements by bare asyncpg ({found['raw_per_second']:.0f}/s; {found['statements']:.1f} an update)"
    return [
        Row("durable transitions a second on PostgreSQL", f"{found['transitions_per_second']:.0f}/s", "–", True),
        Row("… processor time of the program, each", f"{found['processor_ms']:.1f} ms", "–", True),
        at_least(raw, found["ratio"], 0.5, places=3),
    ]


def of_many(found: Found) -> list[Row]:
    quiet, clock = found["quiet_tap_cpu_ms_p95"], found["storm_tap_ms_p95"]
    storm = (
        f"in a storm in another municipality, p95, processor time (quiet {quiet:.0f} ms; by the clock {clock:.0f} ms)"
    )
    return [
        at_most("200 municipalities in one process: the first is polled after", found["first_seconds"], 5, " s", 1),
        at_most("… all are polled after", found["all_seconds"], 15, " s", 1),
        at_most("… processor time of a start, each", found["cpu_ms_each"], 25, " ms", 1),
        Row("… idle, each, of a second", f"{found['idle_cpu_ms_a_second_each']:.1f} ms", "–", True),
        at_most("… memory, each", found["megabytes_each"], 2, " MB", 2),
        at_most(f"… a tap answered {storm}", found["storm_tap_cpu_ms_p95"], 100, " ms"),
    ]


def of_memory(found: Found) -> list[Row]:
    around = f"before {found['before']:.0f} MB, at most {found['most']:.0f} MB"
    what = f"a small office's process after {found['texts']:.0f} long comments ({around})"
    return [at_most(what, found["after"], 230, " MB")]


FULL = 5.0
"""A measure that takes so many minutes runs with `--full` only."""

MEASURES: dict[str, Measure] = {
    "transitions": Measure(transitions.measure, of_transitions),
    "shared": Measure(shared.measure, of_shared),
    "many": Measure(many.measure, of_many, 2),
    "memory": Measure(memory.measure, of_memory, 2),
    "toasts": Measure(toasts.measure, of_toasts),
    "flood": Measure(flood.measure, of_flood, 2),
    "flood-http": Measure(flood.by_the_clock, of_flood_by_the_clock),
    "group": Measure(writes.measure, of_writes),
    "deliveries": Measure(deliveries.measure, of_deliveries),
    "worktime": Measure(worktime.measure, of_worktime),
    "deadlines": Measure(deadlines.measure, of_deadlines),
    "detection": Measure(detection.measure, of_detection),
    "simulate": Measure(simulate.measure, of_simulate, 2),
    "storm": Measure(storm.measure, of_storm, 5),
    "report": Measure(report.measure, of_report, 1),
    "lists": Measure(lists.measure, of_lists, 2),
    "page": Measure(page.measure, of_page, 2),
    "escalation": Measure(escalation.measure, of_escalation, 2),
    "day": Measure(working_day.measure, of_working_day, 2),
}
