"""Comments through detection, guess and sorting together, in one process: how many per second of its own CPU time.

Uses the demo's municipality and the packaged lists. The texts come in turn from the samples of the rules' tests, each
with its own number, so that no text repeats. Dictionaries are loaded and every text is read once before the
measurement.

Besides, guess, sorting and judgement of texts of sixty words (the long innocent ones of the rules' tests) by a process
that has met none of their words, against the time that reading the words alone takes.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import config as packaged
from config.municipality import build_office, load
from config.russian import detection, incidents
from config.russian.judging import judge
from config.russian.judging.signs import reading
from config.russian.morphology import is_known, lemmas, parses, word_as_written, words_of
from tests import rules
from tests.rules.detection_samples import NO_PLACE, NOISE, NOT_NOISE, SAMPLES
from workflow.office import Office

COMMENTS, ROUNDS = 1000, 5
WANTED = 500
WORDS, TEXTS_WANTED = 60, 300
LONG = Path(rules.__file__).parent / "threats" / "long.tsv"


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


def texts() -> list[str]:
    words = " ".join(line.partition("\t")[2] for line in LONG.read_text(encoding="utf-8").splitlines()).split()
    return [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS, WORDS)]


def forget() -> None:
    """As if no word had been met."""
    for known in (parses, lemmas, is_known, word_as_written, reading):
        known.cache_clear()
    for remembered in (words_of, judge):
        remembered.forget()


def long_texts(office: Office) -> tuple[float, float]:
    """Texts a second through guess, sorting and judgement; how many times longer that takes than to read the words."""
    guess, signs, given = detection.detector(), incidents.load_signs(()), texts()
    judged, read = [], []
    for _ in range(ROUNDS):
        forget()
        begun = time.process_time()
        for text in given:
            words_of(text)
        read.append(time.process_time() - begun)
        forget()
        begun = time.process_time()
        for text in given:
            detection.is_incident(text, guess(text, office), signs=signs)
            judge(text)
        judged.append(time.process_time() - begun)
    return len(given) / statistics.median(judged), statistics.median(judged) / statistics.median(read)


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
    per_second, times = long_texts(office)
    return {
        "comments_per_second": statistics.median(speeds),
        "slowest_round": min(speeds),
        "taken": taken / COMMENTS,
        "texts_per_second": per_second,
        "times_reading": times,
    }


if __name__ == "__main__":
    import asyncio
    import json

    print(json.dumps(asyncio.run(measure(Path())), indent=1))
