"""What counts as a reason where one is required: one rule for all subjects."""

from __future__ import annotations

import pytest

from workflow.reasons import explains, says_something

NO_REASON = (
    "",
    " ",
    ".",
    "-",
    "…",
    "+",
    "👍",
    "!!!",
    "17",
    "нет",
    "Нет.",
    "ок",
    "без причины",
    "просто так",
    "ааааа",
    "\n\t",
)
REASONS = ("не наш дом", "уточните срок", "Повтор № 12", "адрес", "нет такого адреса", "не та улица", "дубль")


@pytest.mark.parametrize("words", NO_REASON)
def test_nothing_said_is_no_reason(words: str) -> None:
    assert not explains(words)


@pytest.mark.parametrize("words", REASONS)
def test_a_few_words_are_a_reason(words: str) -> None:
    assert explains(words)


def test_a_sign_or_a_number_says_nothing_and_a_word_does() -> None:
    assert [says_something(text) for text in ("👍", "+", "17", "я", "да", "ok")] == [
        False,
        False,
        False,
        False,
        True,
        True,
    ]
