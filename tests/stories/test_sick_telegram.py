"""The messenger is sick, slow or out of reach while a case lives: everything arrives in the end, once or marked «повтор»; and
what does not is seen by the curator. In MAX a bot can look whether its message arrived, so there nothing is marked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from sandbox.telegram.model import Message
from tests.doors.proxies import Socks
from tests.page.page_house import a_client
from tests.stories.channels_of import IN_MAX
from tests.stories.test_a_day import BETTER, COMPLAINT, DRAFT
from tests.stories.town import Town
from workflow.case import State
from workflow.commands import CloseWithoutPosting
from workflow.office import Actor

FOREVER = 10**6
MARK = "повтор, могло уже прийти"


async def lives_on(town: Town, minutes: int) -> None:
    for _ in range(minutes):
        await town.waits(minutes=1)


async def is_sick_while(town: Town, what: Awaitable[object], minutes: int = 10) -> None:
    """Telegram answers 502 to whatever the bot wants to show from just before it happens until so long after; then it is well
    again for long enough."""
    sick = town.players.town.telegram.faults.add("bad_gateway_html", "send*", times=FOREVER)
    await what
    await lives_on(town, minutes)
    town.players.town.telegram.faults.laid.remove(sick)
    await lives_on(town, 16)


def one_or(*in_telegram: bool) -> list[bool]:
    """The copies of one message: in MAX it is one, without a mark."""
    return [False] if IN_MAX else list(in_telegram)


def copies(messages: list[Message], words: str) -> list[bool]:
    """Of each message that says so, whether it is marked."""
    return [message.text.startswith(MARK) for message in messages if words in message.text]


async def test_an_offer_a_card_and_a_draft_outlive_ten_minutes_of_502(town: Town) -> None:
    await is_sick_while(town, town.resident_writes(COMPLAINT))
    assert copies(town.curator.private, "Третий день") == one_or(True)
    offer = town.curator.sees("Третий день")
    await is_sick_while(town, town.curator.presses("ЖКХ", offer))
    assert copies(town.players.in_group(), "№ 1") == one_or(True)
    card = town.card()
    await is_sick_while(town, town.zhkh.replies(card, DRAFT))
    said = [message.text for message in town.curator.private]
    assert (said[said.index(DRAFT) - 1] == MARK) is not IN_MAX
    assert copies(town.curator.private, "версия 1") == [False], "the head went at the first try"
    town.curator.looks_at_everything()
    assert MARK not in card.text, "the next edit shows it as it is"
    town.looks_around()
    await town.curator.writes("/case 1")
    said = town.curator.sees("заведено новое сообщение").text
    assert "не видно, дошло ли (предложение, " in said
    assert "не видно, дошло ли (карточка в группе)" in said
    assert "не дошло" not in said


async def test_two_time_outs_of_a_slowed_telegram_leave_marked_copies_and_the_last_one_works(town: Town) -> None:
    town.players.town.telegram.faults.add("timeout_after", "sendMessage", times=2)
    await town.resident_writes(COMPLAINT)
    await lives_on(town, 2)
    assert copies(town.curator.private, "Третий день") == one_or(False, True, True)
    town.looks_around()
    await town.curator.presses("ЖКХ", town.curator.private[-1])
    town.executors_are_called()
    town.card()
    assert (await town.case()).state is State.FORWARDED


async def test_an_answer_to_the_copy_nobody_knew_of_is_taken_as_to_the_other(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    offer = town.curator.sees("Третий день")
    faults = town.players.town.telegram.faults
    faults.add("timeout_after", "sendMessage", chat=town.players.group)
    await town.curator.presses("ЖКХ", offer)
    await lives_on(town, 1)
    cards = [m for m in town.players.in_group() if "№ 1" in m.text]
    assert [m.text.startswith(MARK) for m in cards] == one_or(False, True)
    faults.add("timeout_after", "sendMessage", chat=town.curator.user.id, after=1)  # the text arrives, its head twice
    await town.zhkh.replies(cards[0], DRAFT)
    await lives_on(town, 1)
    heads = [m for m in town.curator.private if "версия 1" in m.text]
    assert [m.text.startswith(MARK) for m in heads] == one_or(False, True)
    await town.curator.replies(heads[0], BETTER)
    case = await town.case()
    assert [draft.text for draft in case.drafts] == [DRAFT, BETTER]
    assert case.drafts[1].corrects == 1
    town.looks_around()


@pytest.mark.telegrams_own("MAX needs no proxy")
async def test_behind_a_dead_proxy_for_two_hours_all_of_it_arrives_once(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    socks = Socks()
    await socks.start()
    town = await town_with(proxy=socks.url)
    await socks.stop()
    comment = town.players.town.vk.comment(town.players.resident, town.players.post, COMPLAINT)
    for _ in range(24):
        await town.waits(minutes=5)
    assert copies(town.curator.private, "Третий день") == []
    await socks.start()
    await lives_on(town, 2)
    assert copies(town.curator.private, "Третий день") == [False]
    offer = town.curator.sees("Третий день")
    town.looks_around()
    await town.curator.presses("ЖКХ", offer)
    await town.zhkh.replies(town.card(), DRAFT)
    town.curator.sees("версия 1")
    town.curator.sees(DRAFT)
    await town.curator.presses("Согласовать")
    await socks.stop()
    await lives_on(town, 10)
    assert [answer.text for answer in town.answers(comment)] == [DRAFT], "VK is reached without the proxy"
    await socks.start()
    await lives_on(town, 2)
    town.curator.can_see("азмещено")
    town.looks_around()
    assert not any(MARK in m.text for m in (*town.curator.private, *town.zhkh.private, *town.players.in_group()))
    await town.bot.messenger.close()
    await socks.stop()


async def test_what_was_decided_meanwhile_is_not_told_any_more(town: Town) -> None:
    """The offer has not arrived yet; somebody closes the message, and nobody hears of it late."""
    town.players.town.telegram.faults.add("bad_gateway_html", "sendMessage", times=4)
    await town.resident_writes(COMPLAINT)
    await lives_on(town, 1)
    case = await town.case()
    async with town.books.write(town.municipality.key) as tx:
        close = CloseWithoutPosting(Actor(("curator",)), case.id, reason="by_mistake")
        await town.bot.ticker.desk.carry_out(tx, close, town.clock.now(), town.municipality.key)
    assert (await town.case()).state is State.CLOSED_WITHOUT_POSTING
    await lives_on(town, 60)
    assert copies(town.curator.private, "Третий день") == []
    assert [action for action, _, _ in await town.journal()] == ["detect", "send_repeated", "close_without_posting"]


@pytest.mark.parametrize("where", ["/mine", "/open"])
async def test_what_is_given_up_is_seen_by_the_curator_in_the_metrics_and_on_the_case(town: Town, where: str) -> None:
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    town.players.town.telegram.faults.add("bad_gateway_html", "sendMessage", chat=town.zhkh.user.id, times=FOREVER)
    await town.curator.presses("Закрыть без ответа…")
    await town.curator.presses("Закрыть: заведено по ошибке")
    await town.waits(minutes=1)
    for _ in range(26):
        await town.waits(minutes=60)
    town.looks_around()
    await town.curator.writes(where)
    told = town.curator.sees("Не дошло, бот больше не пробует: 1 сообщение").text
    assert told.splitlines()[-1].startswith("№ 1, уведомление, ")
    await town.curator.writes("/case 1")
    assert "не дошло, больше не пробуем: уведомление, " in town.curator.sees("заведено новое сообщение").text
    await town.roads.writes(where)
    assert "Не дошло" not in town.roads.private[-1].text, "others do not keep the curator's lists"
    town.looks_around()
    async with a_client(town) as client:
        metrics = await (await client.get("/metrics")).text()
    lines = metrics.splitlines()
    assert 'dezhurny_outbox_given_up{municipality="okrug"} 1.0' in lines
    assert any(line.startswith('dezhurny_letters_total{kind="notice",outcome="given_up"}') for line in lines)


async def test_a_draft_in_reply_to_a_copy_without_buttons_reaches_its_case(town: Town) -> None:
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await town.zhkh.presses("Принять", town.card())
    town.looks_around()
    town.players.town.telegram.faults.add("timeout_after", "sendMessage", chat=town.zhkh.user.id)
    await town.to("2026-01-12T12:31")
    await lives_on(town, 1)
    reminders = [m for m in town.zhkh.private if "срок проекта ответа" in m.text]
    assert [m.text.startswith(MARK) for m in reminders] == one_or(False, True)
    await town.zhkh.replies(reminders[0], DRAFT)
    assert [draft.text for draft in (await town.case()).drafts] == [DRAFT]
    town.looks_around()


async def test_the_word_with_undo_comes_again_after_a_doubtful_send(town: Town) -> None:
    """The note about the repeat stands behind the act in the journal, at the same version of the case."""
    await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await town.zhkh.replies(town.card(), DRAFT)
    await town.curator.presses("На доработку")
    question = town.curator.can_see("что исправить")
    town.players.town.telegram.faults.add("timeout_after", "sendMessage", chat=town.curator.user.id)
    await town.curator.replies(question, "Назовите срок")
    await lives_on(town, 1)
    assert copies(town.curator.private, "на доработку, замечание") == one_or(False, True)
    town.looks_around()
