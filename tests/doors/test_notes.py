"""A reply that begins with «Заметка» is a note to the case, whoever writes it and whatever it replies to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases.screens.history import case_history
from handlers.door import open_door
from handlers.incoming import Attached, Kind
from handlers.notes import note_in
from handlers.replies import edited, replied
from handlers.wishes import Carry, Close, Say, Wish
from tests.doors.door_view import ASKED, CARD, GROUP, NOTICE, PRIVATE, question, reply, sight
from tests.doors.screens_office import TEXTS, at, closed, detected, seen, shared, town
from tests.rules.offices import CURATOR, DEPUTY, HEAD, ROADS, SCHOOL, STRANGER, ZHKH, carried_out
from workflow.commands import AddNote
from workflow.guards import LONGEST_NOTE
from workflow.office import Actor
from workflow.outcomes import Accepted, Reason, Refused
from workflow.ports import Known

WORDS = "житель перезвонит завтра"


def a_note(by: Actor, text: str = WORDS) -> list[Wish]:
    return [Carry(AddNote(by, 147, text), became="note")]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"Заметка: {WORDS}", WORDS),
        (f"ЗАМЕТКА {WORDS}", WORDS),
        (f"  заметка — {WORDS}.\n", f"{WORDS}."),
        (f"«Заметка», {WORDS}", WORDS),
        (f"📝 Заметка\n{WORDS}", WORDS),
        ("Заметка", ""),
        ("Заметка:", ""),
        ("Заметкам места нет", None),
        ("Заметили утечку, бригада выехала", None),
        ("Моя заметка", None),
        ("", None),
    ],
)
def test_the_word_begins_the_text_in_any_case_and_punctuation(text: str, note: str | None) -> None:
    assert note_in(text) == note


@pytest.mark.parametrize("to", [CARD, NOTICE])
@pytest.mark.parametrize("by", [ZHKH, ROADS, CURATOR, DEPUTY, HEAD, SCHOOL])
async def test_a_note_is_no_draft_whoever_writes_it(by: Actor, to: int) -> None:
    assert await replied(reply(by, f"Заметка: {WORDS}", to), sight(shared(town()), by)) == a_note(by)


async def test_a_note_in_reply_to_a_draft_is_no_correction() -> None:
    view = replace(sight(closed(), CURATOR), messages=(Known(GROUP, CARD, "draft", 147, 1),))
    assert await replied(reply(CURATOR, f"заметка {WORDS}"), view) == a_note(CURATOR)


async def test_the_files_of_a_note_are_named_as_not_kept() -> None:
    photo = Attached("photo", "r1", "1.jpg", 10)
    wishes = await replied(reply(ZHKH, f"Заметка: {WORDS}", files=(photo,)), sight(shared(town()), ZHKH))
    assert wishes == [*a_note(ZHKH), Say("note_without_files", {"number": 147})]


async def test_a_note_answers_the_question_whether_it_is_a_draft() -> None:
    asked = question("confirm_draft", ZHKH, text="Выясняем")
    wishes = await replied(
        reply(ZHKH, f"Заметка: {WORDS}", ASKED, PRIVATE), sight(shared(town()), ZHKH, asked=(asked,))
    )
    assert wishes == [Close(31), *a_note(ZHKH)]


async def test_a_remark_that_begins_so_is_a_remark() -> None:
    asked = question("remark", CURATOR, version=1)
    wishes = await replied(
        reply(CURATOR, f"Заметка: {WORDS}", ASKED, PRIVATE), sight(closed(), CURATOR, asked=(asked,))
    )
    assert [type(wish.command).__name__ for wish in wishes if isinstance(wish, Carry)] == ["SendBack"]


async def test_an_edit_is_a_further_note() -> None:
    view = sight(shared(town()), ZHKH, messages=(Known(GROUP, 70, "note", 147),))
    edit = replace(reply(ZHKH, f"Заметка: {WORDS}"), kind=Kind.EDIT, reply_to=None)
    assert await edited(edit, view) == a_note(ZHKH)
    assert await edited(replace(edit, text="после обеда"), view) == a_note(ZHKH, "после обеда")


@pytest.mark.parametrize(("by", "chat"), [(CURATOR, PRIVATE), (ZHKH, PRIVATE), (ZHKH, GROUP)])
async def test_a_note_that_replies_to_nothing_opens_no_case_and_becomes_no_draft(by: Actor, chat: int) -> None:
    written = replace(reply(by, f"Заметка: {WORDS}, после двух часов дня", chat=chat), reply_to=None)
    assert await open_door(written, sight(shared(town()), by)) == [Say("how_note")]


# --- the rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [detected(), shared(town()), closed()], ids=["new", "in work", "closed"])
def test_a_note_changes_nothing_but_the_journal(case) -> None:  # type: ignore[no-untyped-def]
    decision = carried_out(case, AddNote(CURATOR, case.id, WORDS), town(), at(12))
    assert isinstance(decision, Accepted)
    assert replace(decision.after, version=case.version, missed=case.missed, waits=case.waits) == case
    assert decision.entry.details == (("text", WORDS),)


@pytest.mark.parametrize(
    ("by", "text", "reason"),
    [
        (ZHKH, "", Reason.EMPTY_NOTE),
        (ZHKH, "й" * (LONGEST_NOTE + 1), Reason.NOTE_TOO_LONG),
        (STRANGER, WORDS, Reason.STRANGER),
        (Actor(("gone_from_the_file",), 7), WORDS, Reason.NOTE_IS_NOT_YOURS),
    ],
)
def test_what_is_no_note_is_refused(by: Actor, text: str, reason: Reason) -> None:
    decision = carried_out(shared(town()), AddNote(by, 147, text), town(), at(10))
    assert isinstance(decision, Refused)
    assert decision.reason is reason


def test_a_department_the_case_does_not_concern_is_told_who_may() -> None:
    decision = carried_out(closed(), AddNote(SCHOOL, 147, WORDS), town(), at(12))
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.NOTE_IS_NOT_YOURS


def test_the_history_shows_the_words_only_where_the_whole_case_may_be_read() -> None:
    entry = {"action": "note", "at": at(10), "who": "first_deputy", "on_behalf": None, "details": {"text": WORDS}}

    def last(whole: bool) -> str:
        screen = case_history(TEXTS, shared(town()), [entry], town(), at(12), whole)
        return seen(screen).split("\n")[-1]

    assert last(True) == f"12 января, 10:00 — заметка, заместитель главы (первый заместитель главы): «{WORDS}»"
    assert last(False) == "12 января, 10:00 — заметка, заместитель главы (первый заместитель главы)"
