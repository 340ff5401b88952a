"""Shortcomings of departments reach those above them: reported in words by the curator, gathered weekly, or at once."""

from __future__ import annotations

from tests.stories.test_a_day import drafted
from tests.stories.test_leadership import captions
from tests.stories.town import Town

WORDS = "Третий раз за неделю отвечают отпиской, на звонки не отвечают"


async def test_ku_21_the_curator_reports_a_shortcoming_in_words_and_the_deputy_hears(town: Town) -> None:
    await town.curator.writes("/shortcoming")
    shown = town.curator.sees("О каком отделе сообщить?")
    assert captions(shown)[0] == "Недостаток: Отдел ЖКХ…"
    assert await town.curator.presses("Недостаток: Отдел ЖКХ…", shown) == "Напишите, что не так, вопрос уже пришёл."
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
    assert "/shortcoming сообщить о недостатке отдела" in town.curator.sees("/shortcoming").text
