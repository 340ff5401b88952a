"""`sort` and `hints`: the contract of DESIGN, line for line, and a bad line costs itself only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from bot.cli import hints
from bot.cli.mistake import Mistake
from bot.cli.sort import Sorter, municipality

Answers = Callable[[Iterable[str]], Iterator[str]]


def answer(answers: Answers, *lines: object) -> list[dict[str, object]]:
    return [json.loads(text) for text in answers(json.dumps(line) for line in lines)]


def test_each_answer_of_sort() -> None:
    texts = [
        "Третий день нет воды на Школьной, 5, звоним в водоканал",
        "Спасибо!",
        "Крыша вчера протекла",
        "Пожар в доме",
    ]
    answers = Sorter(municipality(None, None)).answers
    found = answer(answers, *({"id": n, "text": text, "source": "vk"} for n, text in enumerate(texts)))
    assert found[0] == {
        "id": 0,
        "appeal": "yes",
        "topics": ["вода"],
        "departments": ["zhkh"],
        "sure": True,
        "place": "Школьная, 5",
        "importance": "normal",
        "words": ["нет воды", "водоканал"],
    }
    assert [(one["appeal"], one["importance"]) for one in found[1:]] == [
        ("no", "normal"),
        ("doubtful", "normal"),
        ("yes", "high"),
    ]


def test_several_departments_come_in_the_order_of_their_words() -> None:
    text = "Свет во дворе не горит, фонари разбиты, нет освещения, и ещё яма на дороге"
    (found,) = answer(Sorter(municipality(None, None)).answers, {"id": 1, "text": text})
    assert len(found["departments"]) == 2  # type: ignore[arg-type]


def test_a_municipalitys_own_file_is_asked_for_by_folder(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match=r"municipality\.yaml"):
        municipality(tmp_path, None)


def test_each_answer_of_hints() -> None:
    draft = "В целях ремонта передано в отдел"
    passed = {"code": "passed_on", "words": ["передано"]}
    assert answer(
        hints.answers,
        {"id": 1, "question": "Когда?", "answer": draft, "regulation": "primorsko-akhtarsky"},
        {"id": 2, "question": "Когда?", "answer": draft},
        {"id": 3, "answer": "Воду дали в 14:00, трубу заменили"},
        {"id": 4, "question": "Когда?"},
        {"id": 5, "answer": "Закончим до 1 января", "regulation": "kursky", "at": "2026-01-12"},
        {"id": 6, "answer": "Закончим до 1 января", "regulation": "kursky"},
        {"id": 7, "answer": "Закончим", "at": "вчера"},
        {"id": 8, "answer": draft, "question": 5},
    ) == [
        {
            "id": 1,
            "hints": [
                {**passed, "clause": "3.1"},
                {"code": "officialese", "words": ["В целях"], "clause": "2.4"},
            ],
        },
        {"id": 2, "hints": [{**passed, "clause": None}]},
        {"id": 3, "hints": []},
        {"id": 4, "error": "нет поля answer"},
        {"id": 5, "hints": [{"code": "past_date", "words": ["1 января"], "clause": "19"}]},
        {"id": 6, "hints": []},
        {"id": 7, "error": "at: нужен день, например 2026-11-30"},
        {"id": 8, "error": "question: нужна строка"},
    ]


def test_an_unknown_regulation_costs_its_line_only() -> None:
    given = {"id": 6, "answer": "Воду дали в 14:00"}
    found = answer(hints.answers, {"id": 5, "answer": "в рамках", "regulation": "никакой"}, given)
    assert (set(found[0]), found[1]) == ({"id", "error"}, {"id": 6, "hints": []})
