"""Handing in: whatever the curator sends the bot is offered as a case, as if the bot had found it (issue 2, point 8)."""

from __future__ import annotations

import pytest

from bot.demo.play import photo
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.town import Town
from workflow.case import State
from workflow.regulation import Source

SCREENSHOT = photo(120)


async def test_a_text_sent_in_private_is_offered_like_a_found_one(town: Town) -> None:
    await town.curator.writes(COMPLAINT)
    offer = town.curator.sees("Третий день нет воды")
    assert "Внесено куратором" in offer.text
    case = await town.case()
    assert (case.appeal.text, case.appeal.network, case.appeal.handed_in_by) == (COMPLAINT, None, "curator")
    assert case.appeal.source is Source.BY_HAND
    await town.curator.presses("ЖКХ", offer)
    assert "Третий день" in town.card().text
    town.zhkh.sees("№ 1 · передано вам")


async def test_a_short_text_is_asked_about_first(town: Town) -> None:
    await town.curator.writes("Яма на Мира")
    question = town.curator.sees("Это сообщение жителя?")
    assert await town.cases() == 0
    await town.curator.presses("Да, завести", question)
    town.curator.sees("Новое сообщение № 1")
    assert (await town.case()).appeal.text == "Яма на Мира"


async def test_a_short_text_that_was_meant_for_nobody_leaves_no_case(town: Town) -> None:
    await town.curator.writes("спасибо")
    question = town.curator.sees("Это сообщение жителя?")
    await town.curator.presses("Нет", question)
    assert await town.cases() == 0


async def test_a_screenshot_with_a_caption_goes_to_the_group_with_its_picture(town: Town) -> None:
    await town.curator.writes("Нет воды на Школьной", photo=SCREENSHOT)
    offer = town.curator.sees("Нет воды на Школьной")
    await town.curator.presses("ЖКХ", offer)
    card = town.card()
    assert "Нет воды" in card.text or card.media
    [picture] = [m for m in town.players.in_group() if m.media]
    assert (picture.media.data if picture.media else b"") == SCREENSHOT
    town.seen.add((picture.chat.id, picture.id))
    called = town.zhkh.sees("№ 1 · передано вам")
    [own] = [m for m in town.zhkh.private if m.media]
    assert (own.media.data if own.media else b"", own.reply_to) == (SCREENSHOT, called)
    town.seen.add((own.chat.id, own.id))


async def test_a_screenshot_without_a_caption_is_a_case_with_a_picture(town: Town) -> None:
    await town.curator.writes(photo=SCREENSHOT)
    town.curator.sees("Новое сообщение № 1")
    assert [file.kind for file in (await town.case()).appeal.files] == ["photo"]


async def test_an_album_of_screenshots_is_one_case(town: Town) -> None:
    await town.curator.sends_album(
        [photo(80), photo(120), photo(200)], caption="Яма на улице Мира, две машины уже стоят"
    )
    town.curator.sees("Яма на улице Мира")
    assert await town.cases() == 1
    assert [file.kind for file in (await town.case()).appeal.files] == ["photo"] * 3


@pytest.mark.telegrams_own("MAX tells neither the name nor the address of the channel of a forward")
async def test_a_post_forwarded_from_a_channel_keeps_its_place_and_link(town: Town) -> None:
    await town.curator.forwards("Воды нет", of="Подслушано Курская", username="kurskaya_news")
    town.curator.sees("Подслушано Курская")
    appeal = (await town.case()).appeal
    assert (appeal.text, appeal.place, appeal.link) == (
        "Воды нет",
        "Подслушано Курская",
        "https://t.me/kurskaya_news/1",
    )
    assert appeal.source is Source.TELEGRAM


async def test_words_forwarded_from_a_person_keep_his_name(town: Town) -> None:
    author = town.players.town.telegram.add_person("Житель", "Улицы")
    await town.curator.forwards_words_of(author, "Воды нет")
    town.curator.sees("Житель Улицы")
    appeal = (await town.case()).appeal
    assert (appeal.text, appeal.author, appeal.source) == ("Воды нет", "Житель Улицы", town.bot.messenger.key)


async def test_a_link_to_a_comment_brings_its_words_and_the_answer_goes_there(town: Town) -> None:
    comment = await town.resident_writes_unnoticed(COMPLAINT)
    assert await town.cases() == 0
    await town.curator.writes(comment.url)
    offer = town.curator.sees("Третий день нет воды")
    appeal = (await town.case()).appeal
    assert (appeal.text, appeal.author, appeal.network) == (COMPLAINT, "Житель", "vk")
    await town.curator.presses("ЖКХ", offer)
    await town.zhkh.replies(town.card(), DRAFT)
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    town.curator.can_see("азмещено")
    assert [answer.text for answer in town.answers(comment)] == [DRAFT]
    town.zhkh.sees("№ 1 · передано вам")


async def test_a_link_to_what_is_a_case_already_says_which(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день нет воды")
    await town.curator.writes(f"Посмотрите: {comment.url}")
    town.curator.sees("уже заведено, № 1")
    assert await town.cases() == 1


async def test_a_link_to_a_comment_in_a_thread_is_the_same_case_too(town: Town) -> None:
    head = await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день нет воды")
    neighbour = town.players.town.vk.add_person("Житель", "дома напротив")
    inside = town.players.town.vk.comment(neighbour, town.players.post, "И на Садовой нет воды третий день", head)
    await town.settles()
    town.curator.sees("И на Садовой нет воды")
    await town.curator.writes(inside.url)
    town.curator.sees("уже заведено, № 2")


@pytest.mark.parametrize(
    ("code", "said"), [(None, "удалена или закрыта"), (15, "удалена или закрыта"), (10, "сейчас не отвечает")]
)
async def test_a_link_to_what_cannot_be_seen_is_answered_in_words_and_opens_nothing(
    town: Town, code: int | None, said: str
) -> None:
    comment = await town.resident_writes_unnoticed(COMPLAINT)
    if code is None:
        town.players.town.vk.delete_comment(comment)
    else:
        town.players.town.vk.faults.add("error", "wall.getComments", times=9, code=code)
    await town.curator.writes(comment.url)
    town.curator.sees(said)
    assert await town.cases() == 0


async def test_a_link_to_our_own_words_opens_nothing(town: Town) -> None:
    await town.curator.writes(town.players.post.url)
    town.curator.sees("написали мы сами")
    assert await town.cases() == 0


async def test_the_citizens_words_beside_a_dead_link_are_handed_in(town: Town) -> None:
    await town.curator.writes(f"https://vk.com/wall-1001_1?reply=999 {COMPLAINT}")
    town.curator.sees("прочитать ссылку не удалось")
    town.curator.sees("Третий день нет воды")
    assert (await town.case()).appeal.network is None


async def test_another_link_is_handed_in_as_it_stands_and_answered_by_hand(town: Town) -> None:
    await town.curator.writes("https://ok.ru/group/123/topic/456 пишут, что дорогу не чистят")
    town.curator.sees("Одноклассники")
    appeal = (await town.case()).appeal
    assert (appeal.source, appeal.network, appeal.link) == (Source.OK, None, "https://ok.ru/group/123/topic/456")


async def test_new_with_a_text_opens_a_case_however_short(town: Town) -> None:
    await town.curator.writes("/new Яма на Мира")
    town.curator.sees("Новое сообщение № 1")
    assert (await town.case()).appeal.text == "Яма на Мира"


async def test_new_without_a_text_says_how(town: Town) -> None:
    await town.curator.writes("/new")
    town.curator.sees("Пришлите текст жителя прямо сюда")
    assert await town.cases() == 0


async def test_a_post_in_the_group_with_the_bots_mention_is_offered_in_private(town: Town) -> None:
    await town.curator.writes(f"@dezhurny_bot {COMPLAINT}", in_group=True)
    town.curator.sees("Новое сообщение № 1")
    town.sees_in_group("Завёл как № 1")
    assert (await town.case()).appeal.text == COMPLAINT


async def test_an_album_in_the_group_with_the_bots_mention_is_one_case(town: Town) -> None:
    await town.curator.sends_album([photo(80), photo(120)], caption="Яма на Мира @Dezhurny_bot", in_group=True)
    town.curator.sees("Новое сообщение № 1")
    town.sees_in_group("Завёл как № 1")
    assert ((await town.case()).appeal.text, len((await town.case()).appeal.files)) == ("Яма на Мира", 2)


async def test_who_is_no_curator_is_told_who_hands_in(town: Town) -> None:
    await town.roads.writes(f"@dezhurny_bot {COMPLAINT}", in_group=True)
    town.sees_in_group("Заводить сообщения может куратор")
    await town.roads.writes(f"@dezhurny_bot {COMPLAINT}", in_group=True)
    await town.roads.writes(COMPLAINT)
    town.roads.sees("Не понял, к чему это")
    await town.roads.writes("/new Яма на Мира")
    town.roads.sees("не для вашей роли")
    await town.roads.forwards("Воды нет", of="Подслушано Курская")
    assert await town.cases() == 0


async def test_a_stranger_hands_nothing_in(town: Town) -> None:
    stranger = town.newcomer("stranger", "Прохожий")
    await stranger.opens_invitation("")
    stranger.sees("только с сотрудниками")
    await stranger.writes(COMPLAINT)
    await stranger.writes(photo=SCREENSHOT)
    assert len(stranger.looks_at_everything()) <= 1
    assert await town.cases() == 0
    assert "Третий день" not in await town.everything_kept()


async def test_a_voice_message_is_no_case(town: Town) -> None:
    telegram = town.players.town.telegram
    telegram.write(town.curator.user, town.players.bot, voice=b"ogg")
    await town.settles()
    town.curator.sees("заводить нечего")
    assert await town.cases() == 0


async def test_a_message_handed_in_while_a_question_waits_is_still_a_case(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день нет воды"))
    await town.zhkh.replies(town.card(), DRAFT)
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    await town.curator.presses("На доработку")
    town.curator.sees("что исправить")
    await town.curator.forwards("Яма у школы", of="Подслушано Курская")
    which = town.curator.sees("Это замечание по № 1 или новое сообщение жителя?")
    await town.curator.presses("Новое сообщение жителя", which)
    town.curator.sees("Новое сообщение № 2")
    await town.curator.writes(photo=SCREENSHOT)
    town.curator.sees("Новое сообщение № 3")
    assert (await town.case()).state is State.ON_APPROVAL
    town.zhkh.sees("№ 1 · передано вам")
