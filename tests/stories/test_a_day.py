"""A case from a resident's comment to the posted answer, through every door, in the words of the people in it."""

from __future__ import annotations

import pytest

from bot.demo.play import photo
from tests.stories.town import Town
from workflow.case import State
from workflow.regulation import Step

COMPLAINT = "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут"
DRAFT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут в ближайшее время."
IN_EITHER = pytest.mark.parametrize("messenger", ["telegram", "max", "tiny"])
"""What is told of an office in Telegram and of one in another messenger, word for word (decision 0029)."""
BETTER = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут сегодня до 20:00."


async def forwarded(town: Town) -> None:
    """The resident has written and the curator has forwarded it to the department the bot guessed."""
    await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день нет воды")
    await town.curator.presses("Отдел ЖКХ" if _has(town, "Отдел ЖКХ") else "Направить в ЖКХ")
    town.zhkh.sees("№ 1 · передано вам: Отдел ЖКХ")
    town.card()


def _has(town: Town, caption: str) -> bool:
    return any(b.text.endswith(caption) for m in town.curator.private for row in m.buttons for b in row)


async def drafted(town: Town, text: str = DRAFT) -> None:
    await forwarded(town)
    await town.zhkh.presses("Принять")
    await town.zhkh.replies(town.card(), text)
    town.curator.sees("версия 1")
    town.curator.sees(text)


@IN_EITHER
async def test_ku_12_an_approved_answer_stands_where_the_question_was_asked(town: Town) -> None:
    await town.to("2026-01-12T09:05")
    comment = await town.resident_writes(COMPLAINT)
    offer = town.curator.sees("Третий день нет воды")
    assert "Школьной, 5" in offer.text
    await town.to("2026-01-12T09:20")
    before = town.group_writes()
    await town.curator.presses("ЖКХ", offer)
    card = town.card()
    assert (await town.case()).state is State.FORWARDED
    await town.to("2026-01-12T09:30")
    await town.zhkh.presses("Принять")
    assert card.edited
    await town.zhkh.replies(card, DRAFT, photos=[photo(80), photo(200)])
    head = town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    photos = [m for m in town.curator.private if m.media]
    assert sum(len(m.files) for m in photos) == 2
    town.seen.update((m.chat.id, m.id) for m in photos)
    await town.curator.presses("На доработку", head)
    question = town.curator.sees("№ 1")
    await town.curator.replies(question, "Назовите срок")
    town.curator.sees("на доработку, замечание")
    await town.can_no_more_be_undone()
    remark = town.zhkh.sees("Назовите срок")
    await town.zhkh.replies(remark, BETTER)
    town.zhkh.sees("Версия 2 у куратора")
    second = town.curator.sees("версия 2")
    assert "сегодня до 20:00" in second.text
    town.curator.sees(BETTER)
    await town.curator.presses("Согласовать", second)
    assert town.answers(comment) == []
    await town.waits(seconds=31)
    [answer] = town.answers(comment)
    assert (answer.text, answer.author) == (BETTER, town.players.community)
    town.curator.can_see(answer.url)
    assert "ответ размещён" in town.zhkh.can_see("передано вам").text  # told by an edit, without a sound
    assert card.buttons == []
    assert "Отвечено" in card.text
    assert (await town.case()).state is State.CLOSED
    assert town.group_writes() - before <= 7
    assert await town.journal() == [
        ("detect", "detector", "new"),
        ("forward", "curator", "forwarded"),
        ("accept", "zhkh_head", "in_work"),
        ("draft", "zhkh_head", "on_approval"),
        ("send_back", "curator", "rework"),
        ("draft", "zhkh_head", "on_approval"),
        ("approve", "curator", "approved"),
        ("release", "clock", "approved"),
        ("posted", "network", "closed"),
    ]


async def test_a_smooth_case_costs_four_group_writes(town: Town) -> None:
    before = town.group_writes()
    await drafted(town)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    town.curator.can_see("азмещено")
    assert (await town.case()).state is State.CLOSED
    assert town.group_writes() - before <= 4


async def test_somebody_who_may_not_is_told_so_in_words(town: Town) -> None:
    await forwarded(town)
    card = town.card()
    toast = await town.roads.presses("Принять", card)
    assert "Отдел" in toast
    assert "ЖКХ" in toast
    toast = await town.curator.presses("Принять", card)
    assert toast == "Сообщение у Отдела ЖКХ. Чтобы передать его другому, нажмите «Другому…» под предложением."
    toast = await town.curator.presses("Вернуть", card)
    assert toast == "Вернуть может отдел. Чтобы забрать сообщение, нажмите «Отозвать» под предложением."
    toast = await town.deputy.presses("Вернуть", card)
    assert toast.endswith("Если его нужно забрать или передать, скажите куратору.")
    assert (await town.case()).state is State.FORWARDED


async def test_the_second_tap_is_told_who_was_first(town: Town) -> None:
    await town.to("2026-01-12T09:30")
    await forwarded(town)
    await town.zhkh.presses("Принять")
    toast = await town.zhkh.presses("Вернуть")
    assert toast
    town.zhkh.sees("№ 1")


@IN_EITHER
async def test_ku_9_a_return_asks_for_a_reason_and_the_curator_redirects(town: Town) -> None:
    await forwarded(town)
    await town.zhkh.presses("Вернуть")
    question = town.zhkh.sees("Почему")
    await town.zhkh.replies(question, "Это сети частной компании")
    town.zhkh.sees("№ 1 возвращено, причина: «Это сети частной компании».")
    await town.can_no_more_be_undone()
    returned = town.curator.sees("Это сети частной компании")
    await town.curator.presses("дорожного хозяйства", returned)
    assert "дорожного хозяйства" in town.card().text
    town.roads.sees("№ 1")
    await town.roads.presses("Принять")
    assert (await town.case()).state is State.IN_WORK


async def test_ku_9_a_listed_reason_is_one_tap(town: Town) -> None:
    await forwarded(town)
    await town.zhkh.presses("Вернуть")
    question = town.zhkh.sees("Почему")
    await town.zhkh.presses(question.buttons[0][0].text, question)
    town.zhkh.sees("№ 1 возвращено, причина")
    await town.can_no_more_be_undone()
    town.curator.sees(town.bot.offices.today("okrug").regulation.return_reasons[0])
    assert (await town.case()).state is State.NEW


async def test_an_approval_can_be_taken_back_within_thirty_seconds(town: Town) -> None:
    comment = None
    await drafted(town)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=20)
    await town.curator.presses("Отменить")
    await town.waits(minutes=2)
    assert (await town.case()).state is State.ON_APPROVAL
    assert comment is None
    assert [c for c in town.players.town.vk.comments(town.players.post) if c.author is town.players.community] == []


async def test_iz_7_the_curators_correction_is_kept_beside_the_original(town: Town) -> None:
    await drafted(town)
    head = next(m for m in town.curator.private if "версия 1" in m.text)
    await town.curator.replies(head, BETTER)
    town.curator.sees("версия 2")
    town.curator.sees(BETTER)
    case = await town.case()
    assert [(d.version, d.text, d.corrects) for d in case.drafts] == [(1, DRAFT, None), (2, BETTER, 1)]
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    town.curator.can_see("азмещено")


async def test_before_a_deadline_the_responsible_is_reminded_and_after_it_the_deputy_hears(town: Town) -> None:
    await forwarded(town)
    await town.zhkh.presses("Принять")
    draft_due = await town.due(Step.DRAFT)
    await town.to("2026-01-12T12:31")
    town.zhkh.sees("срок проекта ответа")
    town.deputy.hears_nothing()
    assert draft_due.isoformat() == "2026-01-12T10:00:00+00:00"
    await town.to("2026-01-12T14:01")  # a full minute after 13:00, and the lunch does not count
    town.zhkh.sees("просрочен")
    town.curator.sees("Отдел ЖКХ: просрочен проект ответа")
    town.deputy.hears_nothing()
    await town.to("2026-01-12T14:15")
    town.deputy.sees("просрочен")


async def test_after_a_night_switched_off_what_fell_due_is_told_once_in_one_message(town: Town) -> None:
    for text in (COMPLAINT, "На Мира опять нет воды, сколько можно терпеть", "Из крана течёт ржавая вода на Садовой"):
        town.players.town.vk.comment(town.players.resident, town.players.post, text)
    await town.settles()
    for text in ("Третий день", "На Мира опять", "ржавая"):
        town.curator.sees(text)
    await town.to("2026-01-13T08:00")
    told = [m for m in town.deputy.private if town.is_unseen(m)]
    assert len(told) == 1
    assert all(f"№ {number}" in told[0].text for number in (1, 2, 3))
    town.seen.add((told[0].chat.id, told[0].id))
    for message in town.curator.private:
        town.seen.add((message.chat.id, message.id))


async def test_iz_6_2_under_the_calendar_clock_posting_runs_from_the_draft(izobilny: Town) -> None:
    await izobilny.to("2026-01-12T09:10")
    await forwarded(izobilny)
    await izobilny.to("2026-01-12T11:00")
    assert (await izobilny.due(Step.DRAFT)).isoformat() == "2026-01-12T09:10:00+00:00"
    await izobilny.zhkh.replies(izobilny.card(), DRAFT)
    izobilny.curator.sees("версия 1")
    izobilny.curator.sees(DRAFT)
    assert (await izobilny.due(Step.POSTING)).isoformat() == "2026-01-12T08:30:00+00:00"
    await izobilny.curator.presses("Согласовать")
    await izobilny.waits(seconds=31)
    izobilny.curator.can_see("азмещено")


@pytest.mark.parametrize("text", ["принято", "Ок.", "Взяли!"])
async def test_a_reply_that_only_says_accepted_accepts(town: Town, text: str) -> None:
    await forwarded(town)
    await town.zhkh.replies(town.card(), text)
    assert (await town.case()).state is State.IN_WORK
    await town.zhkh.replies(town.card(), text)
    town.sees_in_group("Уже принято")
    assert (await town.case()).drafts == ()


@pytest.mark.parametrize("text", ["да", "👍", "Принято, выясняем"])
async def test_a_short_reply_is_asked_about_before_a_clock_stops(town: Town, text: str) -> None:
    await forwarded(town)
    await town.zhkh.replies(town.card(), text)
    question = town.zhkh.sees("Это проект ответа")
    assert (await town.case()).state is State.FORWARDED
    await town.zhkh.presses("Нет, просто сообщение", question)
    assert (await town.case()).drafts == ()


@IN_EITHER
async def test_a_voice_message_cannot_be_a_draft(town: Town) -> None:
    await forwarded(town)
    await town.zhkh.replies(town.card(), voice=b"ogg")
    town.zhkh.can_see("олосов")
    assert (await town.case()).drafts == ()


@IN_EITHER
async def test_an_edit_of_a_draft_is_a_new_version_only_if_it_says_something_else(town: Town) -> None:
    await forwarded(town)
    message = await town.zhkh.replies(town.card(), DRAFT)
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    await town.zhkh.edits(message, DRAFT)
    assert len((await town.case()).drafts) == 1
    await town.zhkh.edits(message, BETTER)
    town.curator.sees("версия 2")
    town.curator.sees(BETTER)
    assert len((await town.case()).drafts) == 2


@IN_EITHER
async def test_who_leaves_the_group_loses_his_rights_until_he_is_back(town: Town) -> None:
    await forwarded(town)
    await town.to("2026-01-12T12:31")
    town.curator.sees("не принято и не возвращено")
    reminder = town.zhkh.sees("№ 1")
    await town.zhkh.leaves()
    await town.zhkh.replies(reminder, DRAFT)
    town.zhkh.sees("вышли из рабочей группы")
    assert (await town.case()).drafts == ()
    await town.zhkh.comes_back()
    await town.zhkh.replies(reminder, DRAFT)
    town.zhkh.sees("Версия 1 у куратора")
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    assert len((await town.case()).drafts) == 1


@IN_EITHER
async def test_photos_stay_with_a_new_wording_until_somebody_takes_them_away(town: Town) -> None:
    await forwarded(town)
    await town.zhkh.replies(town.card(), DRAFT, photos=[photo(80), photo(200)])
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    town.seen.update((m.chat.id, m.id) for m in town.curator.private if m.media)
    await town.zhkh.replies(town.card(), BETTER)
    second = town.curator.sees("версия 2")
    town.curator.sees(BETTER)
    assert "Приложено: 2 фото" in second.text
    await town.curator.presses("Без файлов", second)
    third = town.curator.sees("версия 3")
    town.curator.sees(BETTER)
    assert "файлы убраны" in third.text
    assert [len(draft.files) for draft in (await town.case()).drafts] == [2, 2, 0]


@IN_EITHER
async def test_the_bots_own_message_forwarded_to_it_is_no_new_case(town: Town) -> None:
    await forwarded(town)
    town.players.town.telegram.forward(town.curator.user, town.card(), to=town.players.bot)
    await town.settles()
    town.curator.sees("Это моё сообщение")
    async with town.books.write("okrug") as tx:
        assert await tx.case_by_number(2) is None


async def test_a_remark_taken_back_in_time_never_reaches_the_executor(town: Town) -> None:
    await forwarded(town)
    await town.zhkh.replies(town.card(), DRAFT)
    town.curator.looks_at_everything()
    await town.curator.presses("На доработку")
    await town.curator.writes("Назовите срок")
    town.curator.sees("что исправить")
    done = town.curator.sees("№ 1, версия 1: на доработку, замечание «Назовите срок».")
    assert (await town.case()).state is State.REWORK
    await town.curator.presses("Отменить", done)
    assert (done.text, done.buttons) == ("№ 1: отменено, никто об этом не узнал.", [])
    await town.can_no_more_be_undone()
    assert (await town.case()).state is State.ON_APPROVAL
    assert [m for m in town.zhkh.private if "Назовите срок" in m.text] == []
