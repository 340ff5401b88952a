"""A note to a case goes to the colleagues who work on it, in private, and never to the citizen or the group."""

from __future__ import annotations

from tests.stories.test_replies import forwarded
from tests.stories.town import Town
from workflow.case import State


async def test_a_note_reaches_the_curator_and_leaves_the_case_as_it_is(town: Town) -> None:
    await town.zhkh.replies(await forwarded(town), "Заметка: житель просит перезвонить после обеда")
    seen = town.curator.sees("заметка, начальник отдела ЖКХ")
    assert "житель просит перезвонить после обеда" in seen.text
    town.zhkh.sees("записана")
    assert (await town.case()).state is State.FORWARDED
    assert (await town.case()).drafts == ()
    await town.curator.replies(seen, "заметка, перезвоню сам")
    assert "перезвоню сам" in town.zhkh.sees("заметка, куратор").text
    town.curator.sees("записана")
    await town.zhkh.writes("/case 1")
    assert "«перезвоню сам»" in town.zhkh.sees("№ 1").text
    await town.zhkh.writes("/case 1", in_group=True)
    assert "перезвоню" not in town.sees_in_group("№ 1").text
    assert [line for line in await town.journal() if line[0] == "note"] == [
        ("note", "zhkh_head", "forwarded"),
        ("note", "curator", "forwarded"),
    ]


async def test_who_begins_the_draft_is_seen_on_the_card_until_the_draft_is_there(town: Town) -> None:
    await town.zhkh.presses("Принять", await forwarded(town))
    assert (await town.zhkh.presses("Черновик", town.card())).startswith("Отметил: проект готовите вы.")
    await town.waits(minutes=2)
    assert "Проект готовят с 9:00 · Отдел ЖКХ" in town.card().text
    assert (await town.zhkh.presses("Черновик", town.card())).startswith("Вы уже готовите")
    await town.zhkh.replies(town.card(), "Воду подключим сегодня до 20:00, бригада уже на месте")
    await town.waits(minutes=2)
    assert "Проект готовят" not in town.card().text
    town.looks_around()
