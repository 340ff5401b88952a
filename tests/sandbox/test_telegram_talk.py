"""Messages both ways through aiogram: what people do becomes updates, what the bot says stands in the chat."""

import pytest
from aiogram import Bot
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MessageOriginChannel,
    MessageOriginHiddenUser,
    MessageOriginUser,
    ReplyParameters,
)

from sandbox.telegram import Entity
from sandbox.telegram.model import GROUP_ANONYMOUS_BOT_ID
from tests.sandbox.telegram_town import an_office


def keyboard(*captions: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=c, callback_data=f"do:{c}")] for c in captions]
    )


async def test_the_bot_knows_itself() -> None:
    async with an_office() as office:
        me = await office.bot.get_me()
        assert (me.id, me.username, me.is_bot, me.can_read_all_group_messages) == (
            700001,
            "dezhurny_bot",
            True,
            False,
        )


async def test_a_card_is_sent_pressed_answered_and_edited() -> None:
    async with an_office() as office:
        sent = await office.bot.send_message(
            office.group.id,
            "<b>№ 17</b> Нет воды",
            reply_markup=keyboard("✅ Принять", "Вернуть"),
            disable_notification=True,
        )
        [*_, card] = office.world.messages(office.group)
        assert (card.id, card.text, card.entities, card.silent) == (
            sent.message_id,
            "№ 17 Нет воды",
            [Entity("bold", 0, 4)],
            True,
        )
        press = office.world.press(office.boris, card, "Принять")
        [update] = await office.hears()
        query = update.callback_query
        assert query is not None
        assert query.message is not None
        assert (query.data, query.from_user.id, query.message.message_id) == (
            "do:✅ Принять",
            office.boris.id,
            card.id,
        )
        assert await office.bot.answer_callback_query(query.id, text="Принято", show_alert=True) is True
        assert (press.answered, press.toast, press.alert) == (True, "Принято", True)
        edited = await office.bot.edit_message_text("№ 17 в работе", chat_id=office.group.id, message_id=card.id)
        assert (card.text, card.buttons, card.edited) == ("№ 17 в работе", [], office.clock.now())
        assert not isinstance(edited, bool)
        assert edited.edit_date is not None


async def test_a_button_is_found_by_the_end_of_its_caption() -> None:
    async with an_office() as office:
        link = InlineKeyboardButton(text="Открыть", url="https://vk.com/wall-1_2")
        markup = keyboard("✅ Принять", "Не Принять")
        markup.inline_keyboard.append([link])
        await office.bot.send_message(office.group.id, "карточка", reply_markup=markup)
        [*_, card] = office.world.messages(office.group)
        assert office.world.press(office.boris, card, "✅ Принять").data == "do:✅ Принять"
        for caption in ("Закрыть", "Принять", "Открыть"):
            with pytest.raises(LookupError):
                office.world.press(office.boris, card, caption)


async def test_a_reply_carries_the_message_it_answers_one_level_deep() -> None:
    async with an_office() as office:
        first = office.world.write(office.anna, office.group, "раз")
        second = office.world.write(office.boris, office.group, "два", reply_to=first)
        office.world.write(office.anna, office.group, "три", reply_to=second)
        third = (await office.hears())[2].message
        assert third is not None
        assert third.reply_to_message is not None
        assert third.reply_to_message.message_id == second.id
        assert third.reply_to_message.reply_to_message is None


async def test_the_bot_replies_in_the_same_chat_and_across_chats() -> None:
    async with an_office() as office:
        question = office.world.write(office.boris, office.group, "вопрос")
        near = await office.bot.send_message(
            office.group.id, "ответ", reply_parameters=ReplyParameters(message_id=question.id)
        )
        assert near.reply_to_message is not None
        assert near.reply_to_message.message_id == question.id
        office.world.start(office.boris, office.bot_user)
        far = await office.bot.send_message(
            office.boris.id,
            "ответ лично",
            reply_parameters=ReplyParameters(message_id=question.id, chat_id=office.group.id),
        )
        assert far.reply_to_message is None
        assert far.external_reply is not None
        assert far.external_reply.chat is not None
        assert (far.external_reply.chat.id, far.external_reply.message_id) == (office.group.id, question.id)


async def test_an_album_is_one_update_an_item_with_one_group_id() -> None:
    async with an_office() as office:
        office.world.send_album(office.boris, office.group, [b"one", b"two", b"three"], caption="Яма")
        messages = [update.message for update in await office.hears()]
        assert [m.caption for m in messages if m is not None] == ["Яма", None, None]
        assert len({m.media_group_id for m in messages if m is not None}) == 1
        assert messages[0] is not None
        assert messages[0].media_group_id is not None


async def test_the_bot_sends_an_album_with_uploads_and_a_known_file() -> None:
    async with an_office() as office:
        known = office.world.write(office.boris, office.group, photo=b"known")
        assert known.media is not None
        assert known.media.file is not None
        media = [
            InputMediaPhoto(media=BufferedInputFile(b"new", "n.jpg"), caption="<i>Ответ</i>"),
            InputMediaPhoto(media=known.media.file.file_id),
        ]
        sent = await office.bot.send_media_group(office.group.id, media)
        last = office.world.messages(office.group)[-2:]
        assert [m.message_id for m in sent] == [m.id for m in last]
        assert [m.media.data for m in last if m.media is not None] == [b"new", b"known"]
        assert [m.text for m in last] == ["Ответ", ""]
        mixed = [media[0], InputMediaDocument(media=BufferedInputFile(b"pdf", "a.pdf"))]
        with pytest.raises(Exception, match="can't be mixed"):
            await office.bot.send_media_group(office.group.id, mixed)


async def test_files_go_both_ways() -> None:
    async with an_office() as office:
        office.world.write(office.boris, office.group, "акт", document=("акт.pdf", b"%PDF-1"))
        [update] = await office.hears()
        assert update.message is not None
        document = update.message.document
        assert document is not None
        assert (document.file_name, document.file_size, update.message.caption) == ("акт.pdf", 6, "акт")
        got = await office.bot.download(document)
        assert got is not None
        assert got.read() == b"%PDF-1"
        back = await office.bot.send_document(
            office.group.id, BufferedInputFile(b"\x00\xffdata", "ответ.docx"), caption="готово"
        )
        assert back.document is not None
        assert back.document.file_name == "ответ.docx"
        media = office.world.messages(office.group)[-1].media
        assert media is not None
        assert media.data == b"\x00\xffdata"


async def test_every_kind_of_attachment_parses() -> None:
    async with an_office() as office:
        world = office.world
        world.write(office.boris, office.group, photo=b"p")
        world.write(office.boris, office.group, video=b"v")
        world.write(office.boris, office.group, voice=b"a")
        world.write(office.boris, office.group, sticker="😀")
        world.write(office.boris, office.group, location=(44.5, 43.1))
        kinds = [u.message.content_type for u in await office.hears() if u.message is not None]
        assert kinds == ["photo", "video", "voice", "sticker", "location"]


async def test_edits_are_heard_also_when_nothing_changed() -> None:
    async with an_office() as office:
        message = office.world.write(office.boris, office.group, "было")
        office.world.edit(office.boris, message, "стало")
        office.world.edit(office.boris, message, "стало")
        updates = await office.hears()
        assert [u.event_type for u in updates] == ["message", "edited_message", "edited_message"]
        assert [u.edited_message.text for u in updates[1:] if u.edited_message] == ["стало", "стало"]


async def test_forwards_say_where_they_come_from() -> None:
    async with an_office() as office:
        world = office.world
        world.start(office.boris, office.bot_user)
        shy = world.add_person("Житель", hides_forwards=True)
        world.join(shy, office.group)
        await office.hears()
        open_message = world.write(office.anna, office.group, "открыто")
        shy_message = world.write(shy, office.group, "скрыто")
        await office.hears()
        world.forward(office.boris, open_message, to=office.bot_user)
        world.forward(office.boris, shy_message, to=office.bot_user)
        world.forward_foreign(
            office.boris,
            to=office.bot_user,
            text="Нет света",
            origin_title="Подслушано",
            origin_username="podslushano",
            message_id=77,
        )
        origins = [u.message.forward_origin for u in await office.hears() if u.message is not None]
        assert isinstance(origins[0], MessageOriginUser)
        assert origins[0].sender_user.id == office.anna.id
        assert isinstance(origins[1], MessageOriginHiddenUser)
        assert origins[1].sender_user_name == "Житель"
        assert isinstance(origins[2], MessageOriginChannel)
        assert (origins[2].chat.username, origins[2].message_id) == ("podslushano", 77)


async def test_copies_and_forwards_by_the_bot() -> None:
    async with an_office() as office:
        source = office.world.write(office.boris, office.group, "<текст> жителя")
        copied = await office.bot.copy_message(office.group.id, office.group.id, source.id)
        forwarded = await office.bot.forward_message(office.group.id, office.group.id, source.id)
        copy, forward = office.world.messages(office.group)[-2:]
        assert (copied.message_id, copy.text, copy.forward) == (copy.id, "<текст> жителя", None)
        assert forwarded.message_id == forward.id
        assert forward.forward is not None
        assert forward.forward.user is office.boris


async def test_an_anonymous_administrator_writes_as_the_group_and_presses_as_a_person() -> None:
    async with an_office() as office:
        office.world.promote(office.boris, office.group, anonymous=True)
        sent = await office.bot.send_message(office.group.id, "карточка", reply_markup=keyboard("Принять"))
        card = office.world.messages(office.group)[-1]
        office.world.write(office.boris, office.group, "проект ответа", reply_to=card)
        office.world.press(office.boris, card, "Принять")
        written, pressed = await office.hears()
        assert written.message is not None
        assert written.message.from_user is not None
        assert written.message.sender_chat is not None
        assert written.message.from_user.id == GROUP_ANONYMOUS_BOT_ID
        assert written.message.sender_chat.id == office.group.id
        assert pressed.callback_query is not None
        assert pressed.callback_query.from_user.id == office.boris.id
        assert sent.message_id == card.id


async def test_links_mentions_and_previews_are_found_in_what_the_bot_says() -> None:
    async with an_office() as office:
        await office.bot.send_message(office.group.id, "см. example.com и @anna")
        await office.bot.send_message(office.group.id, "см. example.com", link_preview_options={"is_disabled": True})
        await office.bot.send_message(office.group.id, "см. <code>example.com @anna</code>")
        await office.bot.send_message(office.group.id, f'<a href="tg://user?id={office.anna.id}">Анна</a>')
        await office.bot.send_message(office.group.id, '<a href="tg://user?id=42">Никто</a>')
        said = office.world.messages(office.group)[-5:]
        assert [m.links for m in said] == [["example.com"], ["example.com"], [], [], []]
        assert [m.pings for m in said] == [["@anna"], [], [], [f"tg://user?id={office.anna.id}"], []]
        assert [m.link_preview for m in said] == [True, False, False, False, False]


async def test_two_bots_have_two_private_chats_with_one_person() -> None:
    async with an_office() as office:
        other = office.world.add_bot(token="700002:BB", name="Второй", username="second_bot")
        office.world.start(office.boris, office.bot_user)
        office.world.start(office.boris, other, payload="x-1_")
        client: Bot = office.client("700002:BB")
        try:
            [update] = await client.get_updates()
            assert update.message is not None
            assert update.message.text == "/start x-1_"
            await client.send_message(office.boris.id, "от второго")
        finally:
            await client.session.close()
        assert [m.text for m in office.world.messages((office.boris, office.bot_user))] == ["/start"]
        assert [m.text for m in office.world.messages((office.boris, other))] == ["/start x-1_", "от второго"]


async def test_those_who_watch_see_everything_in_order() -> None:
    async with an_office() as office:
        seen: list[tuple[int, str]] = []
        stop = office.world.subscribe(lambda event: seen.append((event.seq, event.kind)))
        sent = await office.bot.send_message(office.group.id, "карточка", reply_markup=keyboard("Принять"))
        card = office.world.messages(office.group)[-1]
        press = office.world.press(office.boris, card, "Принять")
        await office.bot.answer_callback_query(press.id)
        await office.bot.edit_message_text("иначе", chat_id=office.group.id, message_id=sent.message_id)
        await office.bot.delete_message(office.group.id, sent.message_id)
        stop()
        office.world.write(office.boris, office.group, "этого уже не видно")
        kinds = ["message_new", "pressed", "toast", "message_edited", "message_deleted"]
        assert [kind for _, kind in seen] == kinds
        assert [number - seen[0][0] for number, _ in seen] == [0, 1, 2, 3, 4]
