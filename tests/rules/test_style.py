"""Hints on style: officialese is named with a plainer way to say it, plain words are let be (MO-A2.13, PA-2.4).

`style_texts.tsv` is what the turns were chosen by, `style_held_out.tsv` was written before the first run and never tuned to.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from config import regulations
from config.russian.judging.style import style_hints

HERE = Path(__file__).parent


def texts(name: str, kind: str) -> list[str]:
    rows = [line.split("\t") for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
    return [text for found, text in rows if found == kind]


def measured(name: str) -> tuple[int, int, int, int]:
    """Found of the bad, the bad; alarms over the good, the good."""
    bad, good = texts(name, "bad"), texts(name, "good")
    return sum(map(bool, map(style_hints, bad))), len(bad), sum(map(bool, map(style_hints, good))), len(good)


def test_mo_a2_13_pa_2_4_the_measured_figures_are_these() -> None:
    assert measured("style_texts.tsv") == (40, 40, 0, 40)
    assert measured("style_held_out.tsv") == (14, 20, 0, 20)


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("В рамках акции убрали берег.", [("В рамках", "«по», «во время», «для»")]),
        ("Осуществляем приём. Осуществляем приём.", [("Осуществляем", "глагол дела, «делать»")]),
        ("Он сказал: «в рамках закона», и ушёл.", []),
        ("См. https://okrug.ru/в-рамках/осуществление", []),
        ("Идём с целью. А цель с нами.", [("с целью", "«чтобы»")]),
        ("", []),
        ("🙂" * 5000, []),
        (
            "обеспечение повышения качества обслуживания жителей",
            [
                (
                    "обеспечение повышения качества обслуживания жителей",
                    "цепочка отглагольных существительных; скажите глаголом",
                )
            ],
        ),
        ("отделение образования и открытие здания учреждения", []),
    ],
)
def test_a_turn_is_named_once_and_quotations_are_let_be(text: str, hints: list[tuple[str, str]]) -> None:
    assert style_hints(text) == hints


@pytest.mark.parametrize(("words", "found"), [(40, 0), (41, 1)])
def test_a_sentence_of_more_than_forty_words_is_named_by_how_it_begins(words: int, found: int) -> None:
    hints = style_hints(" ".join(["дом"] * words) + ". Короткое.")
    assert hints == [("дом дом дом дом дом дом", "разделите на два-три предложения")] * found


def test_only_the_regulations_that_speak_of_style_ask_for_it() -> None:
    asked = {key: regulations.load(regulations.find(key)).style for key in regulations.packaged()}
    assert {key: (style.clause, style.answers) for key, style in asked.items() if style is not None} == {
        "moskalensky": ("прил. 2, 13", False),
        "primorsko-akhtarsky": ("2.4", True),
    }
