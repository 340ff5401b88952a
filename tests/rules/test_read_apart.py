"""A long text is read in another process; what came of it is remembered, and nothing is believed that cannot be."""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Callable

import pytest

from config.municipality import build_office, load
from config.regulations import PACKAGED
from config.russian import apart
from config.russian.detection import guess, is_incident
from config.russian.judging import judge
from config.russian.lessons import telling
from config.russian.likeness import meaning
from config.russian.morphology import READ, words_of
from tests.rules.detection_samples import SAMPLES

TEXTS = {
    "a complaint": (" ".join(sample.text for sample in SAMPLES) * 9)[: 2 * READ],
    "threats and swearing": "Я тебя убью, сука. Х у й н я какая-то. " * 100,
    "letters that are none": "вода 🚰 \ud800 нет\u0301 " * 200,
}


def told(text: str) -> object:
    """The child's answer as it comes."""
    return json.loads(json.dumps(apart.read(text.encode("utf-8", "surrogatepass"), {})))


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    judge.forget()
    words_of.forget()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_remembered_is_what_would_be_read_here(text: str) -> None:
    answer = told(text)
    here = [(judge.__wrapped__(part), words_of.__wrapped__(part)) for part in apart.parts(text)]
    judge.forget()
    words_of.forget()
    assert not apart.is_remembered(text)
    assert apart.remember(text, answer)
    assert apart.is_remembered(text)
    assert [(judge(part), words_of(part)) for part in apart.parts(text)] == here


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda said: None,
        lambda said: [],
        lambda said: said[:1],
        lambda said: [{"grounds": []}, *said[1:]],
        lambda said: [said[0] | {"grounds": [["loud", 0, 3]]}, *said[1:]],
        lambda said: [said[0] | {"grounds": [["threat", 0, 10**9]]}, *said[1:]],
        lambda said: [said[0] | {"words": [[5, 3, 0, True, []]]}, *said[1:]],
        lambda said: [said[0] | {"words": [["0", 3, 0, True, []]]}, *said[1:]],
        lambda said: [said[0] | {"words": "вода"}, *said[1:]],
    ],
)
def test_another_answer_is_not_believed(spoilt: Callable[[list[object]], object]) -> None:
    text = TEXTS["a complaint"]
    answer = told(text)
    assert isinstance(answer, list)
    judge.forget()
    words_of.forget()
    assert not apart.remember(text, spoilt(answer))
    assert not apart.is_remembered(text)


def test_a_text_that_nobody_could_read_is_judged_by_its_beginning() -> None:
    apart.remember_beginning("Я тебя убью. " + "вода " * 2000, 100)
    assert judge("Я тебя убью. " + "вода " * 2000).kind == "threat"
    assert len(words_of("Я тебя убью. " + "вода " * 2000)) == 3 + 18


def test_what_is_left_for_the_event_loop_does_not_grow_with_the_text() -> None:
    """Words that no dictionary has are the slowest to read."""
    office, dice = build_office(load(PACKAGED.parent / "demo" / "municipality.yaml")), random.Random(7)
    text = " ".join("".join(dice.choices("абвгдеиклмнопрстуя", k=8)) for _ in range(2000))[:16_384]
    guess("нет воды", office.topics, office.departments)

    def left() -> None:
        guessed = guess(text, office.topics, office.departments)
        is_incident(text, guessed)
        telling(text), meaning(text), judge(text)

    gc.disable()
    try:
        begun = time.process_time()
        answer = told(text)
        read = time.process_time() - begun
        judge.forget()
        words_of.forget()
        begun = time.process_time()
        assert apart.remember(text, answer)
        left()
        assert time.process_time() - begun < read / 3
    finally:
        gc.enable()
