"""«Помогло?»: a citizen who wrote in private is asked once, in the daytime; what he says is kept or is a repeat."""

from __future__ import annotations

from sandbox.telegram.model import Message
from tests.rules.offices import at
from tests.stories.test_citizens_in_telegram import COMPLAINT, PRIVATE, TownWith, answered, writes
from tests.stories.town import KEY, Person, Town
from workflow.case import Mark, State

DAYS = 24 * 60


async def asked_after_three_days(town: Town) -> tuple[Person, Message]:
    """The citizen has his answer, and three days later the question."""
    citizen = await writes(town, COMPLAINT)
    citizen.looks_at_everything()
    await answered(town)
    citizen.looks_at_everything()
    await town.waits(minutes=3 * DAYS - 30)
    citizen.hears_nothing()
    await town.waits(minutes=60)
    question = citizen.sees("12 января мы вам ответили. Скажите, пожалуйста, это помогло?")
    town.looks_around()
    return citizen, question


async def test_who_says_it_helped_is_thanked_and_noted_on_the_case(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    citizen, question = await asked_after_three_days(town)
    stranger = town.newcomer("stranger", "Прохожий")
    await stranger.opens_invitation("")
    [forged] = stranger.looks_at_everything()
    forged.buttons = question.buttons
    assert "не вам" in await stranger.presses("Помогло", forged)
    forged.buttons = question.buttons
    assert await citizen.presses("Помогло", question) == "Спасибо, что сказали."
    assert question.text.endswith("Рады, что помогло.")
    assert not question.buttons
    assert (await town.case()).helped is True
    question.buttons = forged.buttons
    assert (await citizen.presses("Не помогло", question)).startswith("Вы уже ответили")
    await town.waits(minutes=8 * DAYS)
    citizen.hears_nothing()
    assert await town.cases() == 1
    town.looks_around()


async def test_who_says_it_did_not_help_repeats_his_message(town_with: TownWith) -> None:
    """The repeat has the earlier answer beside it and waits for the curator; what he adds at once belongs to it."""
    town = await town_with(**PRIVATE)
    citizen, question = await asked_after_three_days(town)
    assert "Передали специалистам" in await citizen.presses("Не помогло", question)
    offer = town.curator.sees("Автор о № 1, отвечено")
    assert "Похоже, не помогло" in offer.text
    await citizen.writes("И яма на дороге у дома осталась")
    assert await town.cases() == 2
    repeat = await town.case(2)
    assert (repeat.state, repeat.suggested, [one.text for one in repeat.replies]) == (
        State.NEW, "zhkh", ["И яма на дороге у дома осталась"],
    )  # fmt: skip
    first = await town.case(1)
    assert (first.helped, first.state) == (False, State.CLOSED)
    citizen.hears_nothing()
    town.looks_around()


async def test_who_has_written_since_is_asked_nothing(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    citizen = await writes(town, COMPLAINT)
    await answered(town)
    await citizen.writes("Спасибо")
    citizen.looks_at_everything()
    await town.waits(minutes=5 * DAYS)
    citizen.hears_nothing()
    town.looks_around()


async def test_the_curator_s_mark_of_an_answer_changes_with_a_tap(town_with: TownWith) -> None:
    town = await town_with(**PRIVATE)
    citizen = await writes(town, COMPLAINT)
    await answered(town)
    draft = town.curator.can_see("азмещено")
    assert await town.curator.presses("👎 Отписка", draft) == "Отмечено: отписка."
    assert await town.curator.presses("👍 Хороший ответ", draft) == "Отмечено: хороший ответ."
    assert (await town.case()).mark is Mark.GOOD
    assert await town.curator.presses("✓ 👍 Хороший ответ", draft) == "Отметка снята."
    assert (await town.case()).mark is None
    citizen.looks_at_everything()
    town.looks_around()


async def test_a_question_that_comes_due_at_night_waits_for_the_morning(town_with: TownWith) -> None:
    """So it is after the bot was off; and who has stopped the bot meanwhile is not asked, which nobody needs to hear of."""
    town = await town_with(**PRIVATE)
    citizen = await writes(town, COMPLAINT)
    await answered(town)
    citizen.looks_at_everything()
    async with town.books.write(KEY) as tx:
        letter = (await tx.outbox.waiting_as(["helped:1"]))["helped:1"]
        await tx.outbox.change(letter.id, not_before=at("2026-01-12 23:30"))
    await town.waits(minutes=15 * 60)
    citizen.hears_nothing()
    async with town.books.write(KEY) as tx:
        assert await tx.outbox.next_moment(at("2026-01-13 00:00")) == at("2026-01-13 08:00")
    await citizen.blocks_the_bot()
    town.looks_around()
    await town.waits(minutes=9 * 60 + 30)
    citizen.hears_nothing()
    async with town.books.write(KEY) as tx:
        assert (await tx.outbox.given_up(at("2026-01-12 00:00")), await tx.outbox.depth()) == ([], 0)
    assert "помогло" not in "".join(message.text for message in town.curator.private)


async def test_an_office_that_does_not_want_it_asks_nobody(town_with: TownWith) -> None:
    town = await town_with(networks=PRIVATE["networks"], settings="ask_if_helped: off\n")
    citizen = await writes(town, COMPLAINT)
    await answered(town)
    citizen.looks_at_everything()
    async with town.books.write(KEY) as tx:
        assert await tx.outbox.depth() == 0
    town.looks_around()
