"""An executor is asked before a draft that lacks something goes, unless his time is nearly up; one tap sends it."""

from __future__ import annotations

from dataclasses import replace

from handlers.cases import pressed
from handlers.replies import replied
from handlers.wishes import Ask, Carry, Close, Toast
from tests.doors.door_view import ASKED, CARD, GROUP, PRIVATE, press, question, reply, sight
from tests.doors.screens_office import after, at, forwarded, town
from tests.rules.offices import ZHKH
from workflow.commands import Accept, SubmitDraft

EMPTY = "Ваше обращение передано в отдел, вопрос на контроле."
FULL = "Воду подключили сегодня в 11:00, давление проверили."
KEPT = {"text": EMPTY, "files": [], "written": [GROUP, 70]}
IN_WORK = after(forwarded(), Accept(ZHKH, 147), at(9, 45))


async def test_ku_18_a_draft_that_lacks_something_is_asked_about() -> None:
    assert await replied(reply(ZHKH, EMPTY), sight(IN_WORK, ZHKH)) == [Ask("hinted_draft", 147, KEPT)]
    assert await replied(reply(ZHKH, FULL), sight(IN_WORK, ZHKH)) == [
        Carry(SubmitDraft(ZHKH, 147, FULL), became="executor_draft", written=(GROUP, 70))
    ]


async def test_a_hint_makes_no_draft_late() -> None:
    for now, asks in ((at(13, 46), True), (at(13, 47), False), (at(14, 30), False)):
        wishes = await replied(reply(ZHKH, EMPTY), sight(IN_WORK, ZHKH, now=now))
        assert isinstance(wishes[0], Ask) is asks, now


async def test_one_tap_sends_it_as_it_is_or_lets_him_write_anew() -> None:
    view = sight(IN_WORK, ZHKH, asked=(question("hinted_draft", ZHKH, **KEPT),))
    [sent] = await pressed(press(ZHKH, "ys:31"), view)
    assert isinstance(sent, Carry)
    assert sent.command == SubmitDraft(ZHKH, 147, EMPTY)
    assert await pressed(press(ZHKH, "no:31"), view) == [Close(31), Toast("send_a_better_one")]


async def test_a_newer_text_makes_the_question_void() -> None:
    view = sight(IN_WORK, ZHKH, asked=(question("hinted_draft", ZHKH, **KEPT),))
    for to, chat in ((CARD, GROUP), (ASKED, PRIVATE)):
        wishes = await replied(reply(ZHKH, FULL, to, chat), view)
        assert Close(31) in wishes
        assert [one.command for one in wishes if isinstance(one, Carry)] == [SubmitDraft(ZHKH, 147, FULL)]


async def test_where_the_file_switches_the_hints_off_nobody_is_asked() -> None:
    office = town()
    silent = replace(office, regulation=replace(office.regulation, hints=()))
    [wish] = await replied(reply(ZHKH, EMPTY), sight(IN_WORK, ZHKH, silent))
    assert isinstance(wish, Carry)
