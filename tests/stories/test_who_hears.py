"""Who hears what first: new work calls its executor in private, and he acts right there (DESIGN rule 17, CLOCK §4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sandbox.telegram.model import Message
from tests.stories.test_a_day import COMPLAINT, DRAFT, forwarded
from tests.stories.test_several_executors import handed_to_two
from tests.stories.town import KEY, Person, Town
from workflow.case import State
from workflow.commands import SetImportance
from workflow.office import Actor
from workflow.regulation import Importance

CURATOR = Actor(("curator",), 1)


def captions(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def test_new_work_calls_its_executor_in_private_who_accepts_it_there(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    town.curator.sees("Третий день нет воды")
    await town.curator.presses("Отдел ЖКХ")
    called, card = town.zhkh.sees("№ 1 · передано вам: Отдел ЖКХ"), town.card()
    assert called in town.zhkh.private
    assert called.text.replace("«", "").replace("»", "").split("\n") == [
        "№ 1 · передано вам: Отдел ЖКХ",
        "Вода, Школьная, 5",
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут",
        "ВКонтакте · Житель · 9:00 · открыть",
        "открыть карточку",
        "",
        "Примите или верните пн 12.01 до 9:30",
        "⏰ проект ответа пн 12.01 до 13:00 · ответ вт 13.01 до 10:00",
    ]
    to_card = town.bot.messenger.manners.links.to_message(card.chat.id, card.id)
    assert to_card in [entity.url for entity in called.entities]
    assert captions(called) == ["Принять", "Вернуть"]
    assert (called.silent, card.silent) == (False, True)  # he is called in private, so the group need not be

    assert (await town.zhkh.presses("Принять", called)).startswith("Принято")
    assert (await town.case()).state is State.IN_WORK
    assert "В работе с 9:00" in card.text
    assert "В работе с 9:00. Текст ответа жителю пришлите ответом на это сообщение." in called.text
    assert captions(called) == ["Черновик", "Вернуть"]

    await town.zhkh.replies(called, DRAFT)
    assert "Сейчас: на согласовании." in called.text
    assert captions(called) == []
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    town.zhkh.sees("Версия 1 у куратора")


async def test_whoever_accepts_or_returns_elsewhere_changes_what_was_sent_in_private(town: Town) -> None:
    await forwarded(town)
    called = town.zhkh.can_see("передано вам")
    await town.zhkh.presses("Принять", town.card())
    assert captions(called) == ["Черновик", "Вернуть"]
    await town.zhkh.presses("Вернуть", called)
    await town.zhkh.presses("Уже решено", town.zhkh.sees("Почему возвращаете"))
    town.zhkh.sees("№ 1 возвращено, причина")
    await town.can_no_more_be_undone()
    town.curator.sees("Уже решено")
    assert called.text.endswith("Возвращено.")
    assert captions(called) == []
    assert await town.curator.presses("Отдел дорожного хозяйства") != ""
    assert captions(town.roads.sees("передано вам: Отдел дорожного хозяйства")) == ["Принять", "Вернуть"]
    assert captions(called) == []


async def test_further_work_within_ten_minutes_is_silent_unless_it_is_of_high_importance(town: Town) -> None:
    told = {}
    for number, words in enumerate(("Нет воды на Мира, 1", "Нет воды на Садовой, 2", "Нет воды на Лесной, 3"), 1):
        await town.resident_writes(words)
        if number == 3:
            async with town.books.write(KEY) as tx:
                await town.bot.ticker.desk.carry_out(
                    tx, SetImportance(CURATOR, 3, Importance.HIGH), town.clock.now(), KEY
                )
        offer = town.curator.sees(words)
        await town.curator.presses("Направить в Отдел ЖКХ", offer)
        told[number] = town.zhkh.sees(f"№ {number} · передано вам").silent
        await town.waits(minutes=4)
    assert told == {1: False, 2: True, 3: False}
    town.looks_around()


async def test_after_ten_minutes_further_work_sounds_again(town: Town) -> None:
    for words, minutes, silent in (("Нет воды на Мира, 1", 9, False), ("На Садовой, 2 нет воды", 2, True)):
        await town.resident_writes(words)
        await town.curator.presses("Направить в Отдел ЖКХ", town.curator.sees(words))
        assert town.zhkh.sees("передано вам").silent is silent
        await town.waits(minutes=minutes)
    await town.resident_writes("Холодные батареи на Лесной, 3")
    await town.curator.presses("Отдел ЖКХ", town.curator.sees("Лесной, 3"))
    assert not town.zhkh.sees("передано вам").silent
    town.looks_around()


async def test_ku_16_a_co_executor_hears_of_his_own_term(town: Town) -> None:
    await handed_to_two(town)
    town.zhkh.can_see("передано вам: Отдел ЖКХ")
    beside = town.roads.can_see("нужны ваши сведения: Отдел дорожного хозяйства")
    assert beside.text.endswith(
        "Сведения для общего ответа ждём пн 12.01 до 11:00: пришлите их ответом на это сообщение."
        " Ответ готовит Отдел ЖКХ."
    )
    assert captions(beside) == ["Принять", "Вернуть"]
    await town.roads.replies(beside, "Дорогу восстановим до 20 января.")
    town.curator.sees("сведения от соисполнителя")
    town.roads.looks_at_everything()
    assert "Сведения от вас есть." in beside.text
    town.card()


async def test_who_cannot_be_reached_is_mentioned_in_the_group_and_the_card_sounds(town: Town) -> None:
    await town.zhkh.blocks_the_bot()
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("Отдел ЖКХ", town.curator.sees("Третий день нет воды"))
    mention = town.sees_in_group("передано вам: Отдел ЖКХ")
    card = town.sees_in_group("Ответственный: Отдел ЖКХ")
    assert mention.reply_to is card
    assert f"{name(town.zhkh)}, примите или верните на карточке до 9:30" in mention.text
    assert mention.pings == [mention.account_link.format(town.zhkh.user.id)]
    assert (card.silent, mention.silent) == (False, False)


def name(person: Person) -> str:
    return person.user.first_name


# --- a missed step ----------------------------------------------------------------------------------------------------


async def handed(town: Town, *minutes: int) -> None:
    """Messages detected and handed to ЖКХ in the given minutes after nine, one after the other, each accepted at once."""
    for number, minute in enumerate(minutes, 1):
        await town.to(f"2026-01-12T09:{minute:02}")
        await town.resident_writes(f"Нет воды на Мира, {number}")
        await town.curator.presses("Направить в Отдел ЖКХ", town.curator.sees(f"Мира, {number}"))
        await town.zhkh.presses("Принять", town.zhkh.sees(f"№ {number} · передано вам"))
        town.looks_around()


async def test_ku_21_a_missed_step_is_told_to_holder_and_curator_then_above_then_opened_at_one_tap(town: Town) -> None:
    await handed(town, 0)
    await town.to("2026-01-12T14:00:59")
    town.looks_around()
    await town.to("2026-01-12T14:01")
    assert captions(town.zhkh.sees("проект ответа просрочен")) == ["Черновик", "Вернуть", "Напомнить позже…"]
    missed = town.curator.sees("Отдел ЖКХ: просрочен проект ответа по № 1")
    assert captions(missed) == ["№ 1"]
    town.deputy.hears_nothing()
    assert await town.curator.presses("№ 1", missed) != ""
    opened = town.curator.sees("№ 1 · вода · Мира, 1")
    assert {"Другому…", "Отозвать"} <= set(captions(opened))
    await town.to("2026-01-12T14:15")
    above = town.deputy.sees("Отдел ЖКХ: просрочен проект ответа по № 1")
    assert captions(above) == ["№ 1", "Открыть", "Вижу"]
    await town.deputy.presses("№ 1", above)
    town.deputy.sees("№ 1")
    await town.curator.presses("Отозвать", opened)
    town.zhkh.sees("больше не у вас")
    town.curator.hears_nothing()


async def test_what_the_curator_hears_of_others_is_gathered_by_the_quarter_of_an_hour(town: Town) -> None:
    """Drafts due at 13:00, 13:04 (14:04), 13:08 (14:08): the first at once, the others in one message."""
    await handed(town, 0, 4, 8)
    await town.to("2026-01-12T14:00")
    town.looks_around()
    for minute in range(1, 15):
        await town.to(f"2026-01-12T14:{minute:02}")
    first, *more = [m.text for m in town.curator.looks_at_everything()]
    assert "просрочен проект ответа по № 1" in first
    assert more == []
    await town.to("2026-01-12T14:16")
    [together] = town.curator.looks_at_everything()
    assert [f"№ {number}" in together.text for number in (1, 2, 3)] == [False, True, True]
    assert captions(together) == ["№ 2", "№ 3"]
    town.looks_around()


async def test_mo_7_of_a_right_the_curator_hears_at_once_and_then_hourly_and_nobody_above(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(regulation="moskalensky")
    for number, minute in enumerate((0, 5, 10), 1):
        await town.to(f"2026-01-12T09:{minute:02}")
        await town.resident_writes(f"Нет воды на Мира, {number}")
        await town.curator.presses("Направить в Отдел ЖКХ", town.curator.sees(f"Мира, {number}"))
    town.looks_around()
    for minute in range(11, 60):
        await town.to(f"2026-01-12T09:{minute:02}")
    [first] = [m for m in town.curator.looks_at_everything() if "не принято и не возвращено" in m.text]
    assert ("№ 1" in first.text, captions(first)) == (True, ["№ 1"])
    reminded = [m for m in town.zhkh.looks_at_everything() if "срок возврата" in m.text or "возврат" in m.text]
    assert [f"№ {n}" in m.text for m in reminded for n in (1, 2, 3)] == [True, False, False, False, True, True]
    await town.to("2026-01-12T10:31")
    [together] = [m for m in town.curator.looks_at_everything() if "не принято и не возвращено" in m.text]
    assert "2 сообщения" in together.text
    assert captions(together) == ["№ 2", "№ 3"]
    town.deputy.hears_nothing()
    town.looks_around()


async def test_the_executor_opens_a_case_from_a_list_with_the_buttons_that_act(town: Town) -> None:
    await handed(town, 0, 1)
    await town.to("2026-01-12T14:02")
    await town.to("2026-01-13T09:00")
    town.looks_around()
    [morning] = [m for m in town.zhkh.private if "просрочено 2 проекта ответа" in m.text][-1:]
    assert captions(morning) == ["№ 1", "№ 2"]
    await town.zhkh.presses("№ 2", morning)
    opened = town.zhkh.sees("№ 2 · передано вам")
    assert captions(opened) == ["Черновик", "Вернуть"]
    await town.zhkh.replies(opened, DRAFT)
    assert (await town.case(2)).state is State.ON_APPROVAL
    assert captions(opened) == []
    town.looks_around()


async def test_ku_21_the_morning_repeats_to_those_above_are_one_message_a_line_a_case(town: Town) -> None:
    await handed(town, 0, 1)
    await town.to("2026-01-12T15:00")
    town.looks_around()
    await town.to("2026-01-13T09:00")
    [morning] = town.deputy.looks_at_everything()
    lines = morning.text.split("\n")
    assert lines[0] == "⚠️ Отдел ЖКХ: просрочено 2 проекта ответа"
    assert [line.split(" вода")[0] for line in lines[1:]] == ["№ 1", "№ 2"]
    assert captions(morning) == ["№ 1", "№ 2", "Вижу всё"]
    town.looks_around()


async def test_ku_21_what_was_made_good_in_time_is_read_above_on_friday(town: Town) -> None:
    await handed(town, 0)
    await town.to("2026-01-12T14:05")
    await town.zhkh.replies(town.card(), DRAFT)
    await town.to("2026-01-12T14:20")
    town.deputy.hears_nothing()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    await town.to("2026-01-16T15:44")
    town.looks_around()
    await town.to("2026-01-16T15:45")
    assert town.deputy.sees("В ваших отделах").text.split("\n")[1:] == [
        "",
        "Отдел ЖКХ",
        "№ 1 вода, Мира, 1: проект ответа, срок был пн 12 января, 13:00, исполнено на 5 минут позже",
    ]
    await town.to("2026-01-23T18:00")
    town.deputy.hears_nothing()
    town.looks_around()


async def test_a_posted_answer_is_one_line_of_the_heads_evening_and_an_edit_till_then(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(settings="reminders: {digests: true}\n")
    await handed(town, 0)
    await town.zhkh.replies(town.card(), DRAFT)
    await town.curator.presses("Согласовать")
    town.looks_around()
    await town.waits(seconds=31)
    assert "азмещено" in town.curator.can_see("проект ответа, версия 1").text
    town.curator.hears_nothing()
    town.zhkh.hears_nothing()
    assert "Сейчас ничего не нужно: ответ размещён." in town.zhkh.can_see("передано вам").text
    await town.to("2026-01-12T17:30")
    for person in (town.zhkh, town.curator):
        assert person.sees("✅").text == "✅ Сегодня размещён 1 ответ: № 1"
    town.deputy.hears_nothing()


async def test_a_further_offer_within_two_minutes_is_silent_unless_it_is_of_high_importance(town: Town) -> None:
    told = {}
    for number, words in enumerate(("Нет воды на Мира, 1", "Яма на Садовой, 2", "Провод упал на дорогу, искрит"), 1):
        await town.resident_writes(words)
        told[number] = town.curator.sees(f"Новое сообщение № {number}").silent
        await town.waits(seconds=30)
    await town.waits(seconds=60)
    await town.resident_writes("Не вывозят мусор на Лесной")
    told[4] = town.curator.sees("Новое сообщение № 4").silent
    assert told == {1: False, 2: True, 3: False, 4: False}
