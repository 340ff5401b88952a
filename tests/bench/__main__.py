"""`python -m tests.bench`: measure the figures once, print them as JSON, and update their lines in docs/benchmarks.md.

`--only NAME …` measures some; the lines of the others stay as they are.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench.figures import FULL, MEASURES, Found, Row

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
HEAD = ("| run | figure | measured | wanted | |", "|---|---|---|---|---|")


def lines_of(name: str, rows: Iterable[Row]) -> list[str]:
    return [f"| {name} | {r.what} | {r.measured} | {r.wanted} | {'' if r.fine else 'missed'} |" for r in rows]


def table(before: str, figures: Mapping[str, Found]) -> str:
    """The table with the new lines for measured figures and the old lines for the others."""
    kept: dict[str, list[str]] = {name: [] for name in MEASURES}
    for line in before.splitlines():
        name = line.split("|")[1].strip() if line.count("|") > 4 else ""
        if name in kept:
            kept[name].append(line)
    kept |= {name: lines_of(name, MEASURES[name].rows(found)) for name, found in figures.items()}
    return "\n".join([*HEAD, *(line for lines in kept.values() for line in lines)]) + "\n"


def rewrite(page: Path, figures: Mapping[str, Found]) -> None:
    """Put the figures into the page's table; its words stay."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}{table(old, figures)}{END}{after}", encoding="utf-8")


def chosen(arguments: Sequence[str]) -> list[str]:
    """The names of the figures to measure, in the order of the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--full", action="store_true", help="also what takes long")
    asked = parser.parse_args(arguments)
    wanted = asked.only or [name for name, one in MEASURES.items() if asked.full or one.minutes < FULL]
    return [name for name in MEASURES if name in wanted]


def measured(names: Sequence[str]) -> dict[str, Found]:
    """Measure the figures, each in a folder of its own, with a progress bar on stderr if that is a terminal."""
    figures: dict[str, Found] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(names))
        for name in names:
            bar.update(task, description=name)
            with tempfile.TemporaryDirectory(prefix="dezhurny-bench-") as folder:
                figures[name] = asyncio.run(MEASURES[name].run(Path(folder)))
            bar.advance(task)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.CRITICAL)
    figures = measured(chosen(sys.argv[1:] if arguments is None else arguments))
    rounded = {name: {k: round(v, 4) for k, v in found.items()} for name, found in figures.items()}
    json.dump(rounded, sys.stdout, indent=1)
    sys.stdout.write("\n")
    rewrite(PAGE, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
