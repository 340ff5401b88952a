"""Citizens' comments through detection: topic, department, place, danger, and whether it is an incident at all. Processor time
of one core, in this process, on the sentences the rules are tested with.
"""

from __future__ import annotations

import time
from pathlib import Path

import config as packaged
from config.detection import detector, is_incident
from config.municipality import build_office, load
from tests.rules.detection_samples import NO_PLACE, NOISE, NOT_NOISE, SAMPLES

SECONDS = 3.0


async def measure(folder: Path) -> dict[str, float]:
    """Comments a second, none of them twice the same, so that nothing is answered out of memory."""
    office = build_office(load(Path(packaged.__file__).parent / "demo" / "municipality.yaml"))
    guess = detector()
    texts = [sample.text for sample in SAMPLES] + [*NO_PLACE, *NOISE, *NOT_NOISE]
    for text in texts:
        is_incident(text, guess(text, office))
    done, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < SECONDS:
        for text in texts:
            varied = f"{text} {done}"
            is_incident(varied, guess(varied, office))
            done += 1
    return {"per_second": done / spent, "texts": len(texts)}
