"""Kinds of good and of empty answers that strangers wrote and the first rules misread."""

from __future__ import annotations

import pytest

from config.russian.judging.answers import Asked, draft_hints
from config.russian.judging.lacks import Lack
from tests.rules.test_draft_hints import TODAY, lacks


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Когда будет обещанный врач?", "Врач выходит на работу после Нового года, договор подписан."),
        ("Когда уберут снег у больницы?", "Парковку чистим в ночь на среду, просим убрать машины до 23:00."),
        ("Когда будет перерасчёт?", "Перерасчёт придёт в декабрьской квитанции, это 412 рублей."),
        ("Когда поставят счётчики?", "Счётчики поставят, как только подойдёт срок поверки. Ваш — в 2027 году."),
        ("Где можно сдать батарейки?", "Контейнеры стоят в библиотеке на Ленина, 3."),
        ("Как оплатить воду без комиссии?", "Без комиссии — в кассе водоканала или в его приложении."),
        ("Кто будет чистить колодец?", "Колодец частный, чистить его должен хозяин участка."),
        ("Кто выдаёт дрова?", "Лесничество, Лесная 4."),
        ("Нам не приносят пенсию", "Почтальон принесла пенсию сегодня."),
        ("Когда отремонтируют улицу?", "Подрядчик приступит к ремонту в 2025-2026 годах."),
    ],
)
def test_a_day_a_place_or_a_name_in_any_form_is_an_answer(question: str, answer: str) -> None:
    assert lacks(answer, question) == []


@pytest.mark.parametrize(
    ("answer", "lack"),
    [
        ("Приносим извинения за неудобства.", Lack.PASSED_ON),
        ("Сотрудники ознакомлены с проблемой.", Lack.PASSED_ON),
        ("Информация передана в МЧС, ситуация отслеживается.", Lack.PASSED_ON),
        ("Заявка принята, номер присвоен.", Lack.PASSED_ON),
        ("Собственнику направлено письмо.", Lack.PASSED_ON),
        ("Осмотр сети проводится весной, по его итогам формируется перечень.", Lack.PASSED_ON),
    ],
)
def test_a_paper_in_other_words_is_a_paper(answer: str, lack: Lack) -> None:
    assert lacks(answer) == [lack]


def test_a_year_alone_is_past_only_for_what_was_written_today() -> None:
    asked = Asked(today=TODAY, written_today=False)
    assert not draft_hints("Улицу отремонтируют к 2024 году.", asked)
    assert [hint.lack for hint in draft_hints("Улицу отремонтируют до 1 мая 2024 года.", asked)] == [Lack.PAST_DATE]
    assert lacks("Улицу отремонтируют к 2024 году.") == [Lack.PAST_DATE]
