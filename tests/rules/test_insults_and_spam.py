"""Insults and advertising beside their innocent neighbours: the same words of an animal, an illness, a way of selling."""

from __future__ import annotations

import pytest

from config.russian.judging import Kind, judge


@pytest.mark.parametrize(
    "text",
    [
        "ид*оты", "Ид*оты сидят", "даун", "гнилая крыса ваш начальник", "овца тупая", "шавки", "Вы шавки", "паразиты",
        "Паразиты из администрации", "стерва ваша секретарша", "лохи", "олени", "Олени чиновничьи", "психопаты",
        "Вы психопаты", "Паразиты!", "козлы", "Бараны!", "Начальник просто скотина", "гниды чиновничьи",
    ],
)  # fmt: skip
def test_what_is_said_of_people_is_an_insult(text: str) -> None:
    assert judge(text).kind is Kind.INSULT


@pytest.mark.parametrize(
    "text",
    [
        "осёл", "Осёл стоит на дороге", "гнида на волосах", "У ребёнка в саду вши и гниды", "скотина на дороге",
        "Скотина бродит по селу", "Соседская скотина вытоптала огород", "скот", "Паразиты у бродячих собак",
        "Обработка от паразитов", "Олени вышли на трассу", "Северные олени в зоопарке", "Шавки бегают у школы",
        "Психопат с ножом ходит у магазина", "Крыса в подвале", "Дохлая крыса на площадке", "Овца на дороге",
        "Дети с синдромом Дауна ждут автобус", "Корова ваша пасётся на клумбе", "ИД от 12 марта не исполнен",
        "Стая шавок у подъезда", "Корм для скотины подорожал",
    ],
)  # fmt: skip
def test_the_same_words_of_animals_and_illness_are_none(text: str) -> None:
    assert judge(text).kind is Kind.CLEAN


@pytest.mark.parametrize(
    ("advertising", "innocent"),
    [
        ("Взаимная подписка кто хочет?", "Взаимная вежливость, кто хочет порядка"),
        ("Взаимные лайки", "Взаимные обязательства не выполнены"),
        ("Куплю авто в любом состоянии", "Дорога в любом состоянии, а куплю авто, так жалко"),
        ("Скупка телефонов в любом состоянии", "Вывезите телефонную будку в любом состоянии"),
    ],
)
def test_advertising_and_what_only_sounds_like_it(advertising: str, innocent: str) -> None:
    assert (judge(advertising).kind, judge(innocent).kind) == (Kind.SPAM, Kind.CLEAN)


def test_obscene_with_a_prefix() -> None:
    assert judge("выебоны чиновников").kind is Kind.OBSCENE
