"""What a co-executor's reply means, and what the lead's means while somebody still owes him something."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from handlers.cases import pressed
from handlers.incoming import Attached, Kind
from handlers.replies import edited, replied
from handlers.wishes import Ask, Carry, Close, Say, Toast
from tests.doors.door_view import ASKED, GROUP, NOTICE, PRIVATE, press, question, reply, sight
from tests.doors.screens_office import after, at, closed, detected, shared, town
from tests.rules.offices import CURATOR, ROADS, SCHOOL, ZHKH
from workflow.case import Case, FileRef, MissingFile, Why
from workflow.commands import Contribute, Forward, PassContribution, Return, SendBackContribution, SubmitDraft
from workflow.ports import Known

KU, MO = town(), town("moskalensky")
SPRAVKA = "Дорогу восстановим после ремонта водопровода, до 20 января."
ANSWER = "Воду подключим сегодня до 20:00, дорогу восстановим до 20 января."
PHOTO = Attached("photo", "r1", "1.jpg", 10)
KEPT = FileRef("k1", "photo", "1.jpg", 10)
WRITTEN = (GROUP, 70)


def contributed() -> Case:
    return after(shared(KU), Contribute(ROADS, 147, SPRAVKA), at(9, 50))


def passed_by_both() -> Case:
    case = after(contributed(), Contribute(SCHOOL, 147, "Школу не затронет."), at(9, 51))
    for department in ("roads", "school"):
        case = after(case, PassContribution(CURATOR, 147, department), at(9, 52))
    return case


# --- a co-executor ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [7, NOTICE])
async def test_ku_16_a_co_executors_reply_is_his_contribution(to: int) -> None:
    wishes = await replied(reply(ROADS, f"  {SPRAVKA}\n", to), sight(shared(KU), ROADS))
    assert wishes == [Carry(Contribute(ROADS, 147, SPRAVKA), became="contribution", written=WRITTEN)]


async def test_a_short_contribution_is_one_all_the_same() -> None:
    assert await replied(reply(ROADS, "Да, наша"), sight(shared(KU), ROADS)) == [
        Carry(Contribute(ROADS, 147, "Да, наша"), became="contribution", written=WRITTEN)
    ]


async def test_a_contribution_brings_its_files() -> None:
    view = sight(shared(KU), ROADS, kept={"r1": KEPT})
    assert await replied(reply(ROADS, SPRAVKA, files=(PHOTO,)), view) == [
        Carry(Contribute(ROADS, 147, SPRAVKA, (KEPT,)), became="contribution", written=WRITTEN)
    ]


async def test_a_contribution_is_taken_without_the_file_that_cannot_be_had() -> None:
    refused = MissingFile("photo", "", Why.REFUSED)
    view = sight(shared(KU), ROADS, missing=(refused,))
    files = [{"kind": "photo", "name": "", "why": "refused"}]
    assert await replied(reply(ROADS, SPRAVKA, files=(PHOTO,)), view) == [
        Carry(Contribute(ROADS, 147, SPRAVKA, (), (refused,)), became="contribution", written=WRITTEN),
        Say("files_missing", {"number": 147, "files": files, "taken": True}),
    ]
    assert await replied(reply(ROADS, "", files=(PHOTO,)), view) == [
        Say("files_missing", {"number": 147, "files": files, "taken": False})
    ]


@pytest.mark.parametrize("text", ["", "👍", "+", "1", " … "])
async def test_what_says_nothing_is_no_contribution(text: str) -> None:
    assert await replied(reply(ROADS, text), sight(shared(KU), ROADS)) == [Say("answer_in_words")]


async def test_hostile_words_are_carried_as_they_are() -> None:
    text = "<b>@head</b> /absent {{ c }} \u202eвода"
    [wish] = await replied(reply(ROADS, text), sight(shared(KU), ROADS))
    assert wish == Carry(Contribute(ROADS, 147, text), became="contribution", written=WRITTEN)


async def test_ku_16_who_is_not_on_the_case_is_refused_once() -> None:
    only = after(detected(), Forward(CURATOR, 147, ("zhkh", "roads")), at(9, 20))
    [wish] = await replied(reply(SCHOOL, SPRAVKA), sight(only, SCHOOL))
    assert wish == Carry(SubmitDraft(SCHOOL, 147, SPRAVKA), once=True)


async def test_who_gave_his_part_back_contributes_no_more() -> None:
    case = after(shared(KU), Return(ROADS, 147, "не наша"), at(9, 40))
    assert await replied(reply(ROADS, SPRAVKA), sight(case, ROADS)) == [
        Carry(SubmitDraft(ROADS, 147, SPRAVKA), once=True)
    ]


async def test_an_edited_contribution_replaces_what_was_given() -> None:
    view = sight(contributed(), ROADS, messages=(Known(GROUP, 70, "contribution", 147),))
    edit = replace(reply(ROADS, "До 25 января. "), kind=Kind.EDIT)
    assert await edited(edit, view) == [
        Carry(Contribute(ROADS, 147, "До 25 января."), became="contribution", quiet=True)
    ]
    over = sight(replace(closed(), parts=contributed().parts), ROADS, messages=view.messages)
    assert await edited(edit, over) == []


async def test_the_curators_reply_to_a_contribution_is_no_draft_of_his() -> None:
    view = sight(contributed(), CURATOR, messages=(Known(GROUP, 70, "contribution", 147),))
    assert await replied(reply(CURATOR, "Спасибо", to=70), view) == [
        Carry(SubmitDraft(CURATOR, 147, "Спасибо"), once=True)
    ]


async def test_ku_16_the_curator_passes_a_contribution_on_with_one_tap() -> None:
    assert await pressed(press(CURATOR, "ps:147:roads", NOTICE, PRIVATE), sight(contributed(), CURATOR)) == [
        Carry(PassContribution(CURATOR, 147, "roads"))
    ]


REMARK = "До какого числа?"
ASKS_REMARK = [Toast("asked_part_remark"), Ask("part_remark", 147, {"departments": ["roads"]})]


async def test_ku_16_the_curator_sends_a_contribution_back_with_the_remark_he_is_asked_for() -> None:
    back = press(CURATOR, "sc:147:roads", NOTICE, PRIVATE)
    assert await pressed(back, sight(contributed(), CURATOR)) == ASKS_REMARK
    asked = question("part_remark", CURATOR, departments=["roads"])
    view = sight(contributed(), CURATOR, asked=(asked,))
    assert await replied(reply(CURATOR, REMARK, ASKED, PRIVATE), view) == [
        Carry(SendBackContribution(CURATOR, 147, "roads", REMARK), answers=31)
    ]
    assert await replied(reply(CURATOR, " ", ASKED, PRIVATE), view) == [Say("answer_in_words")]


async def test_nobody_is_asked_for_a_remark_on_what_he_may_not_send_back() -> None:
    for who, data, case in ((ZHKH, "sc:147:roads", contributed()), (CURATOR, "sc:147:school", contributed())):
        [wish] = await pressed(press(who, data, NOTICE, PRIVATE), sight(case, who))
        assert isinstance(wish, Carry)
        assert isinstance(wish.command, SendBackContribution)


async def test_mo_14_the_leads_remark_beside_the_question_is_no_draft() -> None:
    mo = after(shared(MO), Contribute(ROADS, 147, SPRAVKA), at(9, 50), MO)
    assert await pressed(press(ZHKH, "sc:147:roads", NOTICE, PRIVATE), sight(mo, ZHKH, MO)) == ASKS_REMARK
    asked = question("part_remark", ZHKH, departments=["roads"])
    view = sight(mo, ZHKH, MO, asked=(asked,))
    assert await replied(reply(ZHKH, REMARK, ASKED, PRIVATE), view) == [
        Carry(SendBackContribution(ZHKH, 147, "roads", REMARK), answers=31)
    ]
    [about] = await replied(reply(ZHKH, REMARK, NOTICE, GROUP), view)
    assert isinstance(about, Ask)
    assert (about.kind, about.body["asked"]) == ("which_answer", "part_remark")


# --- the lead --------------------------------------------------------------------------------------------------------


async def test_ku_16_the_lead_is_asked_why_he_does_not_wait() -> None:
    assert await replied(reply(ZHKH, ANSWER), sight(shared(KU), ZHKH)) == [
        Ask(
            "why_early",
            147,
            {"text": ANSWER, "files": [], "written": [*WRITTEN], "departments": ["roads", "school"]},
        )
    ]


async def test_ku_16_what_the_curator_has_not_passed_is_still_owed() -> None:
    [asked] = await replied(reply(ZHKH, ANSWER), sight(contributed(), ZHKH))
    assert isinstance(asked, Ask)
    assert asked.body["departments"] == ["school", "roads"]
    mo = after(shared(MO), Contribute(ROADS, 147, SPRAVKA), at(9, 50), MO)
    [asked] = await replied(reply(ZHKH, ANSWER), sight(mo, ZHKH, MO))
    assert isinstance(asked, Ask)
    assert asked.body["departments"] == ["school"]


async def test_once_everything_is_in_the_leads_reply_is_his_draft() -> None:
    assert await replied(reply(ZHKH, ANSWER), sight(passed_by_both(), ZHKH)) == [
        Carry(SubmitDraft(ZHKH, 147, ANSWER), became="executor_draft", written=WRITTEN)
    ]


async def test_ku_16_his_why_sends_the_draft_that_waited_with_its_files() -> None:
    asked = question("why_early", ZHKH, text=ANSWER, files=[asdict(KEPT)], written=[*WRITTEN], departments=["roads"])
    view = sight(shared(KU), ZHKH, asked=(asked,))
    assert await replied(reply(ZHKH, " дорога к делу не относится ", ASKED, PRIVATE), view) == [
        Carry(
            SubmitDraft(ZHKH, 147, ANSWER, (KEPT,), early="дорога к делу не относится"),
            became="executor_draft",
            answers=31,
            written=WRITTEN,
        )
    ]
    assert await replied(reply(ZHKH, " ", ASKED, PRIVATE), view) == [Say("answer_in_words")]
    assert await replied(reply(ROADS, "потому", ASKED, PRIVATE), view) == [Say("question_is_not_yours", once=True)]


async def test_the_lead_may_wait_after_all() -> None:
    view = sight(shared(KU), ZHKH, asked=(question("why_early", ZHKH, text=ANSWER),))
    assert await pressed(press(ZHKH, "no:31", ASKED, PRIVATE), view) == [
        Close(31, keeps=True),
        Toast("waits_for_contributions"),
    ]


async def test_words_of_the_lead_that_may_be_talk_are_asked_about_when_nothing_is_owed() -> None:
    [asked] = await replied(reply(ZHKH, "Принято, выясняем"), sight(passed_by_both(), ZHKH))
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.case) == ("confirm_draft", 147)
