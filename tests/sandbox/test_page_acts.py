"""What a visitor does over HTTP happens in the worlds; what cannot be done is refused in words."""

from typing import Any

from sandbox.page.samples import SAMPLES
from sandbox.page.stage import address
from tests.sandbox.page_town import PICTURE, Stand, a_stand


def texts(state: dict[str, Any], chat: str) -> list[str]:
    found = next(one for one in state["messenger"]["chats"] if one["key"] == chat)
    return [message["text"] for message in found["messages"] if not message["service"]]


async def test_a_press_brings_the_bots_words_and_the_changed_card() -> None:
    async with a_stand() as stand:
        card = await stand.card()
        pressed = await stand.act("zhkh", "press", message=address(card), row=0, column=0)
        done = {"done": True, "answered": True, "text": "Принято в 9:20", "alert": False, "url": None}
        assert pressed == (200, done)
        status, alert = await stand.act("roads", "press", message=address(await stand.card()), row=1, column=0)
        assert (status, alert["text"], alert["alert"]) == (200, "Это сообщение у другого отдела", True)


async def test_a_reply_with_one_picture_several_and_a_document() -> None:
    async with a_stand() as stand:
        card = await stand.card()
        reply = {"chat": "group", "message": address(card), "text": "Бригада на месте"}
        await stand.act_with("zhkh", "reply", [("a.png", PICTURE)], **reply)
        await stand.act_with("zhkh", "reply", [("a.png", PICTURE), ("b.png", PICTURE)], **reply)
        await stand.act_with("zhkh", "reply", [("Акт.pdf", b"%PDF-1.4")], **reply)
        await stand.act_with("zhkh", "reply", [("a.png", PICTURE)], **reply, as_files=True)
        written = [m for m in stand.town.telegram.messages(stand.group) if m.sender is stand.zhkh and m.media]
        assert [(m.media and m.media.kind, m.media and m.media.data, m.text) for m in written] == [
            ("photo", PICTURE, "Бригада на месте"),
            ("photo", PICTURE, "Бригада на месте"),
            ("photo", PICTURE, ""),
            ("document", b"%PDF-1.4", "Бригада на месте"),
            ("document", PICTURE, "Бригада на месте"),
        ]
        assert {m.reply_to for m in written} == {card}
        assert [m.media_group_id is None for m in written] == [True, False, False, True, True]


async def test_writing_editing_and_forwarding() -> None:
    async with a_stand() as stand:
        _, sent = await stand.act("zhkh", "write", chat="group", text="  Смотрю  ")
        message = sent["messages"][0]
        assert (await stand.act("zhkh", "edit", message=message, text="Смотрим"))[0] == 200
        assert (await stand.act("curator", "forward", message=message))[0] == 200
        assert texts(await stand.state("zhkh"), "group") == ["Смотрим"]
        assert texts(await stand.state("curator"), "bot") == ["/start", "Смотрим"]
        forwarded = (await stand.state("curator"))["messenger"]["chats"][1]["messages"][-1]
        assert forwarded["forward"] == {"name": "Отдел ЖКХ"}


async def test_the_citizen_writes_in_three_ways_and_takes_a_comment_back() -> None:
    async with a_stand() as stand:
        vk = stand.town.vk
        _, first = await stand.act("citizen", "comment", post=stand.post.id, text="Нет воды")
        await stand.act("citizen", "comment", post=stand.post.id, reply_to=first["comment"], text="Третий день")
        await stand.act("citizen", "wall_post", text="Прошу помочь")
        await stand.act("citizen", "message", text="Здравствуйте")
        assert [(c.text, c.reply_to and c.reply_to.text) for c in vk.comments(stand.post)] == [
            ("Нет воды", None),
            ("Третий день", "Нет воды"),
        ]
        assert [(post.text, post.author) for post in vk.posts][1:] == [("Прошу помочь", stand.citizen)]
        assert [letter.text for letter in vk.messages(stand.citizen, stand.community)] == ["Здравствуйте"]
        assert (await stand.act("citizen", "delete_comment", comment=first["comment"]))[0] == 200
        assert [c.text for c in vk.comments(stand.post)] == ["Третий день"]


async def test_ready_complaints_do_not_repeat_at_once() -> None:
    async with a_stand() as stand:
        for _ in range(len(SAMPLES) + 1):
            assert (await stand.act("citizen", "sample"))[0] == 200
        _, dogs = await stand.act("citizen", "sample", key="dogs")
        written = [c.text for c in stand.town.vk.comments(stand.post)]
        expected = [sample.texts[0] for sample in SAMPLES] + [SAMPLES[0].texts[1], SAMPLES[-1].texts[1]]
        assert written == expected
        assert dogs["text"] == SAMPLES[-1].texts[1]


async def test_a_start_opens_the_private_chat_with_its_payload() -> None:
    async with a_stand() as stand:
        before = (await stand.state("roads"))["messenger"]["chats"][1]
        assert (before["can_start"], before["can_write"], before["messages"]) == (True, False, [])
        assert (await stand.act("roads", "start", payload="invite_1"))[0] == 200
        roads = stand.town.cast["roads"].person
        assert roads is not None
        assert [m.text for m in stand.town.telegram.messages((roads, stand.bot_user))] == ["/start invite_1"]
        assert texts(await stand.state("roads"), "bot") == ["/start"]


BAD: list[tuple[str, str, dict[str, Any], str]] = [
    ("nobody", "write", {"text": "a"}, "Такого участника здесь нет. Обновите страницу."),
    ("zhkh", "dance", {}, "Такого действия здесь нет."),
    ("zhkh", "write", {"chat": "group", "text": "  "}, "Напишите хоть что-нибудь."),
    ("zhkh", "write", {"chat": "attic", "text": "a"}, "Такого чата здесь нет."),
    ("zhkh", "write", {"text": 5}, "Стенд не понял, что сделать. Обновите страницу."),
    ("zhkh", "write", {"text": "я" * 4097}, "Слишком длинно: здесь помещается не больше 4096 знаков."),
    ("zhkh", "reply", {"text": "a"}, "Не сказано, на какое сообщение вы отвечаете."),
    ("zhkh", "press", {"message": "1_1", "row": 0, "column": 0}, "Этого сообщения больше нет."),
    ("roads", "write", {"chat": "bot", "text": "a"}, "Сначала нажмите «Начать»: до этого бот вас не слышит."),
    ("zhkh", "comment", {"post": 1, "text": "a"}, "Во ВКонтакте пишет житель: выберите его."),
    ("citizen", "write", {"text": "a"}, "Этого участника нет в мессенджере: он пишет во ВКонтакте."),
    ("citizen", "comment", {"post": 999, "text": "a"}, "Этой записи больше нет."),
    ("citizen", "comment", {"post": True, "text": "a"}, "Стенд не понял, что сделать. Обновите страницу."),
    ("citizen", "sample", {"key": "weather"}, "Такой готовой жалобы нет."),
]


async def test_bad_acts_are_refused_in_words_and_change_nothing() -> None:
    async with a_stand() as stand:
        before = len(stand.town.telegram.messages(stand.group)), len(stand.town.vk.all_comments)
        answers = [(role, do, more, await stand.act(role, do, **more)) for role, do, more, _ in BAD]
        assert answers == [(role, do, more, (400, {"error": words})) for role, do, more, words in BAD]
        assert (len(stand.town.telegram.messages(stand.group)), len(stand.town.vk.all_comments)) == before


async def test_nobody_touches_what_is_not_his() -> None:
    async with a_stand() as stand:
        card = await stand.card()
        other = stand.town.vk.comment(stand.town.vk.add_person("Соседка"), stand.post, "И у нас")
        private = await stand.bot.send_message(stand.curator.id, "Только куратору")
        secret = f"{private.chat.id}_{private.message_id}"
        refusals = [
            await stand.act("zhkh", "edit", message=address(card), text="моё"),
            await stand.act("citizen", "delete_comment", comment=other.id),
            await stand.act("zhkh", "forward", message=secret),
            await stand.act("zhkh", "press", message=address(card), row=7, column=0),
        ]
        assert refusals == [
            (400, {"error": "Изменить можно только своё сообщение."}),
            (400, {"error": "Удалить можно только свой комментарий."}),
            (400, {"error": "Этого сообщения больше нет."}),
            (400, {"error": "Этой кнопки уже нет: сообщение изменилось."}),
        ]
        assert "Только куратору" in texts(await stand.state("curator"), "bot")


async def test_an_act_that_is_not_an_object_is_refused() -> None:
    async with a_stand() as stand:
        headers = {"Content-Type": "application/json"}
        async with stand.http.post(f"{stand.url}/api/act", data=b"[1]", headers=headers) as response:
            assert (response.status, await response.json()) == (400, {"error": "Стенд не понял, что сделать."})


async def step_done(stand: Stand) -> list[str]:
    return [step["key"] for step in (await stand.state("curator"))["guide"] if step["done"]]


async def test_the_guide_ticks_itself_off() -> None:
    async with a_stand() as stand:
        assert await step_done(stand) == []
        await stand.act("citizen", "comment", post=stand.post.id, text="Нет воды")
        card = await stand.card()
        await stand.act("roads", "press", message=address(card), row=1, column=0)
        assert await step_done(stand) == ["written"]
        await stand.act("zhkh", "press", message=address(card), row=0, column=0)
        await stand.bot.send_message(stand.group.id, "Готово")
        assert await step_done(stand) == ["written", "accepted"]
        stand.town.open_to_visitors()
        assert await step_done(stand) == []
