"""Somebody is away: his substitute acts with his rights for exactly that time, and nothing waits meanwhile (IZ-D3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.offices import Offices
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.test_replies import drafted, forwarded
from tests.stories.town import KEY, Person, Town
from workflow.case import State
from workflow.office import Absence

DARK = "На Садовой третий день не горят фонари, темно и страшно ходить"
IMPROVEMENT = "Начальник отдела благоустройства"
ROADS = "Начальник отдела дорожного хозяйства"


def chief(town: Town) -> Person:
    """The specialist who stands in for the curator in these stories."""
    return town.person("improvement_head")


def everybody_looks(town: Town) -> None:
    for key in town.players.people:
        town.person(key).looks_at_everything()
    for message in town.players.in_group():
        town.seen.add((message.chat.id, message.id))


async def absent(person: Person, days: str, substitute: str) -> None:
    """The person says when he is away and who stands in."""
    await person.writes(f"/absent {days}")
    await person.presses(substitute, person.sees("Кто замещает?"))


async def away(town: Town) -> list[tuple[str, str | None]]:
    """Who is away or will be, by the books, with the substitute."""
    async with town.books.write(KEY) as tx:
        kept = await tx.absences.lasting(town.clock.now())
    return [(one.absence.person, one.absence.substitute) for one in kept]


# --- the substitute's rights -------------------------------------------------------------------------------------------


async def test_iz_d3_the_chief_specialist_approves_during_the_curators_leave_and_not_a_minute_after(town: Town) -> None:
    await drafted(town)
    await absent(town.curator, "сегодня", "Начальник отдела благоустройства")
    assert town.curator.sees("Записал").text == (
        "Записал: куратор, нет 12 января. Замещает начальник отдела благоустройства."
    )
    assert chief(town).sees("Вы замещаете").text == (
        "Вы замещаете: куратор, по 12 января включительно.\nЧто ждёт решения: 1 проект ответа. Показываю ниже."
    )
    head = chief(town).sees("версия 1")
    chief(town).sees(DRAFT)
    assert (await chief(town).presses("Согласовать", head)).startswith("Согласовано")
    await chief(town).presses("Отменить", head)
    assert (await town.case()).state is State.ON_APPROVAL
    await town.to("2026-01-12T23:59:59")
    everybody_looks(town)
    await chief(town).presses("На доработку", head)
    question = chief(town).sees("что исправить")
    await town.to("2026-01-13T00:00:00")
    assert (await chief(town).presses("Согласовать", head)).startswith("Согласовать может куратор.")
    await chief(town).replies(question, "Назовите срок")
    chief(town).sees("Отправить на доработку может куратор")
    assert (await town.case()).state is State.ON_APPROVAL
    assert [(a, who) for a, who, _ in await town.journal() if a in ("approve", "undo")] == [
        ("approve", "improvement_head"),
        ("undo", "improvement_head"),
    ]
    await town.curator.writes("/case 1")
    history = town.curator.sees("согласовал версию 1").text
    assert "куратор (начальник отдела благоустройства, замещает: куратор) согласовал версию 1" in history
    everybody_looks(town)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert (await town.case()).state is State.CLOSED
    everybody_looks(town)


async def test_iz_d3_rights_pass_along_a_chain(town: Town) -> None:
    await absent(town.curator, "сегодня", IMPROVEMENT)
    await absent(chief(town), "сегодня", ROADS)
    everybody_looks(town)
    await town.resident_writes(COMPLAINT)
    offer = town.roads.sees(COMPLAINT[:20])
    town.curator.hears_nothing()
    chief(town).hears_nothing()
    await town.roads.presses("ЖКХ", offer)
    assert (await town.case()).state is State.FORWARDED
    await town.zhkh.writes("/case 1")
    assert "(начальник отдела дорожного хозяйства, замещает: куратор) направил" in town.zhkh.sees("направил").text
    town.card()
    town.zhkh.sees("№ 1 · передано вам")


async def test_iz_d3_the_file_says_who_is_away(town_with: Callable[..., Awaitable[Town]]) -> None:
    town = await town_with(
        settings="absent:\n  - {person: curator, from: 2026-01-12, to: 2026-01-13, substitute: improvement_head}\n"
    )
    assert chief(town).can_see("Вы замещаете: куратор, по 13 января включительно.\nСейчас ничего не ждёт.")
    await town.resident_writes(COMPLAINT)
    await chief(town).presses("ЖКХ", chief(town).sees(COMPLAINT[:20]))
    assert (await town.journal())[-1] == ("forward", "improvement_head", "forwarded")
    await town.zhkh.writes("/absent")
    listed = town.zhkh.sees("Кого нет")
    assert "Куратор: с 12 по 13 января, замещает начальник отдела благоустройства (в настройках)" in listed.text
    assert listed.buttons == []
    everybody_looks(town)


# --- nothing waits -----------------------------------------------------------------------------------------------------


async def _two_new_and_one_draft(town: Town) -> None:
    await drafted(town)
    await town.resident_writes(DARK)
    await town.resident_writes("На Мира яма во всю дорогу, машины объезжают по тротуару")
    everybody_looks(town)


def _is_shown_everything(town: Town) -> None:
    assert chief(town).sees("Вы замещаете").text == (
        "Вы замещаете: куратор, по 14 января включительно.\nЧто ждёт решения: 2 новых сообщения, 1 проект ответа. Показываю ниже."
    )
    chief(town).sees("версия 1")
    chief(town).sees(DRAFT)
    chief(town).sees("не горят фонари")
    chief(town).sees("яма во всю дорогу")
    chief(town).hears_nothing()


async def test_iz_d3_what_waits_is_shown_when_the_leave_begins_by_itself_at_midnight(town: Town) -> None:
    await _two_new_and_one_draft(town)
    await absent(town.curator, "с 13 по 14 января", IMPROVEMENT)
    everybody_looks(town)
    await town.to("2026-01-12T23:59:59")
    everybody_looks(town)
    await town.to("2026-01-13T00:00:00")
    assert [m.silent for m in chief(town).private if town.is_unseen(m)] == [True] * 5
    _is_shown_everything(town)
    await town.waits(minutes=1)
    chief(town).hears_nothing()
    await chief(town).presses("Направить в Отдел благоустройства", chief(town).can_see("не горят фонари"))
    assert (await town.case(2)).state is State.FORWARDED
    everybody_looks(town)


async def test_iz_d3_also_after_the_bot_was_off(town: Town) -> None:
    await _two_new_and_one_draft(town)
    await absent(town.curator, "с 13 по 14 января", IMPROVEMENT)
    await town.bot.ticker.note_presence()
    everybody_looks(town)
    town.clock.advance(timedelta(hours=16))
    forgetful = Offices(town.municipality)
    town.bot.offices._by_hash, town.bot.offices._today = forgetful._by_hash, forgetful._today
    assert town.bot.ticker.handing_over is not None
    town.bot.ticker.handing_over._known = None
    await town.bot.start()
    await town.settles()
    handed = [m for m in chief(town).looks_at_everything() if "Вы замещаете" in m.text]
    assert len(handed) == 1
    everybody_looks(town)
    await town.waits(minutes=1)
    everybody_looks(town)


async def test_iz_d3_an_executors_substitute_has_the_cases_in_work_with_their_terms(town: Town) -> None:
    await forwarded(town)
    await absent(town.zhkh, "сегодня", ROADS)
    assert town.roads.sees("Вы замещаете").text == (
        "Вы замещаете: начальник отдела ЖКХ, по 12 января включительно.\n"
        "В работе 1 сообщение, отвечайте на карточки:\n"
        "№ 1 вода, Школьная, 5: проект ответа сегодня до 12:00 · Отдел ЖКХ"
    )
    everybody_looks(town)
    assert "Принято" in await town.roads.presses("Принять", town.card())
    assert (await town.journal())[-1] == ("accept", "roads_head", "in_work")


async def test_iz_d3_where_nobody_stands_in_the_curator_hears_with_the_group_what_would_be_lost(town: Town) -> None:
    await forwarded(town)
    await absent(town.zhkh, "сегодня", "Никто")
    assert town.curator.sees("никто не замещает").text.startswith("Начальник отдела ЖКХ: нет по 12 января, и никто")
    everybody_looks(town)
    await town.to("2026-01-12T11:30")
    lost = (
        "⏰ № 1 · через 30 минут срок проекта ответа (12:00). Вода, Школьная, 5.\n"
        "Отвечает Отдел ЖКХ, но на месте никого нет и никто не замещает. "
        "Назначьте замещающего командой /absent или передайте сообщение другому."
    )
    assert town.sees_in_group("срок проекта ответа").text == lost
    assert town.curator.sees("срок проекта ответа").text == lost
    town.deputy.looks_at_everything()
    await town.to("2026-01-12T12:01")
    assert "Отвечает Отдел ЖКХ, но на месте никого нет" in town.sees_in_group("просрочен").text
    assert "Отвечает Отдел ЖКХ, но на месте никого нет" in town.curator.sees("просрочен").text
    town.deputy.looks_at_everything()
    town.zhkh.hears_nothing()
    town.curator.hears_nothing()


async def test_iz_d3_without_a_curator_the_supervisor_hears_and_offers_go_to_the_group(town: Town) -> None:
    await absent(town.curator, "сегодня", "Никто")
    town.deputy.sees("Куратор: нет по 12 января, и никто не замещает")
    everybody_looks(town)
    await town.resident_writes(COMPLAINT)
    town.sees_in_group(COMPLAINT[:20])
    town.curator.hears_nothing()


async def test_iz_d3_who_comes_back_early_has_what_came_meanwhile_and_the_substitute_no_more(town: Town) -> None:
    await absent(town.curator, "сегодня", IMPROVEMENT)
    everybody_looks(town)
    await town.resident_writes(COMPLAINT)
    offer = chief(town).sees(COMPLAINT[:20])
    town.curator.hears_nothing()
    await town.curator.presses("Отменить", town.curator.can_see("Записал"))
    town.curator.sees("отменил куратор")
    assert town.curator.sees("Вы снова на месте").text == (
        "Вы снова на месте (куратор).\nЧто ждёт решения: 1 новое сообщение. Показываю ниже."
        "\nПока вас не было (1 сообщение, последнее по каждому):"
        "\n№ 1 вода, Школьная, 5: 12 января, 9:00 — заведено новое сообщение"
    )
    again = town.curator.sees(COMPLAINT[:20])
    ended = chief(town).sees("отменил куратор, начальник отдела благоустройства больше не замещает")
    assert ended.text.startswith("Куратор: отсутствие 12 января отменил куратор")
    assert (await chief(town).presses("ЖКХ", offer)).startswith("Направить может куратор")
    await town.curator.presses("ЖКХ", again)
    assert (await town.case()).state is State.FORWARDED
    everybody_looks(town)


async def test_iz_d3_an_executor_who_comes_back_hears_what_his_department_did_meanwhile_and_no_other(
    town: Town,
) -> None:
    await absent(town.zhkh, "сегодня", IMPROVEMENT)
    await absent(town.roads, "сегодня", IMPROVEMENT)
    everybody_looks(town)
    card = await forwarded(town)
    await chief(town).presses("Принять", card)
    everybody_looks(town)
    await town.zhkh.presses("Отменить", town.zhkh.can_see("Записал"))
    await town.roads.presses("Отменить", town.roads.can_see("Записал"))
    back = town.zhkh.sees("Вы снова на месте").text.splitlines()
    assert back[0] == "Вы снова на месте (начальник отдела ЖКХ)."
    assert back[-2:] == [
        "Пока вас не было (1 сообщение, последнее по каждому):",
        "№ 1 вода, Школьная, 5: 12 января, 9:00 — исполнитель (начальник отдела благоустройства, "
        "замещает: начальник отдела ЖКХ) принял в работу",
    ]
    assert [m.text for m in town.roads.looks_at_everything() if "снова на месте" in m.text] == []
    everybody_looks(town)


async def test_iz_d3_a_substitute_the_bot_meets_only_now_is_shown_what_waits(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    specialist = "  specialist: {role: executor, department: zhkh, name: Главный специалист}\n"
    town = await town_with(people=specialist)
    await absent(town.curator, "сегодня", "Главный специалист")
    assert "бот с ним ещё не знаком: пусть откроет приглашение" in town.curator.sees("Записал").text
    await town.resident_writes(COMPLAINT)
    town.sees_in_group(COMPLAINT[:20])
    newcomer = town.newcomer("specialist", "Специалист", in_group=True)
    await town.invites("specialist", "code")
    await newcomer.opens_invitation("code")
    await newcomer.presses("Да, это я", newcomer.sees("Вы — главный специалист?"))
    newcomer.sees("Готово, вы — главный специалист")
    newcomer.sees("Вы замещаете: куратор, по 12 января включительно.\nЧто ждёт решения: 1 новое сообщение.")
    await newcomer.presses("ЖКХ", newcomer.sees(COMPLAINT[:20]))
    assert (await town.journal())[-1] == ("forward", "specialist", "forwarded")
    everybody_looks(town)


async def test_iz_d3_who_comes_back_to_nothing_is_not_disturbed(town: Town) -> None:
    await absent(town.curator, "сегодня", IMPROVEMENT)
    everybody_looks(town)
    await town.to("2026-01-13T00:00:00")
    town.curator.hears_nothing()
    chief(town).hears_nothing()


async def _entered_and_lost(town: Town) -> None:
    now, offices = town.clock.now(), town.bot.offices
    async with town.books.write(KEY) as tx:
        await tx.absences.enter(Absence("zhkh_head", now, now + timedelta(days=1), None), "zhkh_head", now)
        await offices.read_absences(tx, now)
        assert [a.person for a in offices.today(KEY).absences] == ["zhkh_head"]
        raise ZeroDivisionError


async def test_a_lost_transaction_leaves_no_absence_behind(town: Town) -> None:
    await town.zhkh.writes("/absent завтра")
    question = town.zhkh.sees("Кто замещает?")
    with pytest.raises(ZeroDivisionError):
        await _entered_and_lost(town)
    assert town.bot.offices.today(KEY).absences == ()
    await town.zhkh.presses("Никто", question)
    everybody_looks(town)
    assert await away(town) == [("zhkh_head", None)]
