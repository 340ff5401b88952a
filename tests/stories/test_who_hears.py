"""Who hears what first: new work calls its executor in private, and he acts right there (DESIGN rule 17, CLOCK §4)."""

from __future__ import annotations

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
    assert called.text.split("\n") == [
        "№ 1 · передано вам: Отдел ЖКХ",
        "Вода, Школьная, 5",
        "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут",
        "ВКонтакте · Житель · 9:00 · открыть",
        "открыть карточку",
        "",
        "Примите или верните пн 12.01 до 9:30",
        "⏰ проект ответа пн 12.01 до 13:00 · ответ вт 13.01 до 10:00",
    ]
    assert [entity.url for entity in called.entities if entity.url and "t.me" in entity.url] == [
        f"https://t.me/c/{str(card.chat.id).removeprefix('-100')}/{card.id}"
    ]
    assert captions(called) == ["Принять", "Вернуть"]
    assert (called.silent, card.silent) == (False, True)  # he is called in private, so the group need not be

    assert (await town.zhkh.presses("Принять", called)).startswith("Принято")
    assert (await town.case()).state is State.IN_WORK
    assert "В работе с 9:00" in card.text
    assert "В работе с 9:00. Текст ответа жителю пришлите ответом на это сообщение." in called.text
    assert captions(called) == ["Вернуть"]

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
    assert captions(called) == ["Вернуть"]
    await town.zhkh.presses("Вернуть", called)
    await town.zhkh.presses("Уже решено", town.zhkh.sees("Почему возвращаете"))
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
    assert mention.pings == [f"tg://user?id={town.zhkh.user.id}"]
    assert (card.silent, mention.silent) == (False, False)


def name(person: Person) -> str:
    return person.user.first_name
