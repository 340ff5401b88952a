"""A comment has a context: what it answers (DESIGN rule 20)."""

from __future__ import annotations

from bot.demo.play import photo
from tests.stories.test_repeats_and_waves import ANSWER, FIRST, answered
from tests.stories.town import Town
from workflow.case import Other, State


async def test_a_neighbour_s_word_under_a_case_is_joined_to_it_with_one_tap(town: Town) -> None:
    """It takes the guess of the case it stands under, and gets its answer."""
    first = await town.resident_writes(FIRST)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    vk = town.players.town.vk
    vk.comment(vk.add_person("Соседка"), town.players.post, "И у нас тоже", reply_to=first)
    await town.settles()
    offer = town.curator.sees("В ответ на № 1: «Третий день нет воды на Школьной, 5»")
    assert "Похоже на: вода → Отдел ЖКХ" in offer.text
    assert "Место" not in offer.text
    assert await town.curator.presses("Присоединить к № 1", offer) == "№ 2 получит тот же ответ, что и № 1."
    assert (await town.case(2)).state is State.MERGED
    assert "Вместе с ним отвечаем на № 2" in town.card().text
    town.zhkh.looks_at_everything()
    town.curator.looks_at_everything()


async def test_what_the_author_says_under_our_answer_is_shown_with_it(town: Town) -> None:
    """«Не помогло» is a repeat with the earlier answer, the closed case stays closed; thanks open nothing."""
    comment = await answered(town, FIRST)
    [answer] = town.answers(comment)
    vk, resident, post = town.players.town.vk, town.players.resident, town.players.post
    vk.comment(resident, post, "Спасибо", reply_to=answer)
    await town.settles()
    assert await town.cases() == 1
    vk.comment(resident, post, "Не помогло, всё как было", reply_to=answer)
    await town.settles()
    offer = town.curator.sees("Автор о № 1, отвечено пн 12.01, 9:00")
    assert f"«{ANSWER}»" in offer.text
    assert "Похоже, не помогло: «не помогло»" in offer.text
    assert "Похоже на: вода → Отдел ЖКХ" in offer.text
    assert [
        b.text for row in offer.buttons for b in row if "№ 1" in b.text or b.text[:4] in ("Нове", "Ново", "Ниче")
    ] == [
        "Не помогло: повтор № 1",
        "Новое",
        "Ничего не нужно: ответили раньше",
    ]
    await town.curator.presses("Не помогло: повтор № 1", offer)
    await town.curator.presses("Направить в Отдел ЖКХ")
    assert (await town.case(2)).repeat_of == Other(1, 1)
    assert (await town.case(1)).state is State.CLOSED
    assert f"«{ANSWER}»" in town.zhkh.sees("№ 2 · передано вам").text
    assert f"«{ANSWER}»" in town.card().text
    town.curator.looks_at_everything()


async def test_the_author_s_word_under_our_answer_may_be_about_something_new(town: Town) -> None:
    """«Новое»: a case like any other; what it stands under stays to be read."""
    comment = await answered(town, FIRST)
    [answer] = town.answers(comment)
    vk, resident, post = town.players.town.vk, town.players.resident, town.players.post
    vk.comment(resident, post, "А ещё фонарь не горит на Мира, 3", reply_to=answer)
    await town.settles()
    offer = town.curator.sees("Автор о № 1")
    assert await town.curator.presses("Новое", offer) == "Отмечено: это не повтор."
    captions = [b.text for row in offer.buttons for b in row]
    assert not {"Новое", "Не помогло: повтор № 1", "Ничего не нужно: ответили раньше"} & set(captions)
    case = await town.case(2)
    assert (case.state, case.repeat_of, case.alike) == (State.NEW, None, ())
    town.curator.looks_at_everything()


async def test_pieces_of_one_private_message_are_one_case_in_vk(town: Town) -> None:
    """The address first, then the trouble, then a place on the map: one case, guessed from all of it. Another trouble is
    another message."""
    players = town.players
    vk, resident, community = players.town.vk, players.resident, players.community
    vk.message(resident, community, "Школьная, 5")
    await town.settles()
    town.curator.sees("Школьная, 5")
    vk.message(resident, community, "Третий день нет воды")
    await town.settles()
    town.curator.looks_at_everything()
    vk.message(resident, community, "", photos=[photo(120)])
    await town.settles()
    town.curator.sees("Ещё фото")
    assert await town.cases() == 1
    case = await town.case()
    assert (case.suggested, [reply.text for reply in case.replies]) == ("zhkh", ["Третий день нет воды", ""])
    await town.waits(minutes=16)
    town.curator.looks_at_everything()
    vk.message(resident, community, "Не вывозят мусор на Садовой улице")
    await town.settles()
    assert await town.cases() == 2
    town.curator.looks_at_everything()


async def test_what_was_added_to_a_case_is_known_when_vk_brings_it_again(town: Town) -> None:
    """As another event, when the talk is long over and the case is closed."""
    players, vk = town.players, town.players.town.vk
    comment = await answered(town, FIRST)
    vk.message(players.resident, players.community, "Третий день нет воды на Мира, 7")
    await town.settles()
    vk.message(players.resident, players.community, "Подъезд второй")
    vk.comment(players.resident, players.post, "Третий подъезд тоже", reply_to=comment)
    await town.settles()
    opened = await town.cases()
    assert [reply.text for reply in (await town.case(2)).replies] == ["Подъезд второй"]
    offer = town.curator.sees("Новое сообщение № 2")
    await town.curator.presses("Закрыть без ответа…", offer)
    await town.curator.presses("Закрыть: ответили иначе", offer)
    await town.waits(minutes=20)
    queue = vk.queues[players.community.id]
    for _, event in list(queue._events):
        queue.put(event | {"event_id": f"again{event['event_id']}"})
    await town.settles()
    assert await town.cases() == opened
    town.curator.looks_at_everything()
