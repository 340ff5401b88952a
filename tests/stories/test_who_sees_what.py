"""One rule at every door: what the group has been shown everybody sees; the whole is for those whose case it is."""

from __future__ import annotations

import pytest

from tests.page.page_house import a_client, sees, signs_in
from tests.stories.test_a_day import COMPLAINT, drafted
from tests.stories.test_leadership import captions
from tests.stories.town import Person, Town

CITIZENS = "Третий день"


async def asked(person: Person, command: str) -> str:
    """What the bot answers in private."""
    before = {message.id for message in person.private}
    await person.writes(command)
    [said] = [m for m in person.private if m.id not in before and m.text != command]
    person.looks_at_everything()
    return said.text


@pytest.mark.parametrize(
    ("who", "whole"),
    [("curator", True), ("first_deputy", True), ("zhkh_head", True), ("roads_head", False)],
)
async def test_every_door_shows_a_case_whole_to_those_whose_it_is_and_to_nobody_else(
    town: Town, who: str, whole: bool
) -> None:
    assert COMPLAINT.startswith(CITIZENS)
    await drafted(town)
    await town.to("2026-01-12T15:00")
    town.forget_what_was_said()
    person = town.person(who)
    seen = {
        "case": CITIZENS in await asked(person, "/case 1"),
        "open": "№ 1" in await asked(person, "/open"),
        "overdue": "№ 1" in await asked(person, "/overdue"),
        "find": "Нашлось 1" in await asked(person, "/find воду"),
    }
    [told] = [m for m in person.private if "История" in m.text or m.text.startswith("№ 1 · ")][-1:]
    seen["file"] = "Файл" in captions(told)
    async with a_client(town) as client:
        await signs_in(client, town, who)
        seen["page"] = "/case/1" in await (await client.get("/")).text()
        seen["page of the case"] = (await client.get("/case/1")).status == 200
    assert seen == dict.fromkeys(seen, whole)
    town.forget_what_was_said()


async def test_what_the_group_has_been_shown_another_department_sees_too(town: Town) -> None:
    await drafted(town)
    town.forget_what_was_said()
    in_private = await asked(town.roads, "/case 1")
    await town.roads.writes("/case 1", in_group=True)
    in_group = town.sees_in_group("№ 1 ·").text
    assert in_private == in_group
    assert "прислал проект ответа" in in_private
    assert (await asked(town.roads, "/why 1")).startswith("№ 1")
    await town.roads.writes("/open", in_group=True)
    assert captions(town.sees_in_group("Открыто 1 сообщение")) == ["№ 1"]
    town.forget_what_was_said()


async def test_a_new_case_is_in_nobodys_private_list_but_those_who_lead(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    town.forget_what_was_said()
    assert "№ 1" in await asked(town.deputy, "/open")
    assert "№ 1" not in await asked(town.zhkh, "/open")
    town.forget_what_was_said()


async def test_ku_9_who_handed_a_case_back_has_it_in_no_list_and_may_read_it_still(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.presses("Вернуть")
    await town.zhkh.replies(town.zhkh.sees("Почему"), "Это сети частной компании")
    town.forget_what_was_said()
    assert "№ 1" not in await asked(town.zhkh, "/open")
    assert CITIZENS in await asked(town.zhkh, "/case 1")
    assert "Нашлось 1" in await asked(town.zhkh, "/find воду")
    async with a_client(town) as client:
        await signs_in(client, town, "zhkh_head")
        assert "/case/1" not in await (await client.get("/")).text()
        assert CITIZENS in await sees(client, "/case/1")
    town.forget_what_was_said()
