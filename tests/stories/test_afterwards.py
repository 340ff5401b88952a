"""After the answer: one that is gone is told the curator once; what is seen to stand, and what cannot be seen, is told nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.cases.afterwards import Afterwards
from sandbox.vk.model import Comment
from tests.stories.test_a_day import COMPLAINT
from tests.stories.test_kinds_of_answer import INTERIM, approved_and_posted, in_work
from tests.stories.test_posting import approved, everybody_sees_it_is_posted
from tests.stories.town import KEY, Town

TownWith = Callable[..., Awaitable[Town]]
HOURS, DAYS = 60, 24 * 60
AFTER_POSTING = ["release", "posted"]


async def answered(town: Town) -> tuple[Comment, Comment]:
    """A question and the answer that stands under it."""
    question = await approved(town)
    await town.waits(seconds=31)
    everybody_sees_it_is_posted(town)
    [answer] = town.answers(question)
    town.looks_around()
    return question, answer


async def since_posting(town: Town) -> list[str]:
    actions = [action for action, _, _ in await town.journal()]
    return actions[actions.index("posted") + 1 :]


def reads(town: Town) -> int:
    return sum(1 for call in town.players.town.vk.calls if call.method == "wall.getComments")


async def test_an_answer_that_is_gone_is_told_once_with_what_to_do(town: Town) -> None:
    question, answer = await answered(town)
    town.players.town.vk.delete_comment(answer)
    await town.waits(minutes=30)
    town.curator.hears_nothing()
    await town.waits(minutes=31)
    notice = town.curator.sees("ответа во ВКонтакте больше не видно")
    assert [[(b.text, b.url or b.copy_text or "") for b in row] for row in notice.buttons] == [
        [("Опубликовать снова", ""), ("Опубликовано", "")],
        [("Открыть", question.url), ("Скопировать текст", answer.text)],
        [("№ 1", "")],
    ]
    assert await since_posting(town) == ["answer_gone"]
    for _ in range(8):
        await town.waits(minutes=DAYS)
    town.curator.hears_nothing()
    assert await since_posting(town) == ["answer_gone"]


async def test_what_stands_is_looked_at_three_times_and_told_nobody(town: Town) -> None:
    await answered(town)
    looked = []
    for minutes in (2 * HOURS, 2 * HOURS, DAYS, DAYS, 6 * DAYS, 3 * DAYS):
        before = reads(town)
        await town.waits(minutes=minutes)
        looked.append(reads(town) - before)
    assert looked == [3, 0, 3, 0, 3, 0]
    assert await since_posting(town) == []


async def test_a_question_that_went_with_its_answer_asks_for_nothing(town: Town) -> None:
    question, answer = await answered(town)
    town.players.community.events.discard("wall_reply_delete")
    for comment in (answer, question):
        town.players.town.vk.delete_comment(comment)
    await town.waits(minutes=2 * HOURS)
    assert "Делать ничего не нужно" in town.curator.sees("больше нет ни сообщения жителя, ни нашего ответа").text
    assert await since_posting(town) == ["question_gone", "answer_gone"]


async def test_a_question_gone_under_a_standing_answer_is_journalled_and_told_nobody(town: Town) -> None:
    question, _ = await answered(town)
    town.players.community.events.discard("wall_reply_delete")
    town.players.town.vk.delete_comment(question)
    await town.waits(minutes=2 * HOURS)
    await town.waits(minutes=2 * DAYS)
    assert await since_posting(town) == ["question_gone"]


async def test_what_cannot_be_seen_is_told_nobody_and_looked_at_again(town: Town) -> None:
    _, answer = await answered(town)
    town.players.town.vk.delete_comment(answer)
    town.players.town.vk.faults.add("error", "wall.getComments", code=10)
    town.players.town.vk.faults.add("error", "wall.getComments", code=10)
    await town.waits(minutes=2 * HOURS)
    assert await since_posting(town) == []
    await town.waits(minutes=DAYS)
    town.curator.sees("ответа во ВКонтакте больше не видно")
    assert await since_posting(town) == ["answer_gone"]


async def test_a_restart_forgets_nothing_and_repeats_nothing(town: Town) -> None:
    _, answer = await answered(town)
    town.players.town.vk.delete_comment(answer)
    before = town.bot.afterwards
    assert before is not None

    def restarted() -> Afterwards:
        return Afterwards(
            town.books, KEY, before.desk, before.networks, before.office_today, before.clock, before.wake_delivery
        )

    town.bot.afterwards = restarted()
    await town.waits(minutes=2 * HOURS)
    town.curator.sees("ответа во ВКонтакте больше не видно")
    town.bot.afterwards = restarted()
    await town.waits(minutes=DAYS)
    assert await since_posting(town) == ["answer_gone"]


async def test_an_office_that_does_not_want_it_looks_at_nothing(town_with: TownWith) -> None:
    town = await town_with(settings="\nafterwards: []\n")
    _, answer = await answered(town)
    town.players.town.vk.delete_comment(answer)
    before = reads(town)
    await town.waits(minutes=8 * DAYS)
    assert reads(town) == before


async def test_without_a_token_that_may_read_nobody_is_alarmed(town_with: TownWith) -> None:
    town = await town_with(service_token=None)
    _, answer = await answered(town)
    town.players.town.vk.delete_comment(answer)
    for _ in range(9):
        await town.waits(minutes=DAYS)
    assert await since_posting(town) == []


async def test_a_question_gone_after_an_interim_answer_is_shown_on_the_card(town: Town) -> None:
    await in_work(town)
    await town.zhkh.replies(town.card(), INTERIM)
    await town.zhkh.presses("Промежуточный ответ", town.card())
    await approved_and_posted(town)
    town.players.community.events.discard("wall_reply_delete")
    town.players.town.vk.delete_comment(town.comment)  # type: ignore[attr-defined]
    await town.waits(minutes=2 * HOURS)
    town.curator.sees("житель удалил сообщение")
    assert "удалил" in town.card().text
    assert (await since_posting(town))[-1:] == ["author_deleted"]
    town.looks_around()


async def test_a_message_that_came_back_is_gone_no_more(town: Town) -> None:
    question = await town.resident_writes(COMPLAINT)
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    town.players.town.vk.delete_comment(question)
    await town.settles()
    town.curator.sees("житель удалил сообщение")
    told = town.zhkh.sees("№ 1 · житель удалил сообщение")
    assert "Нужен ли ответ, решит куратор. Пока не решил, проект ждём сегодня до 13:00." in told.text
    assert told.buttons == []
    assert "Житель удалил сообщение" in town.card().text
    town.players.town.vk.restore_comment(question)
    await town.settles()
    town.curator.sees("сообщение жителя снова на месте")
    town.zhkh.sees("сообщение жителя снова на месте")
    assert "удалил" not in town.card().text
    assert [action for action, _, _ in await town.journal()][-2:] == ["author_deleted", "author_restored"]
    town.players.town.vk.restore_comment(question)
    await town.settles()
    town.curator.hears_nothing()
    case = await town.case()
    assert (case.deleted_at, case.rewritten) == (None, ())
    town.zhkh.sees("№ 1 · передано вам")
