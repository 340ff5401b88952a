"""Strangers' text: it looks as it was written, calls nobody and breaks nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.russian.words import JOINER, NAMELESS, clean, excerpt, neutralise, shown_name, units
from config.texts import safe
from sandbox.messenger.detect import find_entities
from sandbox.telegram.markup import parse_html

CATCHES = [
    "смотри vk.com/id1 и https://example.org/путь?x=1#y",
    "http://ab.12 ftp://1.2.3.4 192.168.0.1 a.b.co.uk",
    "курск.рф, администрация.москва и воды.Звоним",
    "@head, пусть @head_admin ответит -@head (@head)",
    "/absent /start@dezhurny_bot ./absent //absent",
    "#вода #тег_2 $USD",
    "пишите на head@okrug.example.ru",
    "tg://user?id=1 tg://resolve?domain=head t.me/head",
    "x@y.ru@head.ru/absent#тег",
]


@pytest.mark.parametrize("text", CATCHES)
def test_nothing_is_detected_in_a_neutralised_text(text: str) -> None:
    assert find_entities(text) != [], "the sample must be able to fail"
    assert find_entities(neutralise(text)) == []
    assert neutralise(text).replace(JOINER, "") == text


PIECES = st.sampled_from([*".:/@#$_-?()1a", "я", " ", "ru", "com", "рф", "http", "tg", "head", "127", "\u200d", "😀"])


@given(st.lists(PIECES, max_size=24).map("".join))
@example("a.b.1.2.3.4.ru")
def test_no_text_at_all_is_detected_but_telephone_numbers(text: str) -> None:
    kinds = {entity.type for entity in find_entities(neutralise(clean(text)))}
    assert kinds <= {"phone_number"}


@given(st.text(max_size=200))
def test_taming_twice_changes_nothing_more(text: str) -> None:
    once = neutralise(clean(text))
    assert neutralise(once) == once
    assert neutralise(clean(once)) == once


@given(st.text(max_size=300))
def test_any_text_is_markup_the_messenger_takes_and_shows_as_it_is(text: str) -> None:
    shown, entities = parse_html(str(safe(text)))
    assert shown.replace(JOINER, "") == clean(text)
    assert entities == []


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("а\x00б\x07в\x1bг\x9f", "абвг"),
        ("ab\u202ecba\u200f\u2066x\u2069", "abcbax"),
        ("a\u200bb\ufeffc\u00add\u2060e", "abcde"),
        ("Z\u0300\u0301\u0302\u0303\u0304\u0305a\u0335\u0336\u0337lgo", "Z\u0300\u0301a\u0335\u0336lgo"),
        ("и\u0306 е\u0308", "й ё"),
        ("👨‍👩‍👧 ☎️ 1️⃣ 🇷🇺 👍🏽", "👨‍👩‍👧 ☎️ 1️⃣ 🇷🇺 👍🏽"),
        ("раз\r\nдва\x0bтри\u2028четыре\n\n\n\nпять  \n", "раз\nдва\nтри\nчетыре\n\nпять"),
        ("половина \ud83d", "половина \ufffd"),
        ("שלום عليكم", "שלום عليكم"),
        ("[id1|Глава] <3 <b>&amp; &", "[id1|Глава] <3 <b>&amp; &"),
    ],
)
def test_what_shows_stays_and_what_does_not_goes(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(max_size=300))
def test_a_clean_text_has_no_control_characters_and_two_marks_at_most(text: str) -> None:
    marks = 0
    for letter in clean(text):
        category = unicodedata.category(letter)
        assert letter == "\n" or letter == "\u200d" or category not in ("Cc", "Cf", "Cs")
        marks = marks + 1 if category in ("Mn", "Me") else 0
        assert marks <= 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Житель <3", "Житель <3"),
        ("\u202eкуратор\u202c", "куратор"),
        ("  Житель\n Округи ", "Житель Округи"),
        ("\u3164\u2800\u200b", NAMELESS),
        ("", NAMELESS),
        ("Ж" * 100, "Ж" * 63 + "…"),
        ("😀", "😀"),
    ],
)
def test_names_are_on_one_line_cut_and_never_empty(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_an_excerpt_ends_at_a_word() -> None:
    text = "Третий день нет воды на Школьной, 5. Звоним"
    assert excerpt(text, 100) == text
    assert excerpt(text, 22) == "Третий день нет воды…"
    assert excerpt(text, 36) == "Третий день нет воды на Школьной, 5…"
    assert excerpt("раз\nдва\nтри", 100, lines=2) == "раз\nдва…"
    assert excerpt("длинноебезпробелов", 10) == "длинноебе…"


@given(st.text(max_size=200), st.integers(1, 60))
def test_an_excerpt_never_exceeds_its_limit(text: str, limit: int) -> None:
    cut = excerpt(text, limit)
    assert units(cut) <= limit or cut == text
    assert cut == text or cut.endswith("…")


def test_an_excerpt_parts_no_letter_from_its_marks_and_no_emoji() -> None:
    assert excerpt("аб👨‍👩‍👧👨‍👩‍👧", 10) == "аб…"
    assert excerpt("а\u0306б\u0306в\u0306г", 5) == "а\u0306б\u0306…"


@given(st.text())
def test_units_are_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
