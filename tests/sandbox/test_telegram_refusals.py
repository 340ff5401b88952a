"""What Telegram refuses, in its own words, seen through aiogram."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetGameHighScores
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReactionTypeEmoji,
    ReplyParameters,
)

from tests.sandbox.telegram_town import Office, an_office

Act = Callable[[Office], Awaitable[object]]


def one(button: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def say(text: str, **how: object) -> Act:
    return lambda office: office.bot.send_message(office.group.id, text, **how)


def button(**kind: object) -> Act:
    return say("x", reply_markup=one(InlineKeyboardButton(text="кнопка", **kind)))


REFUSED: list[tuple[Act, str]] = [
    (button(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
    (button(url="не адрес"), "inline keyboard button URL 'не адрес' is invalid: Wrong HTTP URL"),
    (button(copy_text=CopyTextButton(text="ы" * 257)), "BUTTON_COPY_TEXT_INVALID"),
    (button(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    (button(callback_data="a", style="blue"), "can't parse inline keyboard button: invalid button style specified"),
    (say("ы" * 4097), "message is too long"),
    (say("😀" * 2049), "message is too long"),
    (say(""), "message text is empty"),
    (say(" \n "), "text must be non-empty"),
    (say("<b> </b>"), "text must be non-empty"),
    (say("<script>"), 'can\'t parse entities: Unsupported start tag "script" at byte offset 0'),
    (say("мы <3"), "can't parse entities: Unclosed start tag at byte offset 5"),
    (say("мы <3 вас"), 'can\'t parse entities: Unsupported start tag "3" at byte offset 5'),
    (say("<b>жирно"), "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    (
        say("<b><i>х</b></i>"),
        'can\'t parse entities: Unmatched end tag at byte offset 8, expected "</i>", found "</b>"',
    ),
    (say("х", parse_mode="MarkdownV2"), "unsupported parse_mode"),
    (say("х", reply_parameters=ReplyParameters(message_id=999)), "message to be replied not found"),
    (
        lambda o: o.bot.send_photo(o.group.id, BufferedInputFile(b"p", "p.jpg"), caption="ы" * 1025),
        "message caption is too long",
    ),
    (lambda o: o.bot.send_photo(o.group.id, "нет такого"), "wrong file identifier/HTTP URL specified"),
    (
        lambda o: o.bot.send_media_group(
            o.group.id, [InputMediaPhoto(media=BufferedInputFile(b"p", "p.jpg")) for _ in range(11)]
        ),
        "too many messages to send as an album",
    ),
    (lambda o: o.bot.send_message(-100999, "х"), "chat not found"),
    (lambda o: o.bot.send_message(424242, "х"), "chat not found"),
    (lambda o: o.bot.edit_message_text("х", chat_id=o.group.id, message_id=999), "message to edit not found"),
    (lambda o: o.bot.delete_message(o.group.id, 999), "message to delete not found"),
    (lambda o: o.bot.copy_message(o.group.id, o.group.id, 999), "message to copy not found"),
    (lambda o: o.bot.get_file("нет"), "invalid file_id"),
    (lambda o: o.bot.get_chat_member(o.group.id, 424242), "PARTICIPANT_ID_INVALID"),
    (
        lambda o: o.bot.answer_callback_query("1"),
        "query is too old and response timeout expired or query ID is invalid",
    ),
    (lambda o: o.bot.set_my_commands([BotCommand(command="Помощь", description="д")]), "BOT_COMMAND_INVALID"),
    (
        lambda o: o.bot.set_my_commands([], scope=BotCommandScopeChat(chat_id=-100999)),
        "chat not found",
    ),
    (lambda o: o.bot.send_chat_action(o.group.id, "dancing"), "wrong parameter action in request"),
]


@pytest.mark.parametrize(("act", "words"), REFUSED, ids=[words[:40] for _, words in REFUSED])
async def test_refused_with_400_and_nothing_is_said(act: Act, words: str) -> None:
    async with an_office() as office:
        before = office.world.messages(office.group)
        with pytest.raises(TelegramBadRequest) as refused:
            await act(office)
        assert refused.value.message == f"Bad Request: {words}"
        assert office.world.messages(office.group) == before
        assert [call.error_code for call in office.world.calls] == [400]


async def test_what_is_just_within_the_limits_goes() -> None:
    async with an_office() as office:
        await office.bot.send_message(office.group.id, "<b>" + "ы" * 4096 + "</b>")
        await office.bot.send_message(office.group.id, "😀" * 2048)
        await button(callback_data="я" * 32)(office)
        await button(copy_text=CopyTextButton(text="ы" * 256), style="success")(office)
        await button(url=f"tg://user?id={office.boris.id}")(office)
        said = office.world.messages(office.group)[-5:]
        assert [len(m.text) for m in said] == [4096, 2048, 1, 1, 1]
        assert said[3].buttons[0][0].style == "success"


async def test_a_missing_message_to_reply_to_may_be_forgiven() -> None:
    async with an_office() as office:
        lenient = ReplyParameters(message_id=999, allow_sending_without_reply=True)
        sent = await office.bot.send_message(office.group.id, "х", reply_parameters=lenient)
        assert sent.reply_to_message is None


async def test_an_edit_that_changes_nothing() -> None:
    async with an_office() as office:
        markup = one(InlineKeyboardButton(text="Принять", callback_data="a"))
        sent = await office.bot.send_message(office.group.id, "<b>х</b>", reply_markup=markup)
        where = {"chat_id": office.group.id, "message_id": sent.message_id}
        with pytest.raises(TelegramBadRequest) as refused:
            await office.bot.edit_message_text("<strong>х</strong> ", reply_markup=markup, **where)
        assert refused.value.message == (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message"
        )
        with pytest.raises(TelegramBadRequest, match="message is not modified"):
            await office.bot.edit_message_reply_markup(reply_markup=markup, **where)
        await office.bot.edit_message_text("х", reply_markup=markup, **where)
        with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
            await office.bot.edit_message_caption(caption="х", **where)


async def test_only_its_own_messages_can_be_edited_and_those_at_any_age() -> None:
    async with an_office() as office:
        theirs = office.world.write(office.boris, office.group, "моё")
        with pytest.raises(TelegramBadRequest) as refused:
            await office.bot.edit_message_text("х", chat_id=office.group.id, message_id=theirs.id)
        assert refused.value.message == "Bad Request: message can't be edited"
        sent = await office.bot.send_message(office.group.id, "старое")
        office.clock.advance(timedelta(days=30))
        await office.bot.edit_message_text("новое", chat_id=office.group.id, message_id=sent.message_id)
        assert office.world.messages(office.group)[-1].text == "новое"


async def test_what_a_bot_may_delete() -> None:
    async with an_office(admin=False) as office:
        theirs = office.world.write(office.boris, office.group, "моё")
        with pytest.raises(TelegramBadRequest, match=r"message can't be deleted$"):
            await office.bot.delete_message(office.group.id, theirs.id)
        office.world.start(office.boris, office.bot_user)
        own = await office.bot.send_message(office.boris.id, "лично")
        office.clock.advance(timedelta(hours=48))
        with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
            await office.bot.delete_message(office.boris.id, own.message_id)
        office.world.promote(office.bot_user, office.group)
        assert await office.bot.delete_message(office.group.id, theirs.id) is True
        assert theirs not in office.world.messages(office.group)


async def test_pinning_needs_an_administrator() -> None:
    async with an_office(admin=False) as office:
        sent = await office.bot.send_message(office.group.id, "список")
        with pytest.raises(TelegramBadRequest, match="not enough rights to manage pinned messages in the chat"):
            await office.bot.pin_chat_message(office.group.id, sent.message_id)
        office.world.promote(office.bot_user, office.group)
        await office.hears()
        await office.bot.pin_chat_message(office.group.id, sent.message_id)
        [update] = await office.hears()
        assert update.message is not None
        assert update.message.pinned_message is not None
        assert update.message.pinned_message.message_id == sent.message_id
        assert [m.id for m in office.world.messages(office.group) if m.pinned] == [sent.message_id]
        await office.bot.unpin_chat_message(office.group.id)
        assert [m.id for m in office.world.messages(office.group) if m.pinned] == []


async def test_an_answer_to_a_press_comes_in_time_once_and_short() -> None:
    async with an_office() as office:
        await say("х", reply_markup=one(InlineKeyboardButton(text="Принять", callback_data="a")))(office)
        card = office.world.messages(office.group)[-1]
        press = office.world.press(office.boris, card, "Принять")
        with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
            await office.bot.answer_callback_query(press.id, text="ы" * 201)
        assert (press.answered, press.toast) == (False, None)
        office.clock.advance(timedelta(seconds=15))
        await office.bot.answer_callback_query(press.id, text="ы" * 200)
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await office.bot.answer_callback_query(press.id, text="ещё раз")
        late = office.world.press(office.boris, card, "Принять")
        office.clock.advance(timedelta(seconds=16))
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await office.bot.answer_callback_query(late.id)
        assert (press.toast, late.toast) == ("ы" * 200, None)


async def test_persons_who_cannot_be_written_to() -> None:
    async with an_office() as office:
        with pytest.raises(TelegramForbiddenError) as refused:
            await office.bot.send_message(office.boris.id, "х")
        assert refused.value.message == "Forbidden: bot can't initiate conversation with a user"
        office.world.start(office.boris, office.bot_user)
        await office.bot.send_message(office.boris.id, "х")
        office.world.block(office.boris, office.bot_user)
        with pytest.raises(TelegramForbiddenError) as refused:
            await office.bot.send_message(office.boris.id, "х")
        assert refused.value.message == "Forbidden: bot was blocked by the user"
        office.world.start(office.boris, office.bot_user)
        await office.bot.send_message(office.boris.id, "х")


@pytest.mark.parametrize(("basic", "kind"), [(True, "group"), (False, "supergroup")])
async def test_groups_that_threw_the_bot_out(basic: bool, kind: str) -> None:
    async with an_office(basic=basic) as office:
        office.world.kick(office.bot_user, office.group, by=office.anna)
        with pytest.raises(TelegramForbiddenError) as refused:
            await office.bot.send_message(office.group.id, "х")
        assert refused.value.message == f"Forbidden: bot was kicked from the {kind} chat"
        office.world.add_bot_to_group(office.bot_user, office.group, by=office.anna)
        assert await office.bot.leave_chat(office.group.id) is True
        with pytest.raises(TelegramForbiddenError) as refused:
            await office.bot.send_message(office.group.id, "х")
        assert refused.value.message == f"Forbidden: bot is not a member of the {kind} chat"


async def test_a_group_that_became_a_supergroup() -> None:
    async with an_office(basic=True) as office:
        markup = one(InlineKeyboardButton(text="Принять", callback_data="a"))
        sent = await office.bot.send_message(office.group.id, "карточка", reply_markup=markup)
        new = office.world.migrate(office.group)
        with pytest.raises(TelegramMigrateToChat) as moved:
            await office.bot.send_message(office.group.id, "х")
        assert moved.value.migrate_to_chat_id == new.id
        assert [u.message.migrate_to_chat_id for u in (await office.hears()) if u.message] == [new.id, None]
        await office.bot.edit_message_text(
            "старая карточка", chat_id=office.group.id, message_id=sent.message_id, reply_markup=markup
        )
        office.world.press(office.boris, office.world.messages(office.group)[-2], "Принять")
        [update] = await office.hears()
        assert update.callback_query is not None
        assert update.callback_query.message is not None
        assert update.callback_query.message.chat.id == office.group.id
        first = await office.bot.send_message(new.id, "здесь")
        assert (new.type, first.message_id) == ("supergroup", 2)
        admins = await office.bot.get_chat_administrators(new.id)
        assert {a.user.id for a in admins} == {office.anna.id, office.bot_user.id}


async def test_a_file_over_twenty_megabytes_cannot_be_fetched() -> None:
    async with an_office() as office:
        just = office.world.write(office.boris, office.group, document=("a.zip", b"0" * (20 * 1024 * 1024)))
        over = office.world.write(office.boris, office.group, document=("b.zip", b"0" * (20 * 1024 * 1024 + 1)))
        assert just.media is not None
        assert over.media is not None
        assert just.media.file is not None
        assert over.media.file is not None
        assert (await office.bot.get_file(just.media.file.file_id)).file_size == 20 * 1024 * 1024
        with pytest.raises(TelegramBadRequest) as refused:
            await office.bot.get_file(over.media.file.file_id)
        assert refused.value.message == "Bad Request: file is too big"


async def test_unknown_methods_and_strangers() -> None:
    async with an_office() as office:
        with pytest.raises(TelegramNotFound) as missing:
            await office.bot(GetGameHighScores(user_id=1))
        assert missing.value.message == "Not Found: method not found"
        stranger: Bot = office.client("700001:AAother")
        try:
            with pytest.raises(TelegramUnauthorizedError) as refused:
                await stranger.get_me()
            assert refused.value.message == "Unauthorized"
        finally:
            await stranger.session.close()


async def test_reactions_are_one_of_telegrams_own() -> None:
    async with an_office() as office:
        message = office.world.write(office.boris, office.group, "сделано")
        await office.bot.set_message_reaction(office.group.id, message.id, [ReactionTypeEmoji(emoji="👍")])
        assert message.reactions == {office.bot_user.id: ["👍"]}
        with pytest.raises(TelegramAPIError, match="REACTION_INVALID"):
            await office.bot.set_message_reaction(office.group.id, message.id, [ReactionTypeEmoji(emoji="🚰")])
        await office.bot.set_message_reaction(office.group.id, message.id, [])
        assert message.reactions == {office.bot_user.id: []}


async def test_commands_are_kept_by_scope() -> None:
    async with an_office() as office:
        scope = BotCommandScopeChat(chat_id=office.group.id)
        await office.bot.set_my_commands([BotCommand(command="help", description="Помощь")], scope=scope)
        assert [c.command for c in await office.bot.get_my_commands(scope=scope)] == ["help"]
        assert await office.bot.get_my_commands() == []
        await office.bot.delete_my_commands(scope=scope)
        assert await office.bot.get_my_commands(scope=scope) == []
