"""The calendar is corrected, or the bot was off, while cases are open: terms move aloud and nobody is late in the past."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.cli.check import moving_terms
from bot.kept_settings import restore
from config.municipality import load
from storage import tables
from tests.stories.test_editions import kept_terms, restarts
from tests.stories.test_reminders import accepted
from tests.stories.town import KEY, MOSCOW, Town
from workflow.terms.alarms import newest_runs
from workflow.terms.worktime import WorkingTime

DAY_OFF = "days:\n  2026-01-13: off\n"
NEW_DAY = """stavropol:
  name: Ставропольский край
  days: [{name: День края, on: 01-13, law: Закон края от 11.01.2026 № 1, since: 2026}]
"""


async def set_days(town: Town, text: str) -> None:
    path = town.municipality.path
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    await restarts(town)


async def foretold(town: Town) -> list[str]:
    """What `check` says of the terms of open cases, by the files as they are now."""
    path = town.municipality.path
    async with town.books.write(KEY) as tx:
        return [
            one.text for one in await moving_terms(tx, load(path, (path.parent, path.parent.parent)), town.clock.now())
        ]


async def alarms(town: Town, step: str) -> dict[str, str]:
    t = tables.alarms
    async with town.books.write(KEY) as tx:
        rows = (await tx.connection.execute(sa.select(t.c.kind, t.c.at).where(t.c.step == step))).all()
    return {kind: f"{at.astimezone(MOSCOW):%d %H:%M}" for kind, at in rows}


async def until(town: Town, step: str) -> datetime:
    case = await town.case()
    return newest_runs(case, town.bot.offices.at(KEY, case.regulation))[step].until.astimezone(MOSCOW)


async def test_ku_10_a_day_set_off_moves_the_term_and_its_alarms_and_the_journal_says_so(town: Town) -> None:
    await accepted(town)
    assert (await kept_terms(town, 1))["answer"] == "13 10:00"
    path = town.municipality.path
    path.write_text(path.read_text(encoding="utf-8") + DAY_OFF, encoding="utf-8")
    assert await foretold(town) == [
        f"{KEY}: календарь изменился, при запуске сдвинутся сроки у 1 открытого сообщения; в истории каждого будет запись"
    ]
    await restarts(town)
    assert await foretold(town) == []
    assert (await kept_terms(town, 1))["answer"] == "14 10:00"
    assert (await alarms(town, "answer"))["overdue"] == "14 10:01"
    assert ("reckon", "clock", "in_work") in await town.journal()
    lines = len(await town.journal())
    await restarts(town)
    assert len(await town.journal()) == lines
    town.forget_what_was_said()


async def test_ku_10_a_regions_day_off_moves_the_term_past_the_day_and_the_hour_before_it(town: Town) -> None:
    """The office writes its region's new day into its own table: the calendar is another one, for reports too."""
    await accepted(town)
    assert (await kept_terms(town, 1))["answer"] == "13 10:00"
    (town.municipality.path.parent / "regions.yaml").write_text(NEW_DAY, encoding="utf-8")
    assert len(await foretold(town)) == 1
    await restarts(town)
    assert (await kept_terms(town, 1))["answer"] == "14 11:00"
    assert ("reckon", "clock", "in_work") in await town.journal()
    async with town.books.write(KEY) as tx:
        kept = await restore(tx)
    assert kept is not None
    assert kept.municipality.working_time.fingerprint == town.municipality.working_time.fingerprint
    town.forget_what_was_said()


async def test_ku_10_a_day_that_is_worked_after_all_leaves_at_least_the_grace(town: Town) -> None:
    """The answer was due on the 14th; by the corrected file it was due an hour ago."""
    path = town.municipality.path
    await set_days(town, DAY_OFF)
    await accepted(town)
    assert (await kept_terms(town, 1))["answer"] == "14 10:00"
    await town.to("2026-01-14T09:10")
    path.write_text(path.read_text(encoding="utf-8").replace(DAY_OFF, ""), encoding="utf-8")
    await restarts(town)
    assert (await kept_terms(town, 1))["answer"] == "13 10:00"
    assert await until(town, "answer") >= datetime(2026, 1, 14, 9, 40, tzinfo=MOSCOW)
    town.forget_what_was_said()


async def test_ku_11_a_term_that_passed_while_the_bot_was_off_is_asked_for_after_the_grace(town: Town) -> None:
    await accepted(town)
    await town.to("2026-01-12T12:20")
    await town.bot.ticker.note_presence()
    town.clock.advance(datetime(2026, 1, 12, 15, 0, tzinfo=MOSCOW) - town.clock.now())
    await restarts(town)
    assert (await until(town, "draft")).strftime("%d %H:%M") == "12 15:30"
    await town.to("2026-01-12T15:30")
    assert all("просрочен" not in message.text for message in town.zhkh.looks_at_everything())
    await town.to("2026-01-12T15:31")
    town.zhkh.sees("проект ответа просрочен")
    town.forget_what_was_said()


async def test_a_restart_of_minutes_moves_nothing(town: Town) -> None:
    await accepted(town)
    await town.to("2026-01-12T12:57")
    await town.bot.ticker.note_presence()
    town.clock.advance(datetime(2026, 1, 12, 13, 5, tzinfo=MOSCOW) - town.clock.now())
    await restarts(town)
    assert (await until(town, "draft")).strftime("%d %H:%M") == "12 13:00"
    town.forget_what_was_said()


async def test_ku_10_a_day_set_off_afterwards_offers_to_strike_off_what_it_would_not_have_entered(town: Town) -> None:
    """Two drafts were missed on a day that the office, as it turns out, had off."""
    for text in ("Третий день нет воды на Школьной, 5", "Не вывозят мусор на Мира, 2, вторая неделя"):
        await town.resident_writes(text)
    await town.to("2026-01-12T10:30")
    town.looks_around()
    path = town.municipality.path
    path.write_text(path.read_text(encoding="utf-8") + "days:\n  2026-01-12: off\n", encoding="utf-8")
    assert (await foretold(town))[-1] == (
        f"{KEY}: по новому календарю не были бы нарушениями: 2; сами они не исчезнут, снять их бот предложит ответственному"
    )
    await restarts(town)
    listed = town.deputy.sees("По новому календарю не были бы нарушениями: 2")
    town.deputy.hears_nothing()
    town.curator.hears_nothing()
    assert "№ 1, направление исполнителю, Куратор" in listed.text
    assert "срок был сегодня в 10:00, по новому календарю завтра в 10:00" in listed.text
    await town.deputy.presses("Снять все…", listed)
    asked = town.deputy.sees("Почему снимаем 2 нарушения")
    await town.deputy.presses("Исправлен календарь", asked)
    assert "Нарушений, которых не было бы по нынешнему календарю, нет." in listed.text
    rows = [(await town.case(number)).missed[0].annulled for number in (1, 2)]
    assert [(row.by, row.reason) for row in rows if row is not None] == [("first_deputy", "Исправлен календарь")] * 2
    await restarts(town)
    town.deputy.hears_nothing()
    await town.deputy.writes("/violations календарь")
    town.deputy.sees("Нарушений, которых не было бы по нынешнему календарю, нет.")
    town.looks_around()


async def test_ku_10_a_correction_that_undoes_nothing_is_told_to_nobody(town: Town) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    await town.to("2026-01-12T10:30")
    town.looks_around()
    await set_days(town, "days:\n  2026-12-30: off\n")
    town.deputy.hears_nothing()


async def test_each_calendar_is_kept_by_its_hash_and_counts_as_it_did(town: Town) -> None:
    first = town.municipality.working_time
    await set_days(town, DAY_OFF)
    second = town.municipality.working_time
    async with town.books.write(KEY) as tx:
        kept = [await tx.calendar(working.fingerprint) for working in (first, second)]
    again = [WorkingTime.of_text(text) for text in kept if text is not None]
    monday = datetime(2026, 1, 12, 16, 0, tzinfo=MOSCOW)
    assert [one.fingerprint for one in again] == [first.fingerprint, second.fingerprint]
    assert [f"{one.add(monday, 180).astimezone(MOSCOW):%d %H:%M}" for one in again] == ["13 10:00", "14 10:00"]
