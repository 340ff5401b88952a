"""What a reply means: every row of the table in DESIGN, and every shape a reply can have."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.play import photo
from sandbox.telegram.model import Message
from tests.stories.test_a_day import BETTER, COMPLAINT, DRAFT
from tests.stories.town import Person, Town
from workflow.case import State


async def forwarded(town: Town, text: str = COMPLAINT, to: str = "ЖКХ") -> Message:
    """The resident has written, the curator has forwarded it: the card."""
    await town.resident_writes(text)
    offer = town.curator.sees(text[:20])
    caption = next(b.text for row in offer.buttons for b in row if to in b.text)
    await town.curator.presses(caption, offer)
    town.executors_are_called()
    return town.card()


async def versions(town: Town, number: int = 1) -> list[str]:
    return [draft.text for draft in (await town.case(number)).drafts]


def at_curator(town: Town, version: int, text: str) -> Message:
    """The curator has the version: its head."""
    head = town.curator.sees(f"версия {version}")
    town.curator.sees(text)
    return head


async def drafted(town: Town) -> Message:
    """Version 1 is at the curator's: the executor's own message."""
    message = await town.zhkh.replies(await forwarded(town), DRAFT)
    at_curator(town, 1, DRAFT)
    return message


async def sent_back(town: Town, remark: str = "Назовите срок") -> Message:
    """The remark at the executor's."""
    await town.curator.presses("На доработку")
    await town.curator.replies(town.curator.sees("что исправить"), remark)
    town.curator.sees("на доработку, замечание")
    await town.can_no_more_be_undone()
    return town.zhkh.sees(remark)


# --- the executor on the case ------------------------------------------------------------------------------------------


async def test_a_reply_to_the_card_is_a_draft_and_an_acceptance(town: Town) -> None:
    await drafted(town)
    case = await town.case()
    assert (case.state, case.lead and case.lead.accepted_by) == (State.ON_APPROVAL, "zhkh_head")


async def test_a_reply_to_his_own_draft_is_the_next_version(town: Town) -> None:
    message = await drafted(town)
    await town.zhkh.replies(message, BETTER)
    at_curator(town, 2, BETTER)
    assert await versions(town) == [DRAFT, BETTER]


async def test_a_reply_to_a_reminder_is_a_draft(town: Town) -> None:
    await forwarded(town)
    await town.to("2026-01-12T12:31")
    town.curator.sees("не принято и не возвращено")
    await town.zhkh.replies(town.zhkh.sees("срок проекта ответа"), DRAFT)
    town.zhkh.sees("Версия 1 у куратора")
    at_curator(town, 1, DRAFT)


async def test_a_reply_to_the_remark_is_the_next_version(town: Town) -> None:
    await drafted(town)
    await town.zhkh.replies(await sent_back(town), BETTER)
    town.zhkh.sees("Версия 2 у куратора")
    at_curator(town, 2, BETTER)


async def test_the_same_text_again_after_a_remark_is_said_to_be_the_same(town: Town) -> None:
    await drafted(town)
    await town.zhkh.replies(await sent_back(town), DRAFT)
    town.zhkh.sees("Текст тот же")
    assert (await town.case()).state is State.REWORK


async def test_a_short_draft_he_says_yes_to_is_his_draft_from_then_on(town: Town) -> None:
    message = await town.zhkh.replies(await forwarded(town), "Воду дали")
    await town.zhkh.presses("Да, это ответ", town.zhkh.sees("Это проект ответа"))
    at_curator(town, 1, "Воду дали")
    await town.zhkh.edits(message, BETTER)
    at_curator(town, 2, BETTER)


async def test_an_answer_in_words_to_the_question_is_the_draft_instead(town: Town) -> None:
    await town.zhkh.replies(await forwarded(town), "Воду дали")
    await town.zhkh.replies(town.zhkh.sees("Это проект ответа"), DRAFT)
    town.zhkh.sees("Версия 1 у куратора")
    at_curator(town, 1, DRAFT)


async def test_after_no_a_reply_to_the_question_is_a_draft(town: Town) -> None:
    await town.zhkh.replies(await forwarded(town), "Выясняем")
    question = town.zhkh.sees("Это проект ответа")
    await town.zhkh.presses("Нет, просто сообщение", question)
    await town.zhkh.replies(question, DRAFT)
    town.zhkh.sees("Версия 1 у куратора")
    at_curator(town, 1, DRAFT)


async def test_a_curator_asked_for_a_remark_may_reply_to_the_draft_instead(town: Town) -> None:
    await drafted(town)
    await town.curator.presses("На доработку")
    town.curator.sees("что исправить")
    head = next(m for m in town.curator.private if "версия 1" in m.text)
    await town.curator.replies(head, "Назовите срок")
    town.curator.sees("на доработку, замечание")
    await town.can_no_more_be_undone()
    town.zhkh.sees("Назовите срок")
    assert await versions(town) == [DRAFT]


async def test_a_curator_replies_to_the_executors_own_message_in_the_group(town: Town) -> None:
    message = await drafted(town)
    await town.curator.replies(message, BETTER)
    at_curator(town, 2, BETTER)
    assert [(d.by, d.corrects) for d in (await town.case()).drafts] == [("zhkh_head", None), ("curator", 1)]


async def test_a_correction_of_a_version_that_is_not_the_last_is_refused_in_words(town: Town) -> None:
    message = await drafted(town)
    old = next(m for m in town.curator.private if m.text == DRAFT)
    await town.zhkh.replies(message, BETTER)
    at_curator(town, 2, BETTER)
    await town.curator.replies(old, "Ещё один вариант ответа, но уже поздно")
    town.curator.sees("уже не последний текст")
    assert await versions(town) == [DRAFT, BETTER]


async def test_an_edit_of_a_correction_is_a_new_version(town: Town) -> None:
    await drafted(town)
    head = next(m for m in town.curator.private if "версия 1" in m.text)
    correction = await town.curator.replies(head, BETTER)
    at_curator(town, 2, BETTER)
    await town.curator.edits(correction, BETTER + " Спасибо за обращение.")
    at_curator(town, 3, "Спасибо за обращение")
    assert (await town.case()).drafts[-1].corrects == 2


async def test_a_curators_reply_to_an_offer_is_no_new_case(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    offer = town.curator.sees("Третий день")
    await town.curator.replies(offer, "Это ведь не к нам, отдайте в район, пожалуйста")
    town.curator.sees("Сообщение ждёт вас. Направьте его")
    assert await town.cases() == 1


async def test_an_answered_question_replied_to_again_is_not_somebody_elses(town: Town) -> None:
    await drafted(town)
    await town.curator.presses("На доработку")
    question = town.curator.sees("что исправить")
    await town.curator.replies(question, "Назовите срок")
    town.curator.sees("на доработку, замечание")
    await town.can_no_more_be_undone()
    town.zhkh.sees("Назовите срок")
    await town.curator.replies(question, "И телефон дежурного")
    assert "задан другому" not in town.curator.looks_at_everything()[0].text


# --- in the group, in reply to nothing ---------------------------------------------------------------------------------


async def test_a_long_text_of_the_executor_is_asked_about(town: Town) -> None:
    await forwarded(town)
    message = await town.zhkh.writes(DRAFT, in_group=True)
    question = town.zhkh.sees("то по какому сообщению?")
    assert (await town.case()).drafts == ()
    await town.zhkh.presses("К № 1 · Третий день нет воды на Школьной, 5…", question)
    at_curator(town, 1, DRAFT)
    await town.zhkh.edits(message, BETTER)
    at_curator(town, 2, BETTER)


async def test_with_several_open_cases_he_chooses(town: Town) -> None:
    await forwarded(town)
    await forwarded(town, "Из крана течёт ржавая вода на Садовой")
    await town.zhkh.writes(DRAFT, in_group=True)
    question = town.zhkh.sees("то по какому сообщению?")
    captions = [button.text for row in question.buttons for button in row]
    assert [caption.split(" · ")[0] for caption in captions] == ["К № 1", "К № 2", "Это не проект"]
    await town.zhkh.presses(captions[1], question)
    at_curator(town, 1, DRAFT)
    assert (await versions(town, 1), await versions(town, 2)) == ([], [DRAFT])


@pytest.mark.parametrize("who", ["zhkh", "roads", "curator"])
async def test_talk_of_the_group_is_ignored_and_leaves_nothing(town: Town, who: str) -> None:
    if who != "zhkh":
        await forwarded(town)
    talk = "Коллеги, завтра совещание в десять часов, не забудьте отчёты"
    person: Person = getattr(town, who)
    await person.writes(talk, in_group=True)
    await person.writes("Коллеги, фотоотчёт", in_group=True, photo=photo(80))
    kept = await town.everything_kept()
    assert "совещание" not in kept
    assert "фотоотчёт" not in kept
    assert await files_kept(town) == []


async def files_kept(town: Town) -> list[object]:
    folder = town.bot.reception.files.path("0" * 64).parents[1]
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_an_executors_answer_to_a_colleague_is_no_draft(town: Town) -> None:
    await forwarded(town)
    said = await town.roads.writes("Кто завтра дежурит?", in_group=True)
    await town.zhkh.replies(said, "Завтра дежурит мой заместитель, а послезавтра я сам, записано в графике")
    town.zhkh.hears_nothing()


# --- others ------------------------------------------------------------------------------------------------------------


async def test_others_are_refused_once_not_twice_a_day(town: Town) -> None:
    card = await forwarded(town)
    await town.roads.replies(card, DRAFT)
    town.sees_in_group("Сообщение у Отдела ЖКХ")
    await town.roads.replies(card, BETTER)
    assert (await town.case()).drafts == ()


async def test_a_stranger_in_the_group_is_refused_once(town: Town) -> None:
    card = await forwarded(town)
    stranger = town.newcomer("stranger", "Прохожий", in_group=True)
    await stranger.replies(card, DRAFT)
    town.sees_in_group("Я вас не знаю")
    await stranger.replies(card, BETTER)
    assert "Авария на водопроводе" not in await town.everything_kept()


@pytest.mark.telegrams_own("anonymous administrators")
async def test_an_anonymous_administrator_is_asked_once_to_write_as_himself(town: Town) -> None:
    card = await forwarded(town)
    telegram, group = town.players.town.telegram, town.players.group
    telegram.promote(town.zhkh.user, group, anonymous=True)
    await town.settles()
    await town.zhkh.replies(card, DRAFT)
    town.sees_in_group("от своего имени")
    await town.zhkh.replies(card, DRAFT)
    assert (await town.case()).drafts == ()
    await town.zhkh.presses("Принять", card)
    assert (await town.case()).state is State.IN_WORK


async def test_somebody_elses_question_is_not_his_to_answer(town: Town) -> None:
    card = await forwarded(town)
    await town.zhkh.blocks_the_bot()
    await town.zhkh.presses("Вернуть", card)
    question = town.sees_in_group("Почему возвращаете")
    assert question.pings == [question.account_link.format(town.zhkh.user.id)]
    await town.roads.replies(question, "Потому что не их")
    town.sees_in_group("задан другому человеку")
    await town.zhkh.replies(question, "Это частные сети")
    await town.can_no_more_be_undone()
    town.forget_what_was_said()
    assert (await town.case()).state is State.NEW


# --- shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attached", [{"video": b"mp4"}, {"document": ("акт.pdf", b"%PDF")}])
async def test_a_video_or_a_document_comes_with_the_words(town: Town, attached: dict[str, Any]) -> None:
    await town.zhkh.replies(await forwarded(town), DRAFT, **attached)
    at_curator(town, 1, DRAFT)
    [file] = [m for m in town.curator.private if m.media]
    town.seen.add((file.chat.id, file.id))
    assert [f.kind for f in (await town.case()).drafts[0].files] == list(attached)


async def test_a_sticker_is_said_to_be_no_draft(town: Town) -> None:
    await town.zhkh.replies(await forwarded(town), sticker="👍")
    town.sees_in_group("не могут быть ответом")
    assert (await town.case()).drafts == ()


async def test_a_photo_alone_goes_with_the_wording_that_waits(town: Town) -> None:
    message = await drafted(town)
    await town.zhkh.replies(message, photos=[photo(80)])
    at_curator(town, 2, DRAFT)
    _sees_pictures(town, 1)
    assert [(d.text, len(d.files)) for d in (await town.case()).drafts] == [(DRAFT, 0), (DRAFT, 1)]


def _sees_pictures(town: Town, number: int) -> None:
    pictures = [m for m in town.curator.private if m.media and town.is_unseen(m)]
    assert sum(len(m.files) for m in pictures) == number, town.conversation()
    town.seen.update((m.chat.id, m.id) for m in pictures)


async def test_photos_first_and_the_words_after_are_one_draft(town: Town) -> None:
    card = await forwarded(town)
    await town.zhkh.replies(card, photos=[photo(80)])
    town.zhkh.sees("теперь нужен текст")
    await town.zhkh.replies(card, photos=[photo(120)])
    question = town.zhkh.sees("теперь нужен текст")
    await town.zhkh.replies(question, DRAFT)
    town.zhkh.sees("Версия 1 у куратора")
    at_curator(town, 1, DRAFT)
    _sees_pictures(town, 2)


async def test_the_words_may_also_follow_as_a_reply_to_the_card(town: Town) -> None:
    card = await forwarded(town)
    await town.zhkh.replies(card, photos=[photo(80)])
    town.zhkh.sees("теперь нужен текст")
    await town.zhkh.replies(card, DRAFT)
    at_curator(town, 1, DRAFT)
    _sees_pictures(town, 1)


async def test_an_album_without_a_caption_after_a_remark_needs_words(town: Town) -> None:
    await drafted(town)
    remark = await sent_back(town, "Приложите фото")
    await town.zhkh.replies(remark, photos=[photo(80), photo(120)])
    question = town.zhkh.sees("теперь нужен текст")
    assert (await town.case()).state is State.REWORK
    await town.zhkh.replies(question, "Ок")
    await town.zhkh.presses("Да, это ответ", town.zhkh.sees("Это проект ответа"))
    at_curator(town, 2, "Ок")
    _sees_pictures(town, 2)


async def test_an_album_is_one_draft_also_after_a_remark(town: Town) -> None:
    await drafted(town)
    await town.zhkh.replies(await sent_back(town), BETTER, photos=[photo(80), photo(120)])
    town.zhkh.sees("Версия 2 у куратора")
    at_curator(town, 2, BETTER)
    _sees_pictures(town, 2)
    assert [len(d.files) for d in (await town.case()).drafts] == [0, 2]


@pytest.mark.telegrams_own("an album of messages")
async def test_an_item_that_comes_after_its_album_was_sealed_goes_with_the_wording(town: Town) -> None:
    card = await forwarded(town)
    telegram = town.players.town.telegram
    album = telegram.send_album(town.zhkh.user, card.chat, [photo(80), photo(120)], caption=DRAFT, reply_to=card)
    await town.settles()
    await town.waits(seconds=4)
    at_curator(town, 1, DRAFT)
    _sees_pictures(town, 2)
    late = telegram.new_message(
        card.chat, town.zhkh.user, media=album[0].media, reply_to=card, media_group_id=album[0].media_group_id
    )
    telegram.post(late)
    await town.settles()
    await town.waits(seconds=4)
    at_curator(town, 2, DRAFT)
    _sees_pictures(town, 3)


@pytest.mark.telegrams_own("an album of messages")
async def test_a_reply_to_any_picture_of_his_album_is_the_next_version(town: Town) -> None:
    card = await forwarded(town)
    telegram = town.players.town.telegram
    album = telegram.send_album(town.zhkh.user, card.chat, [photo(80), photo(120)], caption=DRAFT, reply_to=card)
    await town.settles()
    await town.waits(seconds=4)
    at_curator(town, 1, DRAFT)
    _sees_pictures(town, 2)
    await town.zhkh.replies(album[1], BETTER)
    at_curator(town, 2, BETTER)


async def test_an_edit_after_the_approval_is_told_to_be_too_late(town: Town) -> None:
    message = await drafted(town)
    await town.curator.presses("Согласовать")
    await town.zhkh.edits(message, BETTER)
    town.sees_in_group("уже согласован")
    assert await versions(town) == [DRAFT]


async def test_talk_under_a_closed_card_is_not_asked_about(town: Town) -> None:
    await drafted(town)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    town.curator.can_see("азмещено")
    await town.zhkh.replies(town.card(), "Спасибо")
    town.sees_in_group("уже закрыто")


async def test_a_file_of_more_than_twenty_megabytes_is_said_to_be_too_big(town: Town) -> None:
    await town.zhkh.replies(await forwarded(town), DRAFT, document=("видео.mov", bytes(21 * 1024 * 1024)))
    said = town.sees_in_group("больше 20 МБ")
    assert "№ 1: остальное взял" in said.text
    at_curator(town, 1, DRAFT)
    assert await versions(town) == [DRAFT]
