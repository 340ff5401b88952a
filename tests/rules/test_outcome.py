"""Whether the author's later words say that the answer helped. Sentences of our own."""

from __future__ import annotations

import pytest

from config.russian.outcome import outcome_of

NOT_HELPED = (
    "Всё по-старому",
    "Не помогло, всё как было",
    "Спасибо, конечно, но ничего не сделали",
    "Обещали в пятницу, так и не приехали",
    "Воду дали и опять отключили",
    "А толку? Яма на месте",
    "Ваш ответ отписка",
    "До сих пор не горит",
    "Никто не приезжал",
)
HELPED = (
    "Сделали, видно",
    "Спасибо, убрали",
    "Вода пошла, благодарим",
    "Всё починили за день!",
    "Фонари горят, спасибо",
    "Помогло",
)
NEITHER = (
    "Спасибо",
    "А когда сделали бы?",
    "Когда уже сделали? Не видно",
    "Сделали? Где?",
    "Хорошо, ждём",
    "Кто будет отвечать за это",
)


@pytest.mark.parametrize("text", NOT_HELPED)
def test_what_says_that_it_did_not_help(text: str) -> None:
    found = outcome_of(text)
    assert found is not None
    assert not found.helped


@pytest.mark.parametrize("text", HELPED)
def test_what_says_that_it_did(text: str) -> None:
    found = outcome_of(text)
    assert found is not None
    assert found.helped


@pytest.mark.parametrize("text", NEITHER)
def test_what_says_neither(text: str) -> None:
    assert outcome_of(text) is None


def test_the_words_are_named() -> None:
    found = outcome_of("Спасибо за ответ, но Всё ПО-СТАРОМУ")
    assert found is not None
    assert found.words == "по-старому"
