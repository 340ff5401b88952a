"""`moderate`: the contract of DESIGN, line for line, and what a bad line costs (itself, and nothing else)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bot.cli.moderate import answers
from tests.loaded import ROOT, run

pytestmark = pytest.mark.xdist_group("processes")


def answer(*lines: object) -> list[dict[str, object]]:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return [json.loads(text) for text in answers(texts)]


def test_each_verdict_of_the_contract() -> None:
    texts = ["Когда дадут воду?", "Это пиздец", "Вы дебилы", "Найду и убью", "Продам гараж, недорого", "Сука ты, убью"]
    assert answer(*({"id": n, "text": text} for n, text in enumerate(texts))) == [
        {"id": 0, "verdict": "clean", "grounds": []},
        {"id": 1, "verdict": "obscene", "grounds": ["пиздец"]},
        {"id": 2, "verdict": "insult", "grounds": ["дебилы"]},
        {"id": 3, "verdict": "threat", "grounds": ["убью"]},
        {"id": 4, "verdict": "spam", "grounds": ["Продам гараж, недорого"]},
        {"id": 5, "verdict": "threat", "grounds": ["ты, убью", "Сука"]},
    ]


def test_a_bad_line_costs_itself_only() -> None:
    good = {"id": "g", "text": "Спасибо"}
    found = answer(
        "{", {"id": 1}, {"id": 2, "text": 5}, {"text": "без id"}, "[1]", "null", "", "  ", "[" * 100_000, good
    )
    assert found == [
        {"id": None, "error": "строка не JSON: Expecting property name enclosed in double quotes, знак 2"},
        {"id": 1, "error": "нет поля text"},
        {"id": 2, "error": "text: нужна строка"},
        {"id": None, "error": "нет поля id"},
        {"id": None, "error": "строка не объект JSON"},
        {"id": None, "error": "строка не объект JSON"},
        {"id": None, "error": "строка не JSON: слишком глубоко вложено"},
        {"id": "g", "verdict": "clean", "grounds": []},
    ]


def test_half_a_sign_is_no_trouble() -> None:
    assert answer('{"id": "\\ud800", "text": "\\ud83d хуй \\udc00"}') == [
        {"id": "\ud800", "verdict": "obscene", "grounds": ["хуй"]}
    ]


def test_the_process_answers_lines_and_ends_well() -> None:
    given = '\ufeff{"id": 1, "text": "бл@ть"}\nне JSON\n{"id": 2, "text": "Спасибо"}\n'.encode()
    command = [sys.executable, "-m", "bot", "moderate", "--batch", "-"]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert [json.loads(line) for line in done.stdout.decode().splitlines()] == [
        {"id": 1, "verdict": "obscene", "grounds": ["бл@ть"]},
        {"id": None, "error": "строка не JSON: Expecting value, знак 1"},
        {"id": 2, "verdict": "clean", "grounds": []},
    ]


def test_one_text_is_answered_in_words() -> None:
    done = run("moderate", "Дебилы, убью вас")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "угроза\n  угроза: «убью»\n  оскорбление: «Дебилы»\n"
    assert run("moderate", "Спасибо").stdout == "ничего недопустимого\n"


def test_what_was_typed_wrong_is_one_line() -> None:
    for typed, said in (
        ((), "назовите текст или --batch -"),
        (("текст", "--batch", "-"), "назовите текст или --batch, не вместе"),
        (("--batch", "нет.jsonl"), "нет файла нет.jsonl"),
    ):
        done = run("moderate", *typed)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", said + "\n")
