"""Shortcomings of departments reach those above them: reported in words by the curator, gathered weekly, or at once."""

from __future__ import annotations

from tests.stories.test_a_day import drafted
from tests.stories.test_leadership import Making, captions
from tests.stories.town import Town

WORDS = "Третий раз за неделю отвечают отпиской, на звонки не отвечают"


async def test_ku_21_the_curator_reports_a_shortcoming_in_words_and_the_deputy_hears(town: Town) -> None:
    await town.curator.writes("/shortcoming")
    shown = town.curator.sees("О каком отделе сообщить?")
    assert captions(shown)[0] == "Недостаток: Отдел ЖКХ…"
    assert await town.curator.presses("Недостаток: Отдел ЖКХ…", shown) == "Напишите, что не так, вопрос сейчас придёт."
    question = town.curator.sees("Отдел ЖКХ, о чём сообщить?")
    await town.curator.replies(question, WORDS)
    assert f"Отдел ЖКХ: «{WORDS}». Сообщил, это увидит" in town.curator.sees("Сообщил").text
    assert f"«{WORDS}»" in town.deputy.sees("Отдел ЖКХ: недостаток в работе").text
    town.zhkh.hears_nothing()
    async with town.books.write(town.bot.key) as tx:
        [line] = [one for one in await tx.audit.lines() if one["action"] == "shortcoming"]
    assert (line["who"], line["details"]) == ("curator", {"department": "zhkh", "text": WORDS})


async def test_mo_20_ku_21_a_shortcoming_seen_in_a_case_names_it(town: Town) -> None:
    await drafted(town)
    town.forget_what_was_said()
    await town.curator.presses("Ещё…")
    await town.curator.presses("Недостаток…")
    question = town.curator.sees("№ 1: Отдел ЖКХ, о чём сообщить?")
    await town.curator.replies(question, ".")
    town.curator.sees("Напишите словами, что не так")
    await town.curator.replies(question, WORDS)
    town.curator.sees(f"Отдел ЖКХ, № 1: «{WORDS}».")
    told = town.deputy.sees("Отдел ЖКХ: недостаток в работе, № 1")
    assert captions(told) == ["№ 1"]
    await town.curator.writes("/case 1")
    town.curator.sees(f"куратор сообщил о недостатке в работе Отдела ЖКХ: «{WORDS}»")


async def test_ku_21_a_shortcoming_may_be_thought_better_of(town: Town) -> None:
    await town.curator.writes("/shortcoming")
    await town.curator.presses("Недостаток: Отдел ЖКХ…")
    await town.curator.presses("Не нужно", town.curator.sees("о чём сообщить?"))
    town.deputy.hears_nothing()
    town.forget_what_was_said()
    await town.zhkh.writes("/shortcoming")
    town.zhkh.sees("Команда «/shortcoming» не для вашей роли.")
    await town.curator.writes("/help")
    town.curator.sees("сообщить о недостатке отдела тем, кто его курирует")


async def test_ku_21_returns_and_rework_reach_the_deputy_on_friday_in_one_list(town: Town) -> None:
    await drafted(town)
    await town.curator.presses("На доработку")
    await town.curator.writes("Назовите срок работ")
    await town.resident_writes("Яма на дороге, улица Мира, дом 1")
    await town.curator.presses("Направить в Отдел дорожного хозяйства")
    await town.roads.presses("Вернуть")
    await town.roads.presses("Не наша территория")
    await town.to("2026-01-16 15:40")
    assert [one for one in town.deputy.looks_at_everything() if "В ваших отделах" in (one.text or "")] == []
    await town.to("2026-01-16 15:46")
    told = town.deputy.sees("В ваших отделах 30 декабря 2025 года – 16 января:").text or ""
    assert [line for line in told.splitlines()[1:] if line] == [
        "Отдел дорожного хозяйства",
        "№ 2 ямы на дороге, Мира, 1: вернули пн 12 января, 9:00, «Не наша территория»",
        "Отдел ЖКХ",
        "№ 1 вода, Школьная, 5: на доработку пн 12 января, 9:00, «Назовите срок работ»",
    ]
    town.forget_what_was_said()
    await town.to("2026-01-23 18:00")
    assert [one for one in town.deputy.looks_at_everything() if "В ваших отделах" in (one.text or "")] == []
    town.forget_what_was_said()


async def test_a_return_is_one_message_and_who_returned_is_no_first_button(town: Town) -> None:
    await town.resident_writes("Яма на дороге, улица Мира, дом 1")
    offer = town.curator.sees("Новое сообщение № 1")
    await town.curator.presses("Направить в Отдел дорожного хозяйства", offer)
    await town.roads.presses("Вернуть")
    await town.roads.presses("Не наша территория")
    await town.can_no_more_be_undone()
    returned = town.curator.sees("№ 1 · ямы на дороге · Мира, 1 · возвращено")
    assert captions(returned)[:3] == ["Отдел ЖКХ", "Отдел благоустройства", "Отдел дорожного хозяйства"]
    assert (offer.text, offer.buttons) == ("№ 1 · ямы на дороге · Мира, 1 · подробности и кнопки ниже", [])
    town.forget_what_was_said()


async def test_ku_21_the_list_of_a_deputy_the_bot_cannot_write_to_goes_to_the_curator(town: Town) -> None:
    await drafted(town)
    await town.curator.presses("На доработку")
    await town.curator.writes("Назовите срок работ")
    await town.deputy.blocks_the_bot()
    town.forget_what_was_said()
    await town.to("2026-01-16 15:46")
    told = town.curator.sees("В ваших отделах").text
    assert told.startswith("Передайте, пожалуйста, бот не может написать лично: первый заместитель главы.")
    town.forget_what_was_said()
    await town.curator.writes("/shortcoming")
    await town.curator.presses("Недостаток: Отдел ЖКХ…")
    await town.curator.writes(WORDS)
    said = town.curator.sees("Записал. Бот не может написать лично: первый заместитель главы.").text
    assert said.startswith(f"Отдел ЖКХ: «{WORDS}».")
    town.forget_what_was_said()


async def test_ku_21_returns_and_rework_reach_the_deputy_at_once_where_the_file_says_so(town_with: Making) -> None:
    town = await town_with(settings="\nshortcomings: at_once\n")
    await drafted(town)
    await town.curator.presses("На доработку")
    await town.curator.writes("Назовите срок работ")
    await town.can_no_more_be_undone()
    told = town.deputy.sees("Отдел ЖКХ: № 1 на доработке (вода, Школьная, 5)").text
    assert "«Назовите срок работ»" in told
    await town.resident_writes("Яма на дороге, улица Мира, дом 1")
    await town.curator.presses("Направить в Отдел дорожного хозяйства")
    await town.roads.presses("Вернуть")
    await town.roads.presses("Не наша территория")
    await town.can_no_more_be_undone()
    assert "«Не наша территория»" in town.deputy.sees("Отдел дорожного хозяйства: возвращает № 2").text
    await town.to("2026-01-16 15:46")
    assert [one for one in town.deputy.private if "В ваших отделах" in one.text] == []
    town.forget_what_was_said()


async def test_words_of_a_report_stay_words(town: Town) -> None:
    await town.curator.writes("/shortcoming")
    await town.curator.presses("Недостаток: Отдел ЖКХ…")
    await town.curator.writes("<b>не отвечают</b> & молчат")
    assert "«<b>не отвечают</b> & молчат»" in town.deputy.sees("недостаток в работе").text.replace("\u2060", "")
    assert "«<b>не отвечают</b> & молчат»" in town.curator.sees("Сообщил").text.replace("\u2060", "")
    town.forget_what_was_said()
