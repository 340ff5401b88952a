"""Reminders, the ladder above, receipts, putting off, the way each hears, and the night: whole, through every door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from tests.stories.test_a_day import DRAFT, forwarded
from tests.stories.town import KEY, Town
from workflow.commands import Forward, SetImportance
from workflow.office import Actor
from workflow.regulation import Importance, Step

ALWAYS = "duty: always\n"
"""Somebody is on duty at night too, so that a night's term is asked for at night."""
HEAD = "  head: {role: head, name: Глава округа}\n"


async def accepted(town: Town) -> None:
    """Detected and forwarded at 9:00, accepted at 9:30: the draft is due at 13:00."""
    await forwarded(town)
    await town.to("2026-01-12T09:30")
    if town.bot.offices.today(KEY).regulation.rule(Step.RETURN) is not None:
        town.zhkh.sees("срок возврата")
    await town.zhkh.presses("Принять")


async def overdue(town: Town, due: str = "13") -> None:
    await accepted(town)
    await town.to(f"2026-01-12T{int(due) - 1}:30")
    town.zhkh.sees("через 30 минут срок проекта ответа")
    await town.to({"12": "2026-01-12T12:01", "13": "2026-01-12T14:01"}[due])  # a full minute of working time after it
    town.zhkh.sees("проект ответа просрочен")
    town.curator.sees("Отдел ЖКХ: просрочен проект ответа")
    town.deputy.hears_nothing()
    await town.to({"12": "2026-01-12T12:15", "13": "2026-01-12T14:15"}[due])  # a quarter of an hour to make it good


async def test_ku_21_the_ladder_after_two_days_switched_off_is_told_once_each_in_order(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with({"head": "Глава"}, people=HEAD)
    await accepted(town)
    await town.to("2026-01-12T12:30")
    town.zhkh.sees("через 30 минут срок проекта ответа")
    await town.to("2026-01-14T08:00")
    told = {key: town.person(key).looks_at_everything() for key in ("zhkh_head", "first_deputy", "head")}
    assert "Отдел ЖКХ: просрочен ответ жителю по № 1" in told["zhkh_head"][1].text
    assert {key: ["проект" in m.text for m in messages] for key, messages in told.items()} == {
        "zhkh_head": [True, False],
        "first_deputy": [True],
        "head": [True],
    }
    async with town.books.write(KEY) as tx:
        lines = await tx.history(1)
    rung = [line["action"] for line in lines if line["details"].get("step") == "draft" and line["action"] != "reminder"]
    assert rung == ["overdue", "escalation", "escalation"]
    town.looks_around()


async def test_iz_d5_the_deputy_hears_after_a_quarter_of_an_hour_and_the_head_after_a_working_day(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with({"head": "Глава"}, people=HEAD)
    await overdue(town, due="12")
    town.deputy.sees("просрочен проект ответа")
    await town.to("2026-01-13T17:59")
    town.person("head").hears_nothing()
    await town.to("2026-01-13T18:00")
    town.person("head").sees("просрочен проект ответа")
    town.looks_around()


async def test_ku_19_an_overdue_draft_is_told_again_next_morning_and_no_more_to_whoever_has_seen_it(town: Town) -> None:
    await overdue(town)
    escalation = town.deputy.sees("просрочен проект ответа")
    assert await town.deputy.presses("Вижу", escalation) == "Отмечено, что вы видите. Об этом больше не напоминаю."
    assert await town.deputy.presses("Вижу", escalation) == "Отмечено, что вы видите. Об этом больше не напоминаю."
    assert [(action, who) for action, who, _ in await town.journal() if action == "seen"] == [("seen", "first_deputy")]
    await town.to("2026-01-13T09:00")
    town.zhkh.sees("проект ответа просрочен")
    town.deputy.hears_nothing()
    await town.deputy.writes("/case 1")
    history = town.deputy.sees("вижу, проект ответа просрочен")
    assert "первый заместитель главы: вижу, проект ответа просрочен" in history.text
    town.looks_around()


async def test_ku_19_who_was_not_told_cannot_say_that_he_sees_and_nobody_can_once_it_is_done(town: Town) -> None:
    await overdue(town)
    escalation = town.deputy.sees("просрочен проект ответа")
    for stranger in (town.zhkh, town.curator):
        stranger.private[-1].buttons = escalation.buttons
        assert "не вам" in await stranger.presses("Вижу", stranger.private[-1])
    town.looks_around()
    await town.zhkh.replies(town.card(), DRAFT)
    assert "больше не идёт" in await town.deputy.presses("Вижу", escalation)
    assert [action for action, _, _ in await town.journal() if action == "seen"] == []
    town.looks_around()


async def test_a_reminder_is_put_off_within_the_term_and_no_further(town: Town) -> None:
    await accepted(town)
    await town.to("2026-01-12T12:30")
    reminder = town.zhkh.sees("через 30 минут срок проекта ответа")
    await town.zhkh.presses("Напомнить позже…", reminder)
    question = town.zhkh.sees("когда напомнить?")
    assert [button.text for row in question.buttons for button in row] == ["Не нужно"]
    await town.zhkh.replies(question, "в 13:30")
    town.zhkh.sees("Срок наступит раньше: сегодня до 13:00")
    await town.zhkh.replies(question, "в 12:50")
    town.zhkh.sees("№ 1: напомню")
    await town.to("2026-01-12T12:50")
    town.zhkh.sees("через 10 минут срок проекта ответа")


async def test_an_overdue_notice_is_put_off_by_a_button(town: Town) -> None:
    await overdue(town)
    town.deputy.sees("просрочен проект ответа")
    await town.zhkh.presses("Напомнить позже…", town.zhkh.private[-1])
    question = town.zhkh.sees("когда напомнить?")
    captions = [button.text for row in question.buttons for button in row]
    assert captions == ["Через 30 минут", "Через 2 часа", "Завтра утром", "Не нужно"]
    assert await town.zhkh.presses("Через 2 часа", question) == "№ 1: напомню в 16:15."
    await town.to("2026-01-12T16:14")
    town.zhkh.hears_nothing()
    await town.to("2026-01-12T16:15")
    town.zhkh.sees("проект ответа просрочен")


async def test_each_chooses_where_he_hears(town: Town) -> None:
    await town.zhkh.writes("/notify")
    await town.zhkh.presses("В группу с упоминанием", town.zhkh.sees("Куда присылать напоминания"))
    await accepted(town)
    await town.to("2026-01-12T12:30")
    reminder = town.sees_in_group("через 30 минут срок проекта ответа")
    assert town.zhkh.user.first_name in reminder.text
    town.zhkh.hears_nothing()
    await town.zhkh.presses("В личные сообщения", town.zhkh.can_see("Куда присылать напоминания"))
    await town.to("2026-01-12T14:01:00")
    assert town.zhkh.sees("проект ответа просрочен") in town.zhkh.private
    town.curator.sees("просрочен проект ответа")


async def test_who_cannot_be_reached_is_reported_to_the_curator_once_a_day(town: Town) -> None:
    await accepted(town)
    await town.zhkh.blocks_the_bot()
    await town.to("2026-01-12T12:30")
    town.sees_in_group("через 30 минут срок проекта ответа")
    report = town.curator.sees("не получили напоминаний")
    assert "начальник отдела ЖКХ: не начал разговор с ботом или заблокировал его" in report.text
    await town.to("2026-01-12T14:01:00")
    town.sees_in_group("проект ответа просрочен")
    town.curator.sees("просрочен проект ответа")
    await town.to("2026-01-12T14:15")
    town.deputy.sees("просрочен проект ответа")
    town.curator.hears_nothing()
    await town.to("2026-01-13T09:00")
    town.sees_in_group("проект ответа просрочен")
    town.deputy.sees("просрочен проект ответа")
    town.curator.sees("не получили напоминаний")
    town.looks_around()


async def handed_over(town: Town, texts: Sequence[str], high: str = "") -> None:
    """Each is written and forwarded to ЖКХ, two minutes after the one before."""
    for number, text in enumerate(texts, 1):
        await town.resident_writes(text)
        async with town.books.write(KEY) as tx:
            case = await tx.case_by_number(number)
            assert case is not None
            desk, now = town.bot.ticker.desk, town.clock.now()
            if text == high:
                await desk.carry_out(tx, SetImportance(CURATOR, case.id, Importance.HIGH), now, KEY)
            await desk.carry_out(tx, Forward(CURATOR, case.id, ("zhkh",)), now, KEY)
        await town.waits(minutes=2)
    town.looks_around()


CURATOR = Actor(("curator",), 1)
NIGHT = [
    "Нет воды на Мира, 1",
    "Холодные батареи на Лесной, 2",
    "Течёт крыша на Речной, 4",
    "Не вывозят мусор на Полевой, 5",
]


async def test_iz_6_2_a_night_reminder_goes_out_silently_before_its_deadline(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    izobilny = await town_with(regulation="izobilnensky", settings=ALWAYS)
    await izobilny.to("2026-01-12T21:00")
    await handed_over(izobilny, NIGHT[:1])
    await izobilny.to("2026-01-12T23:30")
    await izobilny.to("2026-01-12T23:44")
    izobilny.zhkh.hears_nothing()
    await izobilny.to("2026-01-12T23:45")
    assert izobilny.zhkh.sees("срок проекта ответа завтра до 0:00").silent


async def test_in_a_quiet_hour_several_cases_are_one_message_and_a_high_one_does_not_wait(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    izobilny = await town_with(regulation="izobilnensky", settings=ALWAYS)
    await izobilny.to("2026-01-12T21:00")
    await handed_over(izobilny, NIGHT, high=NIGHT[1])
    for minute in (30, 32, 34, 36, 45):
        await izobilny.to(f"2026-01-12T23:{minute}")
    told = izobilny.zhkh.looks_at_everything()
    alone = [m for m in told if "№ 2" in m.text]
    together = [m for m in told if m not in alone and "проекта ответа" in m.text]
    assert [m.silent for m in alone] == [False]
    assert [[f"№ {n}" in m.text for n in (1, 3, 4)] for m in together] == [[True, True, True]]
    assert [m.silent for m in together] == [True]
    izobilny.looks_around()


async def test_in_ones_own_quiet_hours_only_what_is_important_sounds(town: Town) -> None:
    await town.zhkh.writes("/notify с 9 до 12")
    town.zhkh.sees("с 9:00 до 12:00 пишу вам без звука")
    told = []
    for number, words in ((1, "Нет воды на Мира, 1"), (2, "Провод упал на дорогу, искрит")):
        await town.resident_writes(words)
        await town.curator.presses("Другому…", town.curator.sees(f"Новое сообщение № {number}"))
        await town.curator.presses("Отдел ЖКХ", town.curator.can_see(f"№ {number}"))
        told.append(town.zhkh.sees(f"№ {number} · передано вам").silent)
    assert told == [True, False]
    town.looks_around()
