"""An answer that was taken away after the case was closed is posted once more by a button: one comment, one new link, and the
case stays closed."""

from __future__ import annotations

from sandbox.telegram.model import Message
from sandbox.vk.model import Comment
from tests.stories.test_a_day import DRAFT
from tests.stories.test_afterwards import HOURS, answered, since_posting
from tests.stories.test_posting import LINK, MARKED_OR_KEPT
from tests.stories.town import Town
from workflow.case import Loss, State


async def gone(town: Town) -> tuple[Comment, Message]:
    """The question, and the notice that the answer under it is gone."""
    question, answer = await answered(town)
    town.players.town.vk.delete_comment(answer)
    await town.waits(minutes=61)
    return question, town.curator.sees("ответа во ВКонтакте больше не видно")


def guids(town: Town) -> list[str]:
    return [str(call.params["guid"]) for call in town.players.town.vk.calls if call.method == "wall.createComment"]


async def test_one_tap_posts_the_answer_once_more_and_the_case_stays_closed(town: Town) -> None:
    question, notice = await gone(town)
    before = await town.case()
    first = await town.curator.presses("Опубликовать снова", notice)
    assert first == "Отправляю ответ на № 1 ещё раз. О результате напишу."
    told = town.curator.sees("ответ размещён").text
    [again] = town.answers(question)
    case = await town.case()
    assert again.url in told
    assert (case.state, case.loss, [posting.link for posting in case.postings][-1]) == (State.CLOSED, None, again.url)
    assert case.history == before.history
    assert len(set(guids(town))) == len(guids(town)) == 2
    assert await since_posting(town) == ["answer_gone", "post_again", "posted"]
    assert await town.curator.presses("Опубликовать снова", notice) == (
        "№ 1: ответ уже опубликован, второй раз не нужно. История по команде /case 1."
    )
    assert len(town.answers(question)) == 1
    await town.curator.writes("/case 1")
    history = town.curator.sees("решил опубликовать ответ снова").text
    assert "ответ размещён снова" in history
    town.looks_around()


async def test_two_taps_while_it_is_on_its_way_are_one_comment(town: Town) -> None:
    question, notice = await gone(town)
    town.players.town.vk.faults.add("error", "wall.createComment", times=3, code=6)
    await town.curator.presses("Опубликовать снова", notice)
    assert (await town.case()).loss is Loss.ON_ITS_WAY
    assert await town.curator.presses("Опубликовать снова", notice) == "Ответ уже отправляется. О результате напишу."
    assert await town.curator.presses("Опубликовано", notice) == "Ответ уже отправляется. О результате напишу."
    await town.waits(minutes=3)
    town.curator.sees("ответ размещён")
    assert len(town.answers(question)) == 1
    town.looks_around()


async def test_what_the_network_refuses_again_is_done_by_hand_as_ever(town: Town) -> None:
    _, notice = await gone(town)
    town.players.town.vk.close_comments(town.players.post)
    await town.curator.presses("Опубликовать снова", notice)
    refused = town.curator.sees("закрыты комментарии")
    assert [button.text for row in refused.buttons for button in row] == [
        "Опубликовано",
        "Скопировать текст",
        "Попробовать ещё раз",
    ]
    assert ((await town.case()).state, (await town.case()).loss) == (State.CLOSED, Loss.NOT_TAKEN)
    await town.curator.presses("Опубликовано", refused)
    await town.curator.replies(town.curator.sees("пришлите ссылку"), LINK)
    town.curator.sees("Записано: ответ размещён")
    case = await town.case()
    assert case.posting is not None
    assert (case.state, case.loss, case.posting.link, case.posting.by_hand) == (State.CLOSED, None, LINK, True)
    assert [button.text for row in refused.buttons for button in row] == MARKED_OR_KEPT
    assert await since_posting(town) == ["answer_gone", "post_again", "post_failed", "posted"]


async def test_who_put_it_there_himself_hands_the_link_back(town: Town) -> None:
    _, notice = await gone(town)
    await town.curator.presses("Опубликовано", notice)
    await town.curator.replies(town.curator.sees("пришлите ссылку"), LINK)
    town.curator.sees("Записано: ответ размещён")
    assert (await town.case()).loss is None


async def test_an_answer_posted_again_is_looked_after_again(town: Town) -> None:
    question, notice = await gone(town)
    await town.curator.presses("Опубликовать снова", notice)
    town.curator.sees("ответ размещён")
    [again] = town.answers(question)
    town.players.town.vk.delete_comment(again)
    await town.waits(minutes=2 * HOURS)
    second = town.curator.sees("ответа во ВКонтакте больше не видно")
    await town.curator.presses("Опубликовать снова", second)
    town.curator.sees("ответ размещён")
    assert len(town.answers(question)) == 1
    assert len(set(guids(town))) == 3


async def test_the_office_putting_it_there_by_itself_is_noticed_and_asked_about(town: Town) -> None:
    question, _ = await gone(town)
    again = town.players.town.vk.comment(town.players.community, town.players.post, DRAFT, reply_to=question)
    await town.settles()
    await town.curator.presses("Да, это ответ", town.curator.sees("Это ответ жителю по № 1?"))
    town.curator.can_see("азмещено")
    case = await town.case()
    assert case.posting is not None
    assert (case.state, case.loss, case.posting.link) == (State.CLOSED, None, again.url)
