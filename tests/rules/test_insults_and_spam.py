"""Insults and advertising beside their innocent neighbours: the same words of an animal, an illness, a way of selling."""

from __future__ import annotations

import pytest

from config.russian.judging import Kind, judge
from tests.rules.confusables import ENGLISH, RUSSIAN, TARGET


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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Дибилы, кто так чинит", Kind.INSULT),
        ("Одни придурьки сидят", Kind.INSULT),
        ("Сволачи вы", Kind.INSULT),
        ("Какойжетыидиот", Kind.INSULT),
        ("тв@рь", Kind.INSULT),
        ("Подите вы нахуйвсе", Kind.OBSCENE),
        ("Улица Тваринская, дом 4", Kind.CLEAN),
        ("Село Уродово без света", Kind.CLEAN),
        ("Сделайте перебалансировку труб", Kind.CLEAN),
        ("п🌷здец какой-то", Kind.OBSCENE),
        ("\U0001d431уй вам", Kind.OBSCENE),
        ("ᴄуᴋᴀ", Kind.OBSCENE),
        ("Спасибо🙏Вам", Kind.CLEAN),
        ("Что нужно ребёнку?И куда идти", Kind.CLEAN),
        ("Начислили 2 511.40коп.что много", Kind.CLEAN),
    ],
)
def test_however_it_is_spelt(text: str, kind: Kind) -> None:
    """Misspelt, run together, with pictures or with letters of another alphabet; names of villages stay names."""
    assert judge(text).kind is kind


@pytest.mark.parametrize(
    ("advertising", "innocent"),
    [
        ("Нужны люди на стройку, оплата 3000 в день", "Нужны люди во двор: один дворник на три дома"),
        ("Ищу помощника, без опыта, пишите в лс", "Ищу отдел опеки, куда писать"),
        ("Есть подработка на вечер, плачу 2500", "Плачу 2500 за отопление, а в доме холодно"),
        ("Курьеры! 10к смена, всему научим", "Курьеры паркуются на газоне"),
        ("Набираем команду, крипта, обучение бесплатно", "Арбитражный суд обязал вас вернуть деньги"),
        ("Выиграл 90к, играл тут @slot_win_bot", "Наша команда выиграла кубок района"),
        ("Ищy людeй для зapaбoткa", "Ищу людей, кто видел аварию на Лесной"),
        ("Пассивный доход, детали в личку", "Детали площадки сломаны, дети падают"),
    ],
)
def test_an_offer_of_money_is_put_together_of_parts(advertising: str, innocent: str) -> None:
    """One part alone, or two far apart, is what citizens write too."""
    assert (judge(advertising).kind, judge(innocent).kind) == (Kind.SPAM, Kind.CLEAN)


def test_confusables_are_read_off_unicodes_table() -> None:
    """A look-alike stands for one letter, and no Russian letter is among them."""
    rows = [line.split("\t") for line in TARGET.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert {len(row) for row in rows} == {2}
    assert [sign for sign, letter in rows if sign.lower() in RUSSIAN or letter not in RUSSIAN + ENGLISH] == []
    assert dict(rows)["ᴏ"] == "o"
    assert dict(rows)["ᴫ"] == "л"
