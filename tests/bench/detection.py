"""Comments through detection, guess and sorting together, in one process: how many per second of its own CPU time.

Uses the demo's municipality and the packaged lists. The texts come in turn from the samples of the rules' tests, each
with its own number, so that no text repeats. Dictionaries are loaded and every text is read once before the
measurement.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import config as packaged
from config.municipality import build_office, load
from config.russian import detection, incidents
from config.russian.judging import judge
from tests.rules.detection_samples import NO_PLACE, NOISE, NOT_NOISE, SAMPLES
from workflow.office import Office

COMMENTS, ROUNDS = 1000, 5
WANTED = 500


def comments(round_: int) -> list[str]:
    written = [*(sample.text for sample in SAMPLES), *NO_PLACE, *NOISE, *NOT_NOISE]
    return [f"{written[n % len(written)]} {round_}{n:04}" for n in range(COMMENTS)]


def sorted_out(texts: list[str], office: Office) -> int:
    """How many of them are taken up, certainly or possibly."""
    guess, signs = detection.detector(), incidents.load_signs(())
    taken = 0
    for text in texts:
        sorting = detection.is_incident(text, guess(text, office), signs=signs)
        taken += sorting.taken is not detection.Taken.NOT
    return taken


async def measure(folder: Path) -> dict[str, float]:
    office = build_office(load(Path(packaged.__file__).parent / "demo" / "municipality.yaml"))
    judge("лексиконы загружены")
    sorted_out(comments(0), office)
    speeds, taken = [], 0
    for number in range(1, ROUNDS + 1):
        texts = comments(number)
        begun = time.process_time()
        taken = sorted_out(texts, office)
        speeds.append(COMMENTS / (time.process_time() - begun))
    if not 0 < taken < COMMENTS:
        raise RuntimeError(f"{taken} of {COMMENTS} taken up: the measure means nothing")
    return {"comments_per_second": statistics.median(speeds), "slowest_round": min(speeds), "taken": taken / COMMENTS}


if __name__ == "__main__":
    import asyncio
    import json

    print(json.dumps(asyncio.run(measure(Path())), indent=1))
