"""Before visitors come: the page says what is going on, lets nobody act, and does not count what the play itself does."""

from __future__ import annotations

from typing import Any

from tests.sandbox.page_town import PICTURE, Stand, a_stand


async def note(stand: Stand) -> Any:
    return (await stand.state("curator"))["note"]


async def done(stand: Stand) -> list[str]:
    return [step["key"] for step in (await stand.state("curator"))["guide"] if step["done"]]


async def move(stand: Stand, minutes: int) -> int:
    async with stand.http.post(f"{stand.url}/api/clock", json={"advance_minutes": minutes}) as response:
        return response.status


async def test_a_closed_page_says_why_and_nobody_acts() -> None:
    async with a_stand() as stand:
        stand.town.close_to_visitors("Бот запускается.")
        assert await note(stand) == {"words": "Бот запускается.", "trouble": False}
        before = stand.town.clock.now()
        refused = {"error": "Стенд ещё готовится. Подождите несколько секунд и попробуйте снова."}
        assert await stand.act("citizen", "comment", post=stand.post.id, text="Нет воды") == (400, refused)
        assert await move(stand, 10) == 400
        assert (stand.town.vk.comments(stand.post), stand.town.clock.now()) == ([], before)
        assert (await stand.act("zhkh", "read", chat="group", upto="0_0"))[0] == 200


async def test_an_open_page_takes_the_same_acts() -> None:
    async with a_stand() as stand:
        stand.town.close_to_visitors("Бот запускается.")
        stand.town.open_to_visitors()
        assert await note(stand) is None
        assert (await stand.act("citizen", "comment", post=stand.post.id, text="Нет воды"))[0] == 200
        assert await move(stand, 10) == 200
        assert [comment.text for comment in stand.town.vk.comments(stand.post)] == ["Нет воды"]


async def test_a_line_comes_and_goes() -> None:
    async with a_stand() as stand:
        said = []
        for words, trouble in (("Идёт утро.", False), ("Бот остановился.", True), ("", False)):
            stand.town.say(words, trouble=trouble)
            said.append(await note(stand))
        assert said == [
            {"words": "Идёт утро.", "trouble": False},
            {"words": "Бот остановился.", "trouble": True},
            None,
        ]


async def test_what_the_play_does_is_no_step_of_the_visitors() -> None:
    async with a_stand() as stand:
        with stand.town.rehearses("citizen"):
            stand.town.vk.comment(stand.citizen, stand.post, "Нет воды")
        assert await done(stand) == []
        await stand.act("citizen", "comment", post=stand.post.id, text="И света нет")
        assert await done(stand) == ["written"]


async def test_whoever_acts_in_the_play_has_read_what_stood_there() -> None:
    async with a_stand() as stand:
        card = await stand.card()
        unread = [chat["unread"] for chat in (await stand.state("zhkh"))["messenger"]["chats"]]
        with stand.town.rehearses("zhkh"):
            stand.town.telegram.write(stand.zhkh, stand.group, "Принято", reply_to=card)
        read = [chat["unread"] for chat in (await stand.state("zhkh"))["messenger"]["chats"]]
        others = [chat["unread"] for chat in (await stand.state("curator"))["messenger"]["chats"]]
        assert (unread, read, others) == ([1, 0], [0, 0], [2, 0])


async def test_an_answers_document_that_is_a_picture_is_shown_in_place() -> None:
    async with a_stand() as stand:
        comment = stand.town.vk.comment(stand.citizen, stand.post, "Вот", photos=[PICTURE])
        comment.attachments[0].kind = "doc"
        shown = (await stand.state("citizen"))["vk"]["posts"][0]["comments"][0]
        assert (len(shown["photos"]), shown["files"]) == (1, [])
