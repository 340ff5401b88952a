"""An office with an editor, a head and a page for scenarios of `simulate`, and a short form of the results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.simulation.outcome import as_json
from bot.simulation.player import play
from bot.simulation.scenario import read
from tests.stories.test_simulate import TOWN, written

PAGES = """
  pages:
    - {{network: vk, address: vk.com/club1001, whose: administration, title: Округ}}
"""
OFFICE = (
    TOWN
    + """
    adviser: {{role: editor, name: Советник}}
    leader: {{role: head, name: Глава}}
"""
)
WITH_PAGE = OFFICE + PAGES
CLUB = "https://vk.com/club1001"


def played(folder: Path, events: list[str], regulation: str, town: str = OFFICE, until: str = "") -> dict[str, Any]:
    lines = "events:\n" + "".join(f"  - {{at: {line}}}\n" for line in events)
    scenario = read(written(folder, lines + (f"until: {until}\n" if until else ""), regulation, town))
    found: dict[str, Any] = json.loads(as_json(play(scenario), scenario.municipality.zone))
    return found


def refusals(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["do"], row["by"], row["reason"]) for row in found["refused"]]


def notices(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["at"][5:16], row["kind"], row["to"]) for row in found["notices"]]
