"""`python -m tests.bench`: every figure once, as JSON, and the table of docs/benchmarks.md anew."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from tests.bench import deliveries, detection, simulate, storm, toasts, transitions, worktime, writes

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Row:
    """One line of the table. `fine`: the figure is what was wanted."""

    what: str
    measured: str
    wanted: str
    fine: bool


MEASURES: dict[str, Callable[[Path], Awaitable[dict[str, float]]]] = {
    "transitions": transitions.measure,
    "toasts": toasts.measure,
    "group": writes.measure,
    "deliveries": deliveries.measure,
    "worktime": worktime.measure,
    "simulate": simulate.measure,
    "detection": detection.measure,
    "storm": storm.measure,
}


def rows(figures: Figures) -> list[Row]:
    a, b, c, d, e, f, g, h = (figures[name] for name in MEASURES)
    speed, ratio, batched = a["transitions_per_second"], a["ratio_apart"], a["ratio"]
    loop, p95, median = f"{a['raw_apart_per_second']:.0f}/s", b["p95_ms"], b["median_ms"]
    return [
        Row("durable transitions a second", f"{speed:.0f}/s", "≥ 300/s", speed >= 300),
        Row(
            f"… against the same statements in raw sqlite3, a commit an update ({loop})",
            f"{ratio:.3f}",
            "≥ 0.1",
            ratio >= 0.1,
        ),
        Row(
            f"… against the same statements in our own batches ({a['raw_per_second']:.0f}/s), for comparison",
            f"{batched:.3f}",
            "–",
            True,
        ),
        Row(f"tap to toast at 50 taps a second, p95 (median {median:.0f} ms)", f"{p95:.0f} ms", "≤ 50 ms", p95 <= 50),
        Row("group writes of a smooth case", f"{c['group_writes']:.0f}", "≤ 4", c["group_writes"] <= 4),
        Row(
            f"messages delivered ({d['messages']:.0f}) against what the limits allow",
            f"{d['ratio']:.3f}",
            "≥ 0.95",
            d["ratio"] >= 0.95,
        ),
        Row(
            "refusals «too many requests» meanwhile", f"{d['too_many_requests']:.0f}", "0", d["too_many_requests"] == 0
        ),
        *working_time(e),
        Row(
            f"a year through simulate, {f['cases']:,.0f} cases under five regulations",
            f"{f['seconds']:.0f} s",
            "≤ 60 s",
            f["seconds"] <= 60,
        ),
        Row(
            "comments a second through detection, one core",
            f"{g['comments_per_second']:.0f}/s",
            f"≥ {detection.WANTED}/s",
            g["comments_per_second"] >= detection.WANTED,
        ),
        Row(
            f"a storm: {h['events']:,.0f} VK events twice each in random order, {h['kills']:.0f} kills; lost and known twice",
            f"{h['lost']:.0f} and {h['twice']:.0f}",
            "0 and 0",
            h["lost"] == h["twice"] == 0,
        ),
        Row("… events known a second, restarts included", f"{h['events_per_second']:.0f}/s", "–", True),
    ]


def working_time(found: dict[str, float]) -> list[Row]:
    """A line for each library that is installed, and ours against the fastest of them."""
    ours = found["ours_per_second"]
    lines = [Row("additions of working time a second", f"{ours:,.0f}/s", "–", True)]
    for name, cannot in worktime.CANNOT.items():
        if (theirs := found.get(f"{name}_per_second")) is not None:
            lines.append(
                Row(f"… against {name} ({theirs:,.0f}/s; cannot: {cannot})", f"{ours / theirs:.1f}", "–", True)
            )
    if "ratio" in found:
        wanted, ratio = worktime.WANTED, found["ratio"]
        lines.append(Row("… against the fastest of them", f"{ratio:.1f}", f"≥ {wanted:.0f}", ratio >= wanted))
    return lines


def table(figures: Figures) -> str:
    lines = ["| figure | measured | wanted | |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.measured} | {r.wanted} | {'' if r.fine else 'missed'} |" for r in rows(figures)]
    return "\n".join(lines) + "\n"


def rewrite(page: Path, figures: Figures) -> None:
    """The table of the page is that of these figures; its words stay."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}{table(figures)}{END}{after}", encoding="utf-8")


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures: Figures = {}
    for name, measure in MEASURES.items():
        with tempfile.TemporaryDirectory(prefix="dezhurny-bench-") as folder:
            figures[name] = asyncio.run(measure(Path(folder)))
    json.dump(
        {name: {k: round(v, 4) for k, v in found.items()} for name, found in figures.items()}, sys.stdout, indent=1
    )
    sys.stdout.write("\n")
    rewrite(PAGE, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
