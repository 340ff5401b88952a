"""The five packaged regulations say what CONFORMANCE reads out of the texts, clause by clause."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path

import pytest

from config.municipality import build_office, load_all
from config.regulations import PACKAGED, find, load, packaged, parse, parse_term, text_hash
from config.yamlfile import BrokenConfiguration
from tests.rules.offices import CURATOR, at, new_case
from tests.rules.offices import office as small_office
from tests.rules.towns import regulation
from workflow.commands import NotProcess
from workflow.decide import decide
from workflow.outcomes import Accepted
from workflow.regulation import (
    Approval,
    ClockKind,
    DraftKind,
    Ear,
    Event,
    Hearing,
    Holder,
    Importance,
    Kind,
    Regulation,
    Step,
    Term,
    Unit,
)
from workflow.terms.deadlines import Facts, Happening, contract_due, deadlines

EVERY = ("izobilnensky", "kursky", "moskalensky", "primorsko-akhtarsky", "slavgorod")
F, I, R = DraftKind.FINAL, DraftKind.INTERIM, DraftKind.REQUEST  # noqa: E741 - three letters for three kinds


def test_the_five_are_packaged() -> None:
    assert packaged() == EVERY


def table(town: str) -> dict[str, tuple[str, str, str, str]]:
    """Each step as (clause, holder, from what or back from what, how long; high importance and sources after it)."""
    rows = {}
    for rule in regulation(town).steps:
        start = f"from {rule.runs_from}" if rule.runs_from is not None else f"before {rule.before}"
        terms = [within.term.words for within in rule.withins()]
        rows[rule.step.value] = (rule.clause, rule.holder.value, start, " / ".join(terms))
    return rows


def test_ku_every_step_with_its_clause() -> None:
    assert table("kursky") == {
        "forward": ("8, подпункт 2", "curator", "from detected", "1 час"),
        "return": ("9", "executor", "from forwarded", "30 минут"),
        "contribution": ("16", "co_executor", "from forwarded", "2 часа"),
        "contribution_approval": ("16", "curator", "from contributed", "30 минут"),
        "draft": ("11", "executor", "before answer", "5 часов"),
        "approval": ("12, 13", "curator", "from drafted", "30 минут"),
        "rework": ("14", "executor", "from sent_back", "30 минут"),
        "posting": ("12", "curator", "from approved", "30 минут"),
        "answer": ("10", "curator", "from detected", "9 часов"),
        "final": ("15", "executor", "from interim_posted", "7 рабочих дней"),
    }


def test_mo_every_step_with_its_clause() -> None:
    assert table("moskalensky") == {
        "forward": ("6, подпункт 4", "curator", "from detected", "30 минут"),
        "return": ("7", "executor", "from forwarded", "30 минут"),
        "contribution": ("14, подпункт 4", "co_executor", "from forwarded", "2 часа / 45 минут"),
        "joint_draft": ("14, подпункт 5", "lead", "from contributed", "2 часа / 45 минут"),
        "draft": ("9, абзац первый", "executor", "before answer", "4 часа / 2 часа"),
        "approval": ("10", "curator", "from drafted", "30 минут"),
        "rework": ("11", "executor", "from sent_back", "1 час / 30 минут"),
        "posting": ("12", "curator", "from approved", "30 минут"),
        "answer": ("8, абзац первый", "curator", "from detected", "9 часов / 4 часа"),
        "final": ("13", "executor", "from interim_posted", "7 рабочих дней / назначает куратор"),
    }


def test_iz_every_step_with_its_clause() -> None:
    assert table("izobilnensky") == {
        "forward": ("6.2", "curator", "from detected", "30 минут / 1 час"),
        "draft": ("6.2", "executor", "from forwarded", "3 часа / 1,5 часа"),
        "posting": ("6.2", "curator", "from drafted", "30 минут / 30 минут"),
    }


def test_sl_every_step_with_its_clause() -> None:
    assert table("slavgorod") == {
        "draft": ("5", "executor", "from forwarded", "24 часа"),
        "final": ("7", "executor", "from interim_posted", "7 рабочих дней"),
    }


def test_only_returning_is_a_right() -> None:
    rights = {(town, rule.step) for town in EVERY for rule in regulation(town).steps if rule.kind is Kind.RIGHT}
    assert rights == {("kursky", Step.RETURN), ("moskalensky", Step.RETURN)}


def test_the_clocks() -> None:
    clocks = {town: {regulation(town).clock} | {r.within.term.clock for r in regulation(town).steps} for town in EVERY}
    assert clocks == {
        "izobilnensky": {ClockKind.CALENDAR},
        "kursky": {ClockKind.WORKING},
        "moskalensky": {ClockKind.WORKING},
        "primorsko-akhtarsky": {ClockKind.WORKING},
        "slavgorod": {ClockKind.CALENDAR, ClockKind.WORKING},  # working days
    }


def test_the_kinds_of_drafts_and_the_way_of_approval() -> None:
    assert {town: regulation(town).draft_kinds for town in EVERY} == {
        "izobilnensky": (F,),
        "kursky": (F, I),
        "moskalensky": (F, I, R),
        "primorsko-akhtarsky": (F,),
        "slavgorod": (F, I, R),
    }
    assert [town for town in EVERY if regulation(town).approval is Approval.IMPLIED] == ["izobilnensky"]


def test_ku_9_alone_requires_a_reason_for_a_return() -> None:
    assert [town for town in EVERY if regulation(town).return_reason_required] == ["kursky"]


def grounds(town: str) -> dict[str, str]:
    return {ground.code: ground.clause for ground in regulation(town).grounds}


def test_mo_18_sl_11_ku_20_grounds_for_not_processing() -> None:
    first, second = "18, абзац первый", "18, абзац второй"
    assert grounds("moskalensky") == {
        "harm": first,
        "obscene": first,
        "insult": first,
        "threat": first,
        "repeated": second,
    }
    assert grounds("slavgorod") == {"harm": "11", "obscene": "11", "threat": "11"}
    assert grounds("kursky") == {"obscene": "20", "insult": "20", "threat": "20"}
    assert grounds("izobilnensky") == {"obscene": "", "threat": ""}  # beyond the text: no clause to look like a duty
    assert grounds("primorsko-akhtarsky") == {"obscene": "", "threat": ""}


def test_sl_11_executors_too_may_name_the_ground() -> None:
    assert [town for town in EVERY if regulation(town).executors_may_name_ground] == ["slavgorod"]


def test_mo_20_ku_21_iz_d5_who_hears_of_missed_terms() -> None:
    assert {town: regulation(town).hears_of_missed for town in EVERY} == {
        "izobilnensky": Hearing((Ear.SUPERVISOR,), "постановление, 5"),
        "kursky": Hearing((Ear.FIRST_DEPUTY, Ear.OVERSEER), "21"),
        "moskalensky": Hearing((Ear.HEAD,), "20"),
        "primorsko-akhtarsky": Hearing(),
        "slavgorod": Hearing((Ear.SUPERVISOR,), "постановление, 3"),
    }


def test_mo_21_ku_23_who_hears_of_significant_messages() -> None:
    told = {town: regulation(town).hears_of_significant for town in EVERY if regulation(town).hears_of_significant.who}
    assert told == {"kursky": Hearing((Ear.HEAD,), "23"), "moskalensky": Hearing((Ear.HEAD,), "второй 19")}


def test_mo_14_ku_16_where_contributions_go() -> None:
    assert [town for town in EVERY if regulation(town).contributions_to is Holder.CURATOR] == ["kursky"]


def test_ku_22_alone_has_a_monthly_report() -> None:
    reports = {town: regulation(town).report for town in EVERY if regulation(town).report is not None}
    assert {town: (r.day, r.to, r.clause) for town, r in reports.items() if r} == {
        "kursky": (10, (Ear.SUPERVISOR,), "22")
    }


def test_iz_4_mo_a2_10_publication_norms() -> None:
    norms = {
        town: [(n.pages, n.per, n.at_least, n.norm, n.recommended) for n in regulation(town).publication_norms]
        for town in EVERY
    }
    assert {town: found for town, found in norms.items() if found} == {
        "izobilnensky": [("administration", "day", 2, 3, False)],
        "moskalensky": [("administration", "week", 7, 7, True), ("units", "week", 3, 3, True)],
    }


def test_iz_6_1_mo_a2_15_pa_2_3_what_is_deleted_and_who_answers_for_it() -> None:
    rules = {town: m for town in EVERY if (m := regulation(town).moderation) is not None}
    assert {town: (m.delete, m.black_list, m.clause, m.by_curator) for town, m in rules.items()} == {
        "izobilnensky": (("unlawful", "spam", "insult", "obscene"), False, "6.1", True),
        "moskalensky": (("unlawful", "spam", "advertising", "insult", "obscene"), False, "прил. 2, 15", False),
        "primorsko-akhtarsky": (("unlawful", "spam", "insult", "obscene"), True, "2.3", False),
    }


def test_mo_6_3_alone_lets_the_curator_set_the_answers_term() -> None:
    terms = {town: t for town in EVERY if (t := regulation(town).curator_term) is not None}
    assert {town: (t.clause, t.draft_hint) for town, t in terms.items()} == {"moskalensky": ("6, подпункт 3", 50)}


@pytest.mark.parametrize("town", EVERY)
def test_the_head_of_the_decree_is_named(town: str) -> None:
    numbers = {
        "izobilnensky": "1308",
        "kursky": "18",
        "moskalensky": "08",
        "primorsko-akhtarsky": "1378",
        "slavgorod": "583",
    }
    dates = {
        "izobilnensky": "2024-08-22",
        "kursky": "2023-01-12",
        "moskalensky": "2022-08-26",
        "primorsko-akhtarsky": "2020-10-23",
        "slavgorod": "2020-07-28",
    }
    assert (regulation(town).key, regulation(town).number, regulation(town).date.isoformat()) == (
        town,
        numbers[town],
        dates[town],
    )


@pytest.mark.parametrize("town", EVERY)
def test_every_setting_has_its_clause_or_says_it_is_ours(town: str) -> None:
    for rule in regulation(town).steps:
        assert [within for within in rule.withins() if not within.clause] == []


NOT_READ_YET = {"report", "publication_norms", "moderation"} | {
    "revision", "return_reasons", "executors_may_name_ground", "approval",
}  # fmt: skip
"""Settings no part of the program asks for by name: the first wait for reports and pages; a revision is for people, what an
executor may give as a reason is read through `reasons_to_return`, an implied approval shows in there being no such step."""


def test_no_other_setting_of_a_regulation_is_read_by_nobody() -> None:
    parts = ("bot", "config", "handlers", "reports", "storage", "workflow")
    files = [path for part in parts for path in (PACKAGED.parents[1] / part).rglob("*.py")]
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in files if path.stem not in ("regulation", "regulations")
    )
    settings = [field.name for field in fields(Regulation)]
    unread = {name for name in settings if not re.search(rf"(regulation|rules|edition)\.{name}\b", text)}
    assert unread - NOT_READ_YET == set()


def test_sl_11_an_executor_may_name_a_ground_only_under_slavgorod() -> None:
    for town in EVERY:
        rules = regulation(town)
        grounds = {ground.words for ground in rules.grounds} & set(rules.reasons_to_return)
        assert bool(grounds) is (town == "slavgorod"), town
        assert rules.reasons_to_return[: len(rules.return_reasons)] == rules.return_reasons


# --- editions ---------------------------------------------------------------------------------------------------


def test_an_edition_is_named_by_its_text() -> None:
    text = (PACKAGED / "kursky.yaml").read_text(encoding="utf-8")
    assert parse(text, "kursky.yaml") == regulation("kursky")
    assert text_hash(text.replace("\n", "\r\n")) == text_hash("\ufeff" + text) == regulation("kursky").text_hash
    edited = parse(text.replace("within: 9 часов", "within: 10 часов"), "kursky.yaml")
    assert edited.text_hash != regulation("kursky").text_hash
    answer = edited.rule(Step.ANSWER)
    assert answer is not None
    assert answer.within.term.amount == 600


def test_a_file_in_the_installations_folder_wins(tmp_path: Path) -> None:
    assert find("kursky", tmp_path) == PACKAGED / "kursky.yaml"
    (tmp_path / "regulations").mkdir()
    own = tmp_path / "regulations" / "kursky.yaml"
    own.write_text((PACKAGED / "kursky.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert find("kursky", tmp_path) == own
    nearer = tmp_path / "kursky.yaml"
    nearer.write_text("", encoding="utf-8")
    assert find("kursky", tmp_path) == nearer
    (tmp_path / "okrug").mkdir()
    assert find("kursky", tmp_path / "okrug", None, tmp_path) == nearer


SIXTH = """\
key: nasha
title: Порядок нашего округа
number: "7"
date: 2026-02-01
revision: первоначальная
clock: working
steps:
  forward: {clause: "3", holder: curator, runs_from: detected, within: 45 минут, met_by: [forwarded]}
  draft: {clause: "4", holder: executor, before: answer, within: 2 часа, high: {within: 1 час, clause: "5"}, met_by: [drafted]}
  answer: {clause: "6", holder: curator, runs_from: detected, within: 1 рабочий день, met_by: [posted]}
answers: {kinds: [final], approval: explicit}
contributions_to: lead
return: {reason_required: true, reasons: [Не наше]}
not_processed: {executors_may_name: false, grounds: [{code: spam, words: Реклама, clause: "9"}]}
"""


@pytest.mark.parametrize("place", ["okrug", "okrug/regulations"])
def test_a_new_regulation_of_known_steps_is_one_more_file(place: str, tmp_path: Path) -> None:
    """No Python: a municipality names it, and its terms, grounds and duties hold."""
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "nasha.yaml").write_text(SIXTH, encoding="utf-8")
    town = tmp_path / "okrug" / "municipality.yaml"
    demo = (PACKAGED.parent / "demo" / "municipality.yaml").read_text(encoding="utf-8")
    town.write_text(demo.replace("regulation: kursky", "regulation: nasha"), encoding="utf-8")
    [municipality] = load_all(tmp_path)
    office = build_office(municipality)
    assert (office.regulation.key, office.regulation.text_hash) == ("nasha", text_hash(SIXTH))
    detected = Happening(Event.DETECTED, datetime(2026, 1, 12, 9, tzinfo=office.zone))
    found = deadlines([detected], Facts(Importance.HIGH), office.regulation, office.clock)
    assert contract_due(found, office.clock) == {
        "forward": "2026-01-12T09:45:00+03:00",
        "draft": "2026-01-13T17:00:00+03:00",
        "answer": "2026-01-13T18:00:00+03:00",
    }
    case = new_case("kursky")
    command = NotProcess(CURATOR, case.id, "spam")
    under_it = decide(case, command, replace(small_office(), regulation=office.regulation), at("2026-01-12 10:00"))
    assert isinstance(under_it, Accepted)


@pytest.mark.parametrize("town", EVERY)
def test_every_switch_names_its_clause_or_says_that_the_choice_is_ours(town: str) -> None:
    """Each setting outside the steps has its clause as a key, or a comment on its line with the point, or says «чтение»,
    «сверх текста», «текст молчит», «придумано нами»."""
    lines = (PACKAGED / f"{town}.yaml").read_text(encoding="utf-8").splitlines()
    start = lines.index(next(line for line in lines if line.startswith("steps:")))
    blocks: list[list[str]] = []
    for line in [*lines[: start - 1], *lines[start:]]:
        if re.match(r"[a-z]", line):
            blocks.append([line])
        elif blocks:
            blocks[-1].append(line)
    about = (
        "clock",
        "answers",
        "contributions_to",
        "return",
        "not_processed",
        "hears",
        "report",
        "publications",
        "moderation",
    )
    silent = [
        block[0]
        for block in blocks
        if block[0].split(":")[0] in about
        and not re.search(r"clause|пункт|чтение|сверх текста|текст молчит|нами|сроков нет", "\n".join(block))
    ]
    assert silent == []


@pytest.mark.parametrize("name", ["kurski", "../kursky", "", "kursky.yaml"])
def test_an_unknown_regulation_is_refused(name: str) -> None:
    with pytest.raises(BrokenConfiguration, match="нет регламента"):
        find(name)


def test_a_file_must_be_named_after_its_key(tmp_path: Path) -> None:
    path = tmp_path / "nasha.yaml"
    path.write_text((PACKAGED / "kursky.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(BrokenConfiguration, match="key «kursky» не совпадает с именем файла «nasha»"):
        load(path)


# --- terms ------------------------------------------------------------------------------------------------------

W, C = ClockKind.WORKING, ClockKind.CALENDAR


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("30 минут", Term(Unit.MINUTES, 30, C, "30 минут")),
        ("1 минута", Term(Unit.MINUTES, 1, C, "1 минута")),
        ("1 час", Term(Unit.MINUTES, 60, W, "1 час")),
        ("1,5 часа", Term(Unit.MINUTES, 90, W, "1,5 часа")),
        ("1.5  часа", Term(Unit.MINUTES, 90, W, "1.5 часа")),
        ("24 календарных часа", Term(Unit.MINUTES, 1440, C, "24 календарных часа")),
        ("30 рабочих минут", Term(Unit.MINUTES, 30, W, "30 рабочих минут")),
        ("7 рабочих дней", Term(Unit.WORKING_DAYS, 7, W, "7 рабочих дней")),
        ("1 рабочий день", Term(Unit.WORKING_DAYS, 1, W, "1 рабочий день")),
        ("назначает куратор", Term(Unit.NAMED, 0, W, "назначает куратор")),
    ],
)
def test_terms_are_read(words: str, term: Term) -> None:
    assert parse_term(words, hours=W, minutes=C) == term


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("скоро", "срок «скоро» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней"),
        ("30", "срок «30» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней"),
        ("-5 минут", "срок «-5 минут» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней"),
        ("0 минут", "срок не может быть нулевым"),
        ("0,0 часа", "срок не может быть нулевым"),
        ("7 дней", "срок «7 дней»: дни бывают только рабочие и целые, например 7 рабочих дней"),
        ("1,5 рабочих дня", "срок «1,5 рабочих дня»: дни бывают только рабочие и целые, например 7 рабочих дней"),
        ("0,33 часа", "срок «0,33 часа»: нужно целое число минут"),
    ],
)
def test_terms_that_are_none_are_refused_in_words(words: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are compared below
        parse_term(words, hours=W, minutes=C)
    assert str(refused.value) == why
