"""Addresses in a text whose messenger does not mark them."""

from __future__ import annotations

import pytest

from handlers.marked import addresses_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://vk.com/wall-1_2", ["https://vk.com/wall-1_2"]),
        ("смотрите vk.com/wall-1_2?reply=3, там ответ", ["vk.com/wall-1_2?reply=3"]),
        ("(https://ok.ru/group/1/topic/2).", ["https://ok.ru/group/1/topic/2"]),
        ("«https://курск.рф/новости/1»", ["https://курск.рф/новости/1"]),
        ("почта a@b.ru/x, дом 5/2, и/или, 12.01/13", []),
        ("воды нет.Третий день", []),
        ("max.ru/okrug/AZ1JazQ5S4Q и t.me/okrug/5", ["max.ru/okrug/AZ1JazQ5S4Q", "t.me/okrug/5"]),
    ],
)
def test_addresses_are_found_without_what_stands_around_them(text: str, found: list[str]) -> None:
    assert addresses_in(text) == found


def test_a_long_text_is_looked_through_in_linear_time() -> None:
    assert addresses_in("a." * 50_000) == []
