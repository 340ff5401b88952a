"""An answer a person posted himself is looked after like the bot's own, wherever its link can be read."""

from __future__ import annotations

from sandbox.vk.model import Comment
from tests.stories.test_a_day import DRAFT
from tests.stories.test_afterwards import HOURS, since_posting
from tests.stories.test_posting import approved, everybody_sees_it_is_posted, not_posted
from tests.stories.test_replies import at_curator
from tests.stories.town import Town
from workflow.case import Loss


async def posted_by_hand(town: Town) -> Comment:
    """VK lets no community write there; the curator has answered from his own page and handed the link back."""
    question = await approved(town)
    town.players.town.vk.faults.add("error", "wall.createComment", code=15)
    notice = await not_posted(town, "не разрешено")
    answer = town.players.town.vk.comment(town.players.resident, town.players.post, DRAFT, reply_to=question)
    await town.settles()
    town.looks_around()
    await town.curator.presses("Опубликовано", notice)
    await town.curator.replies(town.curator.sees("пришлите ссылку"), answer.url.replace("vk.com", "m.vk.ru"))
    town.curator.sees("Записано: ответ размещён")
    everybody_sees_it_is_posted(town)
    return answer


async def test_an_answer_posted_by_hand_is_looked_after(town: Town) -> None:
    answer = await posted_by_hand(town)
    posting = (await town.case()).posting
    assert posting is not None
    assert (posting.by_hand, posting.network, posting.ref) == (True, "vk", answer.url.removeprefix("https://vk.com/"))
    await town.waits(minutes=2 * HOURS)
    assert await since_posting(town) == []
    town.players.town.vk.delete_comment(answer)
    await town.waits(minutes=24 * HOURS)
    town.curator.sees("ответа во ВКонтакте больше не видно")
    assert (await town.case()).loss is Loss.SEEN
    town.looks_around()


async def test_what_came_from_outside_and_was_answered_in_vk_is_looked_after_there(town: Town) -> None:
    await town.curator.writes("/new Третий день нет воды на Школьной, 5, звонили по телефону")
    await town.curator.presses("ЖКХ", town.curator.sees("Третий день"))
    await town.zhkh.replies(town.card(), DRAFT)
    await town.curator.presses("Согласовать", at_curator(town, 1, DRAFT))
    await town.waits(seconds=31)
    answer = town.players.town.vk.comment(town.players.community, town.players.post, DRAFT)
    await town.settles()
    town.looks_around()
    await town.curator.presses("Опубликовано", town.curator.can_see("нажмите «Опубликовано»"))
    await town.curator.replies(town.curator.sees("пришлите ссылку"), answer.url)
    town.curator.sees("Записано: ответ размещён")
    everybody_sees_it_is_posted(town)
    town.players.town.vk.delete_comment(answer)
    await town.waits(minutes=2 * HOURS)
    notice = town.curator.sees("ответа во ВКонтакте больше не видно")
    assert "разместите его ещё раз и пришлите ссылку" in notice.text
    assert [button.text for button in notice.buttons[0]] == ["Опубликовано"]


async def test_a_link_to_the_question_itself_is_no_address_of_the_answer(town: Town) -> None:
    question = await approved(town)
    town.players.town.vk.faults.add("error", "wall.createComment", code=15)
    notice = await not_posted(town, "не разрешено")
    await town.curator.presses("Опубликовано", notice)
    await town.curator.replies(town.curator.sees("пришлите ссылку"), question.url)
    town.curator.sees("Записано: ответ размещён")
    everybody_sees_it_is_posted(town)
    posting = (await town.case()).posting
    assert posting is not None
    assert (posting.link, posting.ref, posting.network) == (question.url, "", None)
