"""The answer does not always get there: not posted is not closed, never a double comment, and a person can always finish."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.picture import photo
from sandbox.telegram.model import Message
from sandbox.vk.model import Comment
from tests.stories.test_a_day import BETTER, COMPLAINT, DRAFT
from tests.stories.test_replies import at_curator
from tests.stories.town import Town
from workflow.case import State

LINK = "https://vk.com/wall-1001_1?reply=99"
MARKED_OR_KEPT = ["👍 Хороший ответ", "👎 Отписка", "Сохранить как готовый ответ"]


async def approved(town: Town) -> Comment:
    """The curator has approved the answer to the comment; it goes out in 30 seconds."""
    comment = await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    town.executors_are_called()
    await town.zhkh.replies(town.card(), DRAFT)
    await town.curator.presses("Согласовать", at_curator(town, 1, DRAFT))
    return comment


async def not_posted(town: Town, why: str) -> Message:
    """Half a minute later the curator is told why the answer does not stand."""
    await town.waits(seconds=31)
    notice = town.curator.sees(why)
    assert (await town.case()).state is State.NOT_POSTED
    assert "не размещён" in town.card().text
    return notice


def everybody_sees_it_is_posted(town: Town) -> None:
    town.curator.can_see("азмещено")


async def test_comments_closed_meanwhile_are_answered_by_hand_with_a_link(town: Town) -> None:
    await approved(town)
    town.players.town.vk.close_comments(town.players.post)
    notice = await not_posted(town, "закрыты комментарии")
    await town.curator.presses("Опубликовано", notice)
    question = town.curator.sees("пришлите ссылку")
    await town.curator.replies(question, "готово")
    town.curator.sees("Нужна ссылка")
    await town.curator.replies(question, LINK)
    town.curator.sees("Записано: ответ размещён")
    everybody_sees_it_is_posted(town)
    posting = (await town.case()).posting
    assert posting is not None
    assert (posting.link, posting.by_hand) == (LINK, True)
    assert [button.text for row in notice.buttons for button in row] == MARKED_OR_KEPT


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (5, "ключ доступа сообщества больше не действует"),
        (14, "подтвердить, что пишет человек"),
        (15, "не разрешено"),
        (27, "не разрешено"),
        (212, "удалены либо скрыты"),
        (213, "закрыты комментарии"),
        (222, "не пропускают ссылки"),
        (223, "ограничено число ответов"),
    ],
)
async def test_what_vk_refuses_can_be_tried_again(town: Town, code: int, why: str) -> None:
    comment = await approved(town)
    town.players.town.vk.faults.add("error", "wall.createComment", code=code)
    notice = await not_posted(town, why)
    assert (
        await town.curator.presses("Попробовать ещё раз", notice) == "Пробуем разместить ещё раз. О результате напишу."
    )
    town.curator.sees("ответ размещён")
    assert [answer.text for answer in town.answers(comment)] == [DRAFT]
    assert (await town.case()).state is State.CLOSED
    town.looks_around()


@pytest.mark.parametrize(("code", "times"), [(6, 3), (9, 1)])
async def test_what_passes_in_vk_is_posted_a_little_later_and_nobody_is_troubled(
    town: Town, code: int, times: int
) -> None:
    comment = await approved(town)
    town.players.town.vk.faults.add("error", "wall.createComment", times=times, code=code)
    await town.waits(seconds=31)
    assert town.answers(comment) == []
    await town.waits(minutes=3)
    everybody_sees_it_is_posted(town)
    assert [answer.text for answer in town.answers(comment)] == [DRAFT]


async def test_vk_that_is_away_for_minutes_gets_the_answer_by_itself_and_for_longer_the_curator_is_told_once(
    town: Town,
) -> None:
    comment = await approved(town)
    faults = town.players.town.vk.faults
    faults.add("error", "wall.createComment", times=10**6, code=10)
    for _ in range(29):
        await town.waits(minutes=1)
    assert (await town.case()).state is State.APPROVED
    [reminder] = town.curator.looks_at_everything()
    assert "через 10 минут срок размещения" in reminder.text
    await town.waits(minutes=2)
    notice = town.curator.sees("уже полчаса не отвечают")
    town.looks_around()
    for _ in range(40):
        await town.waits(minutes=1)
    assert not any("полчаса" in m.text for m in town.curator.private if town.is_unseen(m))
    town.looks_around()
    faults.clear()
    await town.waits(minutes=20)
    assert town.answers(comment) == [], "from then on it is the curator's"
    faults.add("error", "wall.createComment", times=10**6, code=10)
    await town.curator.presses("Попробовать ещё раз", notice)
    for _ in range(10):
        await town.waits(minutes=1)
    faults.clear()
    for _ in range(15):
        await town.waits(minutes=1)
    assert [answer.text for answer in town.answers(comment)] == [DRAFT]
    town.looks_around()


async def test_tried_again_in_vain_is_told_again(town: Town) -> None:
    await approved(town)
    town.players.town.vk.close_comments(town.players.post)
    notice = await not_posted(town, "закрыты комментарии")
    await town.curator.presses("Попробовать ещё раз", notice)
    town.curator.sees("закрыты комментарии")
    assert (await town.case()).state is State.NOT_POSTED


async def test_what_vk_refused_can_be_sent_back_or_worded_anew(town: Town) -> None:
    comment = await approved(town)
    town.players.town.vk.faults.add("error", "wall.createComment", code=222)
    notice = await not_posted(town, "не пропускают ссылки")
    await town.curator.replies(notice, BETTER)
    head = at_curator(town, 2, BETTER)
    assert notice.buttons == []
    await town.curator.presses("Согласовать", head)
    await town.waits(seconds=31)
    everybody_sees_it_is_posted(town)
    assert [answer.text for answer in town.answers(comment)] == [BETTER]


async def test_a_doubtful_end_is_looked_up_and_the_answer_stands_once(town: Town) -> None:
    comment = await approved(town)
    town.players.town.vk.guid_works = False
    town.players.town.vk.faults.add("reset_after", "wall.createComment")
    await town.waits(seconds=31)
    await town.waits(seconds=15)
    everybody_sees_it_is_posted(town)
    assert [answer.text for answer in town.answers(comment)] == [DRAFT]


async def test_a_request_that_never_arrived_is_repeated_once(town: Town) -> None:
    comment = await approved(town)
    town.players.town.vk.guid_works = False
    town.players.town.vk.faults.add("reset_before", "wall.createComment")
    await town.waits(seconds=31)
    await town.waits(seconds=15)
    everybody_sees_it_is_posted(town)
    assert [answer.text for answer in town.answers(comment)] == [DRAFT]


async def test_what_cannot_be_looked_up_the_curator_is_asked(town_with: Callable[..., Awaitable[Town]]) -> None:
    town = await town_with(service_token=None)
    comment = await approved(town)
    town.players.town.vk.faults.add("reset_after", "wall.createComment")
    town.players.community.events.discard("wall_reply_new")
    notice = await not_posted(town, "не видно, дошёл ли он")
    await town.waits(minutes=10)
    [answer] = town.answers(comment)
    await town.curator.presses("Опубликовано", notice)
    await town.curator.replies(town.curator.sees("пришлите ссылку"), answer.url)
    town.curator.sees("Записано: ответ размещён")
    everybody_sees_it_is_posted(town)
    assert len(town.answers(comment)) == 1


async def test_a_doubtful_answer_the_network_tells_of_itself_asks_nobody(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(service_token=None)
    comment = await approved(town)
    town.players.town.vk.faults.add("reset_after", "wall.createComment")
    await town.waits(seconds=31)
    await town.waits(minutes=10)
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()
    [answer] = town.answers(comment)
    case = await town.case()
    assert (case.state, case.posting.link if case.posting else "") == (State.CLOSED, answer.url)


async def test_what_the_curator_does_not_find_there_he_has_posted_again(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    town = await town_with(service_token=None)
    comment = await approved(town)
    town.players.town.vk.faults.add("reset_before", "wall.createComment")
    notice = await not_posted(town, "не видно, дошёл ли он")
    await town.curator.presses("Попробовать ещё раз", notice)
    town.curator.sees("ответ размещён")
    assert len(town.answers(comment)) == 1


async def test_a_comment_its_author_deleted_is_not_answered_into_the_void(town: Town) -> None:
    comment = await approved(town)
    town.players.community.events.discard("wall_reply_delete")
    town.players.town.vk.delete_comment(comment)
    await not_posted(town, "Не удалось разместить")
    await town.curator.presses("Закрыть без ответа…")
    await town.curator.presses("Закрыть: автор удалил сообщение")
    town.zhkh.sees("больше не у вас")
    assert (await town.case()).state is State.CLOSED_WITHOUT_POSTING


async def test_a_case_of_no_network_is_posted_by_hand_from_the_start(town: Town) -> None:
    await town.curator.writes(f"https://ok.ru/group/1/topic/2 {COMPLAINT}")
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    town.executors_are_called()
    await town.zhkh.replies(town.card(), DRAFT)
    toast = await town.curator.presses("Согласовать", at_curator(town, 1, DRAFT))
    assert toast == "Согласовано. Через 30 секунд попрошу вас разместить ответ вручную."
    notice = await not_posted(town, "сюда бот писать не умеет")
    assert "Попробовать ещё раз" not in str(notice.buttons)
    await town.curator.presses("Опубликовано", notice)
    town.curator.sees("пришлите ссылку")
    await town.curator.writes("https://ok.ru/group/1/topic/2?comment=3")
    town.curator.sees("Записано: ответ размещён")
    everybody_sees_it_is_posted(town)
    assert (await town.case()).state is State.CLOSED


async def test_mo_17_sl_10_ku_18_what_does_not_fit_the_network_is_said_before_the_approval(town: Town) -> None:
    comment = await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await town.zhkh.replies(town.card(), f"{DRAFT} Подробнее: https://clck.ru/3abcde")
    head = town.curator.sees("версия 1")
    assert "⚠️" in head.text
    town.seen.update((m.chat.id, m.id) for m in town.curator.private)
    await town.zhkh.replies(town.card(), DRAFT, photos=[photo(80)])
    assert "⚠️" not in town.curator.sees("версия 2").text
    town.seen.update((m.chat.id, m.id) for m in (*town.curator.private, *town.zhkh.private))
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    [answer] = town.answers(comment)
    assert (answer.text, len(answer.attachments)) == (DRAFT, 1)
    everybody_sees_it_is_posted(town)
