"""Citizens in the office's messenger: comments under the posts of the head's channel, and private messages where the office
takes them. In Telegram comments are messages of a discussion group, in MAX they stand under their post.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.demo.play import photo
from bot.people.menus import menus
from config.texts import Texts
from tests.stories.building import MESSENGER
from tests.stories.channels_of import IN_MAX, in_file, opened, post_in
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.town import Person, Town
from workflow.case import State
from workflow.regulation import Source

DISCUSSION = -1001234500077
IN_TELEGRAM = {"networks": f"  telegram: {{channel: glava_okruga, discussion: {DISCUSSION}}}\n"}
SQUARE = in_file("glava_okruga") or IN_TELEGRAM
IN_A_GROUP = pytest.mark.telegrams_own("a discussion group has messages of every kind; a comment in MAX is text alone")
PRIVATE = {
    "networks": "  telegram: {private: true}\n",
    "settings": "formal_appeals: Рощино, ул. Мира 1, https://okrug.example/priem\n",
}
RECEIPT = "Здравствуйте. Ваше сообщение получили, передали специалистам. Ответим здесь."
NOTICE = (
    "Администрация Курского муниципального округа хранит ваше сообщение, приложенные файлы, имя и номер учётной записи, чтобы "
    "ответить вам; через 365 дней после того, как вопрос закрыт, слова, имя и файлы стираются из рабочей базы. Чтобы узнать, что "
    "хранится, или попросить стереть, напишите сюда: Рощино, ул. Мира 1, https://okrug.example/priem."
)

TownWith = Callable[..., Awaitable[Town]]


@dataclass
class Square:
    """The head's channel with its discussion group (in MAX, the channel itself), the bot an administrator there, one post."""

    town: Town
    channel: Any
    group: Any
    post: Any

    @classmethod
    async def of(cls, town: Town) -> Square:
        telegram: Any = town.players.town.telegram
        if IN_MAX:
            channel = group = opened(town, "Глава округа", "glava_okruga")
            head = next(member.user for member in channel.members.values() if member.is_creator)
        else:
            head = telegram.add_person("Глава")
            group = telegram.add_group("Обсуждение", owner=head, id=DISCUSSION)
            channel = telegram.add_channel("Глава округа", owner=head, username="glava_okruga", discussion=group)
            telegram.add_bot_to_group(town.players.bot, group, by=head)
        post = telegram.publish(head, channel, "График приёма граждан")
        await town.settles()
        return cls(town, channel, group, post)

    async def comments(self, person: Person, text: str, to: Any = None) -> Any:
        telegram: Any = self.town.players.town.telegram
        telegram.join(person.user, self.group)
        if IN_MAX:
            sent = telegram.comment(person.user, self.post, text, reply_to=to if to is not self.post else None)
        else:
            sent = telegram.write(person.user, self.group, text, reply_to=to or self.post)
        await self.town.settles()
        return sent

    def answers(self, to: Any) -> list[Any]:
        return [m for m in self._there() if m.sender is self.town.players.bot and m.reply_to is to]

    def said(self) -> list[str]:
        return [m.text for m in self._there() if m.sender.id == self.town.players.bot.id]

    def _there(self) -> list[Any]:
        telegram: Any = self.town.players.town.telegram
        return list(telegram.comments(self.post) if IN_MAX else telegram.messages(self.group))

    def link_to(self, comment: Any) -> str:
        """In MAX a comment has no address of its own."""
        return post_in("glava_okruga", self.post.id) if IN_MAX else f"https://t.me/glava_okruga/1?comment={comment.id}"


async def answered(town: Town, first: str = "Третий день") -> None:
    """The case goes its whole way; the answer is on its way to the network."""
    await town.curator.presses("ЖКХ", town.curator.sees(first))
    await town.zhkh.replies(town.card(), DRAFT)
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)


def posted(town: Town) -> None:
    town.curator.can_see("азмещено")


# --- comments ----------------------------------------------------------------------------------------------------------


async def test_iz_1_a_comment_under_the_heads_post_becomes_a_case_and_its_answer_stands_under_it(
    town_with: TownWith,
) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    zhitel = town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, COMPLAINT)
    appeal = (await town.case()).appeal
    assert (appeal.source, appeal.network, appeal.kind, appeal.text, appeal.author, appeal.author_ref) == (
        Source.MAX if IN_MAX else Source.TELEGRAM,
        MESSENGER,
        "comment",
        COMPLAINT,
        "Житель",
        str(zhitel.user.id),
    )
    assert appeal.ref == f"{square.group.id}:{comment.id}" + (f"/{square.post.id}" if IN_MAX else "")
    assert appeal.link == square.link_to(comment)
    await answered(town)
    posted(town)
    assert [answer.text for answer in square.answers(comment)] == [DRAFT]
    assert square.said() == [DRAFT]
    assert (await town.case()).state is State.CLOSED
    town.zhkh.sees("№ 1 · передано вам")


async def test_a_reply_within_the_thread_is_a_comment_too(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    first, second = town.newcomer("first", "Житель"), town.newcomer("second", "Соседка")
    one = await square.comments(first, COMPLAINT)
    town.curator.sees("Третий день")
    await square.comments(second, "А на Садовой яма у школы, машины объезжают", to=one)
    town.curator.sees("А на Садовой")
    assert (await town.case(2)).appeal.author == "Соседка"


@IN_A_GROUP
async def test_a_sticker_alone_waits_in_the_list_and_a_picture_gets_its_caption_later(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    zhitel, telegram = town.newcomer("zhitel", "Житель"), town.players.town.telegram
    telegram.join(zhitel.user, square.group)
    telegram.write(zhitel.user, square.group, "", reply_to=square.post, sticker="👍")
    await town.settles()
    assert await town.cases() == 0
    await town.curator.writes("/seen")
    town.curator.sees("без слов: стикер")
    picture = telegram.write(zhitel.user, square.group, "", reply_to=square.post, photo=photo(120))
    await town.settles()
    assert "без текста: фото" in town.curator.sees("Новое сообщение № 1").text
    telegram.edit(zhitel.user, picture, COMPLAINT)
    await town.settles()
    assert (await town.case()).suggested == "zhkh"


async def test_what_the_author_says_under_our_answer_goes_to_his_case(town_with: TownWith) -> None:
    town = await town_with(**SQUARE, regulation="moskalensky")
    square = await Square.of(town)
    zhitel = town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, COMPLAINT)
    town.curator.sees("Третий день")
    await square.comments(zhitel, "Дом 5, второй подъезд", to=comment)
    town.curator.sees("Дом 5")
    assert await town.cases() == 1
    assert [reply.text for reply in (await town.case()).replies] == ["Дом 5, второй подъезд"]


@IN_A_GROUP
async def test_what_is_no_comment_of_a_citizen_is_none_of_our_business(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    telegram = town.players.town.telegram
    zhitel = town.newcomer("zhitel", "Житель")
    telegram.join(zhitel.user, square.group)
    telegram.write(zhitel.user, square.group, COMPLAINT)
    await square.comments(town.zhkh, COMPLAINT)
    await square.comments(town.curator, COMPLAINT)
    await square.comments(zhitel, "/open")
    telegram.promote(zhitel.user, square.group, anonymous=True)
    await square.comments(zhitel, COMPLAINT)
    assert await town.cases() == 0
    assert square.said() == []
    assert "Третий день" not in await town.everything_kept()


@IN_A_GROUP
async def test_a_comment_in_the_name_of_a_channel_is_its_owners(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    telegram = town.players.town.telegram
    zhitel = town.newcomer("zhitel", "Житель")
    telegram.join(zhitel.user, square.group)
    own = telegram.add_channel("Рощино сегодня", owner=zhitel.user)
    telegram.write_as(zhitel.user, own, square.post, COMPLAINT)
    await town.settles()
    town.curator.sees("Третий день")
    appeal = (await town.case()).appeal
    assert (appeal.author, appeal.author_ref) == ("Рощино сегодня", str(own.id))


async def test_a_comment_its_author_deleted_is_not_answered_into_the_group(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    zhitel = town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, COMPLAINT)
    town.players.town.telegram.delete(zhitel.user, comment)
    await answered(town)
    town.curator.sees("удалены либо скрыты")
    assert square.said() == []
    assert (await town.case()).state is State.NOT_POSTED
    town.zhkh.sees("№ 1 · передано вам")


@pytest.mark.telegrams_own("a bot cannot look; in MAX: test_citizens_in_max")
async def test_a_doubtful_end_is_never_repeated_the_curator_looks(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    square = await Square.of(town)
    comment = await square.comments(town.newcomer("zhitel", "Житель"), COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await town.zhkh.replies(town.card(), DRAFT)
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    await town.curator.presses("Согласовать")
    town.players.town.telegram.faults.add("reset_after", "sendMessage", chat=DISCUSSION)
    await town.waits(seconds=31)
    await town.waits(minutes=16)
    town.curator.sees("не видно, дошёл ли он")
    assert [answer.text for answer in square.answers(comment)] == [DRAFT]
    town.zhkh.sees("№ 1 · передано вам")


@IN_A_GROUP
async def test_without_the_setting_the_group_is_a_strangers(town_with: TownWith) -> None:
    town = await town_with()
    square = await Square.of(town)
    await square.comments(town.newcomer("zhitel", "Житель"), COMPLAINT)
    assert await town.cases() == 0
    assert [words[:24] for words in square.said()] == ["Рабочая группа уже есть,"]


# --- private messages --------------------------------------------------------------------------------------------------


async def writes(town: Town, text: str, *, picture: bytes | None = None) -> Person:
    zhitel = town.newcomer("zhitel", "Житель") if "zhitel" not in town.players.people else town.person("zhitel")
    telegram = town.players.town.telegram
    if telegram.private_of(zhitel.user, town.players.bot) is None:
        telegram.start(zhitel.user, town.players.bot)
        await town.settles()
        zhitel.sees("Здравствуйте. Напишите сюда, что случилось и где")
    await zhitel.writes(text, photo=picture)
    return zhitel


async def test_a_private_message_gets_a_receipt_and_later_the_answer(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    zhitel = await writes(town, COMPLAINT)
    assert zhitel.sees("получили").text.partition("\n")[0] == RECEIPT
    case = await town.case()
    assert (case.appeal.kind, case.appeal.network, case.appeal.text) == ("message", MESSENGER, COMPLAINT)
    await answered(town)
    posted(town)
    answer = zhitel.sees(DRAFT)
    assert (answer.text, answer.buttons, answer.reply_to and answer.reply_to.text) == (DRAFT, [], COMPLAINT)
    zhitel.hears_nothing()
    town.zhkh.sees("№ 1 · передано вам")


async def test_pictures_are_kept_with_the_words(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    zhitel = await writes(town, "Яма на Мира, две машины уже стоят", picture=photo(120))
    zhitel.sees("получили")
    town.curator.sees("Яма на Мира")
    assert [file.kind for file in (await town.case()).appeal.files] == ["photo"]
    await zhitel.writes(photo=photo(200))
    zhitel.hears_nothing()
    assert [file.kind for file in (await town.case()).appeal.files] == ["photo", "photo"]
    town.curator.sees("Ещё фото")
    town.curator.looks_at_everything()


async def test_a_video_a_voice_and_a_document_are_passed_on_to_who_must_act(town_with: TownWith) -> None:
    """Nothing of them is stored here: the messenger passes on what it holds."""
    town = await town_with(**PRIVATE)
    telegram = town.players.town.telegram
    zhitel = await writes(town, "Прорвало трубу на Мира, 3")
    telegram.write(zhitel.user, town.players.bot, "", voice=b"words")
    await town.settles()
    telegram.write(zhitel.user, town.players.bot, "", document=("схема.pdf", b"%PDF"))
    await town.settles()
    assert [m.media.kind for m in town.curator.private if m.media] == ["voice", "document"]
    await town.curator.presses("ЖКХ", town.curator.sees("Прорвало трубу"))
    telegram.write(zhitel.user, town.players.bot, "", video=b"film")
    await town.settles()
    assert [m.media.kind for m in town.zhkh.private if m.media] == ["video"]
    assert (await town.case()).appeal.files == ()
    town.looks_around()


async def test_a_private_video_alone_is_shown_with_its_offer_and_its_card(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    zhitel, telegram = town.newcomer("zhitel", "Житель"), town.players.town.telegram
    telegram.start(zhitel.user, town.players.bot)
    telegram.write(zhitel.user, town.players.bot, "", video=b"film")
    await town.settles()
    zhitel.looks_at_everything()
    offer = town.curator.sees("без текста: видео")
    [shown] = [m for m in town.curator.private if m.media]
    assert (shown.media and shown.media.kind, shown.reply_to) == ("video", offer)
    await town.curator.presses("ЖКХ", offer)
    card = town.card()
    assert [m.media.kind for m in town.players.in_group() if m.media and m.reply_to == card] == ["video"]
    town.looks_around()


@pytest.mark.parametrize(
    ("regulation", "clause"), [("izobilnensky", "IZ-2"), ("moskalensky", "MO-3"), ("kursky", "KU-2")]
)
async def test_iz_2_mo_3_ku_2_who_asks_for_a_formal_appeal_is_told_where_to_send_it(
    town_with: TownWith, regulation: str, clause: str
) -> None:
    town = await town_with(**PRIVATE, regulation=regulation)
    zhitel = await writes(town, "Прошу зарегистрировать моё обращение по 59-ФЗ: третий день нет воды на Школьной")
    said = zhitel.sees("обращения по закону 59-ФЗ здесь не принимают")
    assert "https://okrug.example/priem" in said.text, clause
    assert town.curator.sees("третий день нет воды")
    zhitel.hears_nothing()


async def test_a_message_that_follows_at_once_is_the_same_talk(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    zhitel = await writes(town, COMPLAINT)
    zhitel.sees("получили")
    town.curator.sees("Третий день")
    await zhitel.writes("Дом 5, второй подъезд")
    town.curator.sees("Дом 5")
    assert await town.cases() == 1
    await town.waits(minutes=20)
    await zhitel.writes("А ещё не вывозят мусор на Садовой улице")
    zhitel.sees("получили")
    town.curator.sees("не вывозят мусор")
    assert await town.cases() == 2


async def test_who_writes_too_much_is_told_once_and_then_not_heard(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    zhitel = await writes(town, COMPLAINT)
    for number in range(2, 9):
        await zhitel.writes(f"Сообщение тайное {number}")
    assert [m.text[:20] for m in zhitel.looks_at_everything()] == ["Здравствуйте. Ваше с", "Это сообщение мы не "]
    kept = await town.everything_kept()
    assert [number for number in range(2, 9) if f"тайное {number}" in kept] == [2, 3, 4, 5]
    await town.waits(minutes=61)
    await zhitel.writes("Прошёл час, на Садовой улице опять нет света")
    zhitel.sees("получили")
    town.curator.sees("Прошёл час")
    town.curator.looks_at_everything()
    town.deputy.looks_at_everything()


async def test_a_citizen_sees_nothing_of_the_inside(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    zhitel = await writes(town, COMPLAINT)
    zhitel.sees("получили")
    offer = town.curator.sees("Третий день")
    for words in ("/case 1", "/open", "/new Яма", "/help", "/why 1", "/start"):
        await zhitel.writes(words)
    said = [m.text for m in zhitel.looks_at_everything()]
    assert all(text.startswith("Здравствуйте. Напишите сюда") for text in said)
    assert [word for word in ("№", "/", "Отдел", "куратор") if word in "".join(said)] == []
    telegram = town.players.town.telegram
    telegram.forward(zhitel.user, telegram.messages((zhitel.user, town.players.bot))[-1], to=town.players.bot)
    await town.settles()
    zhitel.looks_at_everything()
    assert offer.chat.person is town.curator.user
    town.curator.looks_at_everything()


def test_the_menu_of_commands_is_the_offices_alone() -> None:
    screens = Texts()
    everybody, groups, *of_office = menus(screens, [7, 8])
    assert (everybody.commands, everybody.scope, groups.scope) == ((), "private", "groups")
    assert [(menu.scope, menu.chat) for menu in of_office] == [("chat", 7), ("chat", 8)]
    assert {menu.commands for menu in of_office} == {menus(screens)[0].commands}


def menu_of(town: Town, chat: int | None = None) -> list[str]:
    """The commands behind «/» in a private chat: in this one, or in one that has no menu of its own."""
    scope = f"chat||{chat}" if chat else "all_private_chats"
    kept = town.players.town.telegram.account(town.players.bot).commands
    return [one["command"] for key, menu in kept.items() if key.startswith(f"{scope}|") for one in menu]


@pytest.mark.telegrams_own("menus of single people; MAX has one list for everybody")
async def test_the_menu_follows_who_is_of_the_office(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE, people="  newcomer: {role: executor, department: roads, name: Инженер}\n")
    zhitel = await writes(town, COMPLAINT)
    person = town.newcomer("newcomer", "Инженер", in_group=True)
    assert (menu_of(town), menu_of(town, zhitel.user.id), menu_of(town, person.user.id)) == ([], [], [])
    assert "mine" in menu_of(town, town.curator.user.id)
    await town.invites("newcomer", "letmein")
    await person.opens_invitation("letmein")
    await person.presses("Да, это я", person.sees("Инженер"))
    assert menu_of(town, person.user.id) == menu_of(town, town.curator.user.id)
    await person.leaves()
    assert (menu_of(town, person.user.id), menu_of(town)) == ([], [])
    town.looks_around()


@pytest.mark.telegrams_own("menus of single people; MAX has one list for everybody")
async def test_without_citizens_in_private_everybody_s_menu_is_one(town: Town) -> None:
    assert town.bot.menus is None
    assert menu_of(town, town.curator.user.id) == []


async def test_an_invited_person_still_comes_in_and_is_a_citizen_no_more(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE, people="  newcomer: {role: executor, department: roads, name: Инженер}\n")
    person = town.newcomer("newcomer", "Инженер", in_group=True)
    await town.invites("newcomer", "letmein")
    await person.opens_invitation("letmein")
    await person.presses("Да, это я", person.sees("Инженер"))
    person.looks_at_everything()
    town.players.town.telegram.leave(person.user, town.players.group)
    await town.settles()
    await person.writes(COMPLAINT)
    person.sees("Вы вышли из рабочей группы")
    assert await town.cases() == 0


async def test_where_the_office_does_not_take_them_strangers_are_strangers(town_with: TownWith) -> None:
    town = await town_with(**SQUARE)
    stranger = town.newcomer("stranger", "Прохожий")
    await stranger.opens_invitation("")
    stranger.sees("только с сотрудниками")
    await stranger.writes(COMPLAINT)
    stranger.looks_at_everything()
    assert await town.cases() == 0
    assert "Третий день" not in await town.everything_kept()


async def test_who_blocked_the_bot_is_answered_by_hand(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    zhitel = await writes(town, COMPLAINT)
    zhitel.sees("получили")
    await zhitel.blocks_the_bot()
    await answered(town)
    town.curator.sees("житель запретил")
    assert (await town.case()).state is State.NOT_POSTED
    assert town.said_in(town.players.group) == [m.text for m in town.players.in_group() if m.sender is town.players.bot]
    town.zhkh.sees("№ 1 · передано вам")


# --- the governor's channel ---------------------------------------------------------------------------------------------


@pytest.mark.telegrams_own("MAX tells neither the name nor the address of the channel of a forward")
async def test_iz_6_3_a_forward_from_the_governors_channel_has_his_terms(town_with: TownWith) -> None:
    town = await town_with(settings="governor_channels: ['@gubernator']\n", regulation="izobilnensky")
    await town.curator.forwards("Третий день нет воды на улице Школьной", of="Губернатор", username="Gubernator")
    town.curator.sees("Телеграм губернатора")
    appeal = (await town.case()).appeal
    assert (appeal.source, appeal.network) == (Source.TELEGRAM_GOVERNOR, None)


@pytest.mark.parametrize(
    "link", ["https://t.me/gubernator/15?comment=7", "t.me/s/gubernator/15", "https://gubernator.t.me/15"]
)
async def test_iz_6_3_a_link_to_the_governors_channel_is_enough(town_with: TownWith, link: str) -> None:
    town = await town_with(settings="governor_channels: [gubernator]\n", regulation="izobilnensky")
    await town.curator.writes(f"{link} пишут, что третий день нет воды")
    town.curator.sees("Телеграм губернатора")
    assert (await town.case()).appeal.source is Source.TELEGRAM_GOVERNOR


async def test_what_is_kept_is_told_once_in_the_words_of_the_office(town_with: TownWith) -> None:
    settings = PRIVATE["settings"] + "retention: {cases: 365}\n"
    town = await town_with(**{**PRIVATE, "settings": settings})
    zhitel = await writes(town, COMPLAINT)
    assert zhitel.sees("получили").text == f"{RECEIPT}\n\n{NOTICE}"
    await town.waits(minutes=16)
    await zhitel.writes("На Мира, 4 не горит фонарь")
    assert zhitel.sees("получили").text == RECEIPT
    town.curator.looks_at_everything()


@pytest.mark.parametrize(("notice", "told"), [("{send: false}", ""), ("{text: Храним год.}", "\n\nХраним год.")])
async def test_the_office_may_say_it_otherwise_or_not_at_all(town_with: TownWith, notice: str, told: str) -> None:
    town = await town_with(**{**PRIVATE, "settings": f"notice: {notice}\n"})
    zhitel = await writes(town, COMPLAINT)
    assert zhitel.sees("получили").text == RECEIPT + told
    town.curator.looks_at_everything()
