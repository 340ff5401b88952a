"""Moderation where it is not plain: a network that will not or not now, a kill, late and hostile presses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.cast import VK_USER_TOKEN
from bot.official.moderation.granting import orders
from bot.process.wiring import wire
from networks.port import Found
from sandbox.telegram.model import Button
from sandbox.vk.faults import FaultKind
from storage.moderation import ModerationBook
from tests.stories.moderators import (
    ADVISER,
    EDITOR,
    INSULT,
    OBSCENE,
    OBSCENE_CASE,
    TownWith,
    asked_of_vk,
    captions,
    history,
    kept,
    proposed,
)
from tests.stories.test_hostile import NASTY, all_said, is_harmless
from tests.stories.town import KEY, Town
from workflow.office import Actor
from workflow.official.moderation import COMMENTS, Matter, Moderate, ModerationAction, ModerationState, Offence
from workflow.outcomes import Accepted

# --- the network will not, or not now ----------------------------------------------------------------------------------


async def test_pa_2_3_what_vk_refuses_a_person_does_by_hand(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, (shown,) = await proposed(town, INSULT, adviser)
    town.players.town.vk.faults.add("error", "wall.deleteComment", code=15)
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    handed = adviser.sees(
        "⚠️ Во ВКонтакте у бота нет на это права. Сделайте это сами по ссылке «открыть»: удалить комментарий."
    )
    assert captions(handed) == ["Сделано вручную", "В чёрный список", "Вернуть", "История"]
    assert await adviser.presses("Сделано вручную", handed) == "Записано: сделано вручную."
    assert captions(shown) == captions(handed) == ["В чёрный список", "Вернуть", "История"]
    assert (comment.deleted, [line[0] for line in await history(town)][2:]) == (False, ["not_done", "done_by_hand"])
    town.looks_around()


async def test_mo_a2_15_without_a_user_token_all_is_done_by_hand_and_vk_telling_of_it_is_enough(
    town_with: TownWith,
) -> None:
    town = await town_with(ADVISER, regulation="moskalensky", people=EDITOR)
    adviser = town.person("adviser")
    comment, (shown,) = await proposed(town, OBSCENE_CASE, adviser)
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: нецензурные слова", shown)
    handed = adviser.sees("⚠️ Во ВКонтакте бот этого не может. Сделайте это сами")
    assert asked_of_vk(town) == []
    town.players.town.vk.delete_comment(comment)
    await town.settles()
    assert captions(handed) == captions(shown) == ["Вернуть", "История"]
    assert (await kept(town)).comment.by_hand == ()
    assert (await town.case()).deleted_at is None
    await adviser.presses("Вернуть", shown)
    assert "Сделайте это сами по ссылке «открыть»: вернуть комментарий." in adviser.sees("вернуть комментарий").text
    town.looks_around()


async def test_mo_a2_15_in_odnoklassniki_a_person_does_it_and_pages_of_others_are_let_be(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    link = "https://ok.ru/group/570/topic/1"
    ours = Found("ok", "topic:1:2", "comment", INSULT, "Житель", "user:5", town.clock.now(), link, "ОК", own_page=True)
    theirs = replace(ours, ref="topic:7:2", own_page=False)
    finding = town.bot.reception.granting.finding
    async with town.books.write(KEY) as tx:
        for found in (ours, theirs):
            await finding.detect(tx, found, town.clock.now(), town.clock.now())
    await town.settles()
    shown = adviser.sees("Комментарий № 1 · Одноклассники")
    adviser.hears_nothing()
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    handed = adviser.sees("⚠️ В Одноклассниках бот этого не может. Сделайте это сами по ссылке «открыть»")
    assert link in handed.links
    await adviser.presses("Сделано вручную", handed)
    assert (await kept(town)).comment.by_hand == ()
    town.looks_around()


@pytest.mark.parametrize("fault", ["reset_after", "server_error"])
async def test_a_doubtful_end_is_told_again_and_done_once_for_all(akhtarsk: Town, fault: FaultKind) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, (shown,) = await proposed(town, INSULT, adviser)
    town.players.town.vk.faults.add(fault, "wall.deleteComment", code=500 if fault == "server_error" else None)
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    assert "⏳ Передано в сеть (ВКонтакте): удалить комментарий." in shown.text or comment.deleted
    await town.waits(minutes=2)
    assert (comment.deleted, (await kept(town)).comment.asked, (await kept(town)).comment.by_hand) == (True, (), ())
    assert "⏳" not in shown.text
    assert captions(shown) == ["В чёрный список", "Вернуть", "История"]
    town.looks_around()


async def test_a_network_that_is_gone_for_long_hands_over(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, (shown,) = await proposed(town, INSULT, adviser)
    town.players.town.vk.faults.add("error", "wall.deleteComment", times=50, code=9)
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    for _ in range(15):
        await town.waits(minutes=6)
    adviser.sees("⚠️ Во ВКонтакте уже полчаса не отвечают. Сделайте это сами")
    assert (comment.deleted, (await kept(town)).comment.by_hand) == (False, (Matter.COMMENT,))
    town.looks_around()


async def test_a_kill_between_the_decision_and_the_call_loses_nothing(akhtarsk: Town, tmp_path: Path) -> None:
    """The decision is committed, and the process dies: once before the letter is taken out, once while it is on its way."""
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    for number, state in enumerate(("waiting", "sending"), 1):
        comment, (_,) = await proposed(town, f"{INSULT} {number}", adviser)
        async with town.books.write(KEY) as tx:
            book = ModerationBook(tx)
            before = await book.get(number)
            assert before is not None
            by = Actor(("adviser",), adviser.user.id)
            command = Moderate(by, number, ModerationAction.DELETE, Offence.INSULT)
            office = town.bot.offices.today(KEY)
            done = COMMENTS.decide(before.comment, command, office, town.clock.now())
            assert isinstance(done, Accepted)
            await book.save(replace(before, comment=done.after), done.entry)
            await tx.outbox.put(orders(done), town.clock.now())
            if state == "sending":
                (letter,) = [one for one in await tx.outbox.waiting(town.clock.now()) if one.kind == "moderate"]
                await tx.outbox.change(letter.id, state="sending")
        networks = {one.network.key: one.network for one in town.bot.networks}
        restarted = wire(
            town.municipality, town.books, town.bot.messenger, networks, town.bot.clock, "dezhurny_bot", tmp_path
        )
        await restarted.start()
        await restarted.settle()
        assert (comment.deleted, (await kept(town, number)).comment.asked) == (True, ()), state
    assert asked_of_vk(town) == ["wall.deleteComment"] * 2
    town.looks_around()


# --- late and hostile --------------------------------------------------------------------------------------------------


async def test_pressed_twice_at_once_it_is_decided_once(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    _, (shown,) = await proposed(town, INSULT, adviser)
    await adviser.presses("Удалить", shown)
    press = (adviser, "Да, удалить: оскорбление", shown)
    first, second = await town.at_once(press, press)
    assert first == "Решено удалить: оскорбление. Передаю в сеть; если она не даст, напишу."
    assert second == "По этому комментарию уже решили. Посмотрите на него ещё раз, он обновился."
    assert asked_of_vk(town) == ["wall.deleteComment"]
    town.looks_around()


async def test_pa_2_3_who_has_no_right_is_refused_in_words(akhtarsk: Town) -> None:
    """A client can be made to send any data under any button."""
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, _ = await proposed(town, INSULT, adviser)
    await town.zhkh.writes("/moderation")
    target = town.zhkh.sees("решить, нет")
    wanted = {
        "mo:1:delete.insult": "За комментарии на этой странице отвечает редактор страниц или куратор. Скажите им.",
        "cm:1": "За комментарии на этой странице отвечает редактор страниц или куратор. Скажите им.",
        "mo:99:keep": "Такого комментария в списке нет. Посмотрите список командой /moderation.",
        "mo:1:burn": "Эта кнопка уже не действует. Посмотрите последнее сообщение бота о том же.",
        "mo:1:delete.criticism": "Эта кнопка уже не действует. Посмотрите последнее сообщение бота о том же.",
    }
    for data, words in wanted.items():
        target.buttons.append([Button("подделка", data=data)])
        assert await town.zhkh.presses("подделка", target) == words
        target.buttons.pop()
    assert (comment.deleted, (await kept(town)).comment.state) == (False, ModerationState.PROPOSED)
    town.looks_around()


async def test_what_its_author_took_away_or_put_in_order_needs_no_decision(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    vk = town.players.town.vk
    comment, (shown,) = await proposed(town, INSULT, adviser)
    await adviser.presses("Удалить", shown)
    vk.delete_comment(comment)
    await town.bot.networks[0].once()
    await town.bot.reception.drain()
    pressed = town.players.town.telegram.press(adviser.user, shown, "Да, удалить: оскорбление")
    await town.settles()
    assert "Автор сам удалил комментарий" in shown.text
    assert captions(shown) == ["История"]
    assert pressed.toast == "Автор уже сам удалил или исправил комментарий, решать нечего."
    second, (shown,) = await proposed(town, OBSCENE, adviser)
    vk.edit_comment(second, "Извините, погорячился")
    await town.settles()
    assert captions(shown) == ["История"]
    vk.edit_comment(second, INSULT)
    await town.settles()
    again = adviser.sees("Похоже на: оскорбление")
    assert "Комментарий № 2" in again.text
    vk.delete_comment(second)
    await town.settles()
    assert captions(again) == ["История"]
    vk.restore_comment(second)
    await town.settles()
    assert captions(adviser.sees("Комментарий № 2"))[0] == "Удалить"
    assert asked_of_vk(town) == []
    town.looks_around()


async def test_its_own_deletion_told_late_is_not_taken_for_the_authors(akhtarsk: Town) -> None:
    """Deleted, restored, and only then does VK tell of the deletion."""
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    community = town.players.community
    comment, (shown,) = await proposed(town, OBSCENE_CASE, adviser)
    community.events -= {"wall_reply_delete", "wall_reply_restore"}
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: нецензурные слова", shown)
    await adviser.presses("Вернуть", shown)
    community.events |= {"wall_reply_delete", "wall_reply_restore"}
    town.players.town.vk.delete_comment(comment)
    await town.settles()
    assert (await town.case()).deleted_at is None
    await town.waits(minutes=61)
    town.players.town.vk.delete_comment(comment)
    await town.settles()
    assert (await town.case()).deleted_at is not None
    town.looks_around()


async def test_a_question_the_office_took_away_is_not_its_authors_doing_when_it_is_looked_at_later(
    akhtarsk: Town,
) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    _, (shown,) = await proposed(town, OBSCENE_CASE, adviser)
    await town.curator.presses("Направить в Отдел ЖКХ")
    await town.zhkh.replies(town.card(), "Здравствуйте. Воду на Школьной подадут сегодня до 20:00.")
    await town.curator.presses("Согласовать")
    await town.waits(minutes=1)
    town.players.community.events.discard("wall_reply_delete")
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: нецензурные слова", shown)
    await town.waits(minutes=120)
    assert asked_of_vk(town) == ["wall.deleteComment"]
    assert "question_gone" not in [action for action, _, _ in await town.journal()]
    assert (await town.case()).deleted_at is None
    town.looks_around()


async def test_mo_a2_15_where_nobody_is_named_the_curator_is_told_so(town_with: TownWith) -> None:
    town = await town_with(regulation="moskalensky", user_token=VK_USER_TOKEN)
    _, (shown,) = await proposed(town, INSULT, town.curator)
    assert shown.text.startswith("⚠️ Редактор страниц не назначен, поэтому решать вам.")
    assert captions(shown)[0] == "Удалить"
    await town.curator.presses("Удалить", shown)
    assert shown.text.startswith("⚠️ Редактор страниц не назначен, поэтому решать вам.")
    await town.curator.presses(captions(shown)[0], shown)
    assert not shown.text.startswith("⚠️ Редактор страниц")
    town.looks_around()


async def test_who_cannot_be_reached_is_said_and_nothing_obscene_stands_in_the_group(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    await adviser.blocks_the_bot()
    _, (shown,) = await proposed(town, INSULT, town.curator)
    assert shown.text.startswith("⚠️ Тому, кто отвечает за комментарии, бот не может написать")
    await town.curator.blocks_the_bot()
    await town.resident_writes(f"{INSULT} 2")
    await town.resident_writes(f"{INSULT} 3")
    said = [m.text for m in town.players.in_group() if "Комментарии на наших страницах ждут решения" in m.text]
    assert (len(said), "дебил" in said[0]) == (1, False)
    town.looks_around()


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
async def test_nasty_words_do_no_harm_on_the_moderators_screens(akhtarsk: Town, text: str) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    _, (shown,) = await proposed(town, f"дебил {text} урод", adviser)
    await adviser.writes("/moderation")
    await adviser.presses("История", shown)
    town.looks_around()
    for message in all_said(town):
        is_harmless(town, message)
