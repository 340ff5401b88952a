"""Departments' names in cases: the file's own words first, then the bot's rule; for what it cannot decline a proposal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases.screens.common import department_to, in_case
from config.russian.naming import accusative, proposed
from config.russian.words import DATIVE, GENITIVE
from tests.rules.offices import office

OFFICE = office("kursky")


def test_the_file_s_words_win_over_the_rule() -> None:
    own = replace(OFFICE.departments["zhkh"], name="Горхоз", name_of="Горхоза", name_to="Горхозу")
    named = replace(OFFICE, departments={**OFFICE.departments, "zhkh": own})
    assert (in_case(named, "Горхоз", GENITIVE), department_to(named, "zhkh")) == ("Горхоза", "Горхозу")
    unnamed = replace(OFFICE, departments={**OFFICE.departments, "zhkh": replace(own, name_of="", name_to="")})
    assert in_case(unnamed, "Горхоз", GENITIVE) == "подразделения «Горхоз»"
    assert in_case(OFFICE, "Отдел ЖКХ", GENITIVE) == "Отдела ЖКХ"


@pytest.mark.parametrize(
    ("name", "of", "to"),
    [
        ("Приёмная главы", "Приёмной главы", "Приёмной главы"),
        ("Дирекция благоустройства", "Дирекции благоустройства", "Дирекции благоустройства"),
        ("Единая диспетчерская служба", "Единой диспетчерской службы", "Единой диспетчерской службе"),
        ("Xyz", None, None),
    ],
)
def test_a_name_the_rule_does_not_know_has_a_proposal(name: str, of: str | None, to: str | None) -> None:
    assert (proposed(name, GENITIVE), proposed(name, DATIVE)) == (of, to)


@pytest.mark.parametrize(
    ("label", "on"),
    [
        ("уборка подъездов", "уборку подъездов"),
        ("бродячие собаки", "бродячих собак"),
        ("лежачий полицейский", "лежачего полицейского"),
        ("заброшенные здания", "заброшенные здания"),
        ("горячая вода", "горячую воду"),
        ("воздух, дым, запах", "воздух, дым, запах"),
        ("связь и интернет", "связь и интернет"),
        ("плата за ЖКУ", "плату за ЖКУ"),
        ("ЖКХ", "ЖКХ"),
        ("очень", None),
    ],
)
def test_a_topic_in_the_accusative(label: str, on: str | None) -> None:
    assert accusative(label) == on
