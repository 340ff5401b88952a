"""The press service on the page: it writes on the wall and in the channel in the office's name, and nobody else does.
Beside it what a visitor needs to try moderation: ready comments, and the steps of the guide about the office's own pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.page.samples import COMMENTS, SAMPLES
from sandbox.telegram.model import Chat, User
from tests.sandbox.page_town import PICTURE, Stand, a_stand
from tests.sandbox.test_page_acts import step_done


@asynccontextmanager
async def with_press() -> AsyncIterator[tuple[Stand, Chat]]:
    """The stand with a press service and the office's channel, whose administrator the bot is."""
    async with a_stand() as stand:
        stand.town.add_role("press", "Пресс-служба", None, stand.community.admin, kind="press")
        channel = stand.town.telegram.add_channel("Канал округа", owner=stand.curator, username="okrug_admin")
        stand.town.telegram.add_bot_to_channel(stand.bot_user, channel, by=stand.curator)
        yield stand, channel


async def test_it_posts_on_the_wall_in_the_communitys_name() -> None:
    async with with_press() as (stand, _):
        done = await stand.act_with("press", "wall_post", [("a.png", PICTURE)], text="  Мост открыт ")
        post = stand.town.vk.posts[-1]
        assert (done, post.author, post.text) == (
            {"done": True, "post": post.id, "comment": None}, stand.community, "Мост открыт",
        )  # fmt: skip
        assert [file.data for file in post.attachments] == [PICTURE]
        shown = (await stand.state("citizen"))["vk"]["posts"][0]
        assert (shown["text"], shown["author"]["name"], shown["author"]["kind"], shown["mine"]) == (
            "Мост открыт", "Администрация округа", "community", False,
        )  # fmt: skip


async def test_it_posts_in_the_channel_and_everybody_reads_it_there() -> None:
    async with with_press() as (stand, channel):
        for text in ("Мост открыт", "Ярмарка в субботу"):
            assert (await stand.act("press", "channel_post", text=text))[0] == 200
        said = stand.town.telegram.messages(channel)
        assert [message.text for message in said] == ["Мост открыт", "Ярмарка в субботу"]
        for role in ("press", "citizen", "curator"):
            shown = (await stand.state(role))["vk"]["channel"]
            assert (shown["title"], shown["address"]) == ("Канал округа", "t.me/okrug_admin")
            assert [(post["id"], post["text"]) for post in shown["posts"]] == [
                (said[1].place, "Ярмарка в субботу"),
                (said[0].place, "Мост открыт"),
            ]


async def test_it_comments_in_the_communitys_name_and_takes_back_only_its_own() -> None:
    async with with_press() as (stand, _):
        asked = stand.town.vk.comment(stand.citizen, stand.post, "Когда дадут воду?")
        _, made = await stand.act("press", "comment", post=stand.post.id, reply_to=asked.id, text="Сегодня к вечеру")
        answer = stand.town.vk.comments(stand.post)[-1]
        assert (answer.id, answer.author, answer.reply_to, answer.text) == (
            made["comment"], stand.community, asked, "Сегодня к вечеру",
        )  # fmt: skip
        refused = await stand.act("press", "delete_comment", comment=asked.id)
        assert refused == (400, {"error": "Удалить можно только свой комментарий."})
        assert (await stand.act("press", "delete_comment", comment=answer.id))[0] == 200
        assert stand.town.vk.comments(stand.post) == [asked]


async def test_what_is_not_the_press_services_is_refused_in_words_and_changes_nothing() -> None:
    async with with_press() as (stand, channel):
        citizens, its_own = "Во ВКонтакте пишет житель: выберите его.", "В канал пишет пресс-служба: выберите её."
        refused = [
            ("press", "message", {"text": "Здравствуйте"}, citizens),
            ("press", "sample", {}, citizens),
            ("press", "write", {"text": "В группу"}, "Этого участника нет в мессенджере: он пишет во ВКонтакте."),
            ("press", "channel_post", {"text": "  "}, "Напишите хоть что-нибудь."),
            ("press", "channel_post", {"text": "я" * 4097}, "Слишком длинно: здесь помещается не больше 4096 знаков."),
            ("citizen", "channel_post", {"text": "Моё"}, its_own),
            ("curator", "channel_post", {"text": "Моё"}, its_own),
            ("curator", "wall_post", {"text": "Моё"}, citizens),
        ]
        answers = [await stand.act(role, do, **more) for role, do, more, _ in refused]
        assert answers == [(400, {"error": words}) for *_, words in refused]
        assert (stand.town.telegram.messages(channel), stand.town.vk.posts) == ([], [stand.post])


async def test_without_a_channel_nothing_is_shown_and_nothing_is_posted() -> None:
    async with a_stand() as stand:
        stand.town.add_role("press", "Пресс-служба", None, stand.community.admin, kind="press")
        assert (await stand.state("press"))["vk"]["channel"] is None
        assert await stand.act("press", "channel_post", text="Новость") == (
            400, {"error": "В канал пишет пресс-служба: выберите её."},
        )  # fmt: skip


async def test_it_is_shown_the_page_as_the_community_without_anybodys_letters() -> None:
    async with with_press() as (stand, _):
        stand.town.vk.message(stand.citizen, stand.community, "Лично")
        vk = (await stand.state("press"))["vk"]
        assert (vk["press"], vk["me"]["name"], vk["messages"], vk["unread"]) == (True, "Администрация округа", [], 0)
        vk = (await stand.state("citizen"))["vk"]
        assert (vk["press"], [letter["text"] for letter in vk["messages"]]) == (False, ["Лично"])


async def test_a_document_in_the_channel_is_a_file_and_a_picture_is_seen() -> None:
    async with with_press() as (stand, channel):
        await stand.bot.send_photo(channel.id, photo=BufferedInputFile(PICTURE, "a.png"), caption="С фото")
        await stand.bot.send_document(channel.id, document=BufferedInputFile(b"%PDF-1.4", "Акт.pdf"))
        document, picture = (await stand.state("citizen"))["vk"]["channel"]["posts"]
        assert (picture["text"], len(picture["photos"]), picture["files"]) == ("С фото", 1, [])
        assert (document["photos"], [(file["name"], file["size"]) for file in document["files"]]) == (
            [], [("Акт.pdf", 8)],
        )  # fmt: skip


async def test_ready_comments_for_the_moderator_come_only_by_their_buttons() -> None:
    async with a_stand() as stand:
        buttons = (await stand.state("citizen"))["samples"]
        assert [one["key"] for one in buttons if one["comment"]] == [one.key for one in COMMENTS]
        assert [one["key"] for one in buttons if not one["comment"]] == [one.key for one in SAMPLES]
        for one in COMMENTS:
            assert (await stand.act("citizen", "sample", key=one.key))[0] == 200
        for _ in SAMPLES:
            await stand.act("citizen", "sample")
        written = [comment.text for comment in stand.town.vk.comments(stand.post)]
        assert written == [one.texts[0] for one in (*COMMENTS, *SAMPLES)]


async def asked(stand: Stand, person: User, caption: str) -> str:
    """The address of a private message of the bot's whose one button goes away once it is pressed."""
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=caption, callback_data="accept")]])
    sent = await stand.bot.send_message(person.id, "Решите", reply_markup=markup)
    return f"{sent.chat.id}_{sent.message_id}"


async def test_the_guide_ticks_off_the_heads_consent_and_the_editors_decisions() -> None:
    async with a_stand() as stand:
        people = {kind: stand.town.telegram.add_person(kind) for kind in ("head", "editor")}
        for kind, person in people.items():
            stand.town.telegram.start(person, stand.bot_user)
            stand.town.add_role(kind, kind, person, kind=kind)  # type: ignore[arg-type]
        steps = [
            ("head", "Согласовать", "page"),
            ("editor", "Да, удалить: спам", "moderated"),
            ("editor", "Сейчас", "material"),
        ]
        before = await asked(stand, people["editor"], "Согласовать")
        assert (await stand.act("editor", "press", chat="bot", message=before, row=0, column=0))[0] == 200
        assert await step_done(stand) == []
        for done, (kind, caption, _) in enumerate(steps, 1):
            message = await asked(stand, people[kind], caption)
            where = {one["key"]: (one["role"], one["chat"]) for one in (await stand.state("curator"))["guide"]}
            assert where[steps[done - 1][2]] == (kind, "bot")
            assert (await stand.act(kind, "press", chat="bot", message=message, row=0, column=0))[0] == 200
            assert await step_done(stand) == [key for _, _, key in steps[:done]]
