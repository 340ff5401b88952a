"""Other communities' walls and mentions: each with its own position and pace, beside the long poll, and nothing held up."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from networks.port import Answer, Found, NotPosted, PollError, Posted, PostFailure
from networks.vk import VkNetwork, Watched
from networks.vk.watching import worded
from tests.networks.vk_town import NOON, PLACE, USER, Town, a_town, found

OVERHEARD = Watched(-77, "Подслушано в округе", pause=120)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as here:
        yield here


async def listen(network: VkNetwork, position: str, times: int = 3) -> tuple[list[Found], str]:
    """What a few polls bring, whichever feed comes first."""
    heard: list[Found] = []
    for _ in range(times):
        batch = await network.poll(position)
        heard += found(network, batch)
        position = batch.position
    return heard, position


async def test_a_watched_wall_brings_posts_comments_and_threads(town: Town) -> None:
    old = town.vk.wall_post(town.zhitel, town.other, "до начала")
    head = town.vk.comment(town.zhitel, old, "и это до начала")
    town.vk.clock.advance(timedelta(minutes=5))
    network = town.network(user=None, watch=(OVERHEARD,))
    heard, start = await listen(network, "")
    assert heard == []
    town.vk.clock.advance(timedelta(minutes=5))
    town.clock._monotonic += 120
    inside = town.vk.comment(town.zhitel, old, "в ветке", reply_to=head)
    post = town.vk.wall_post(town.zhitel, town.other, "Нет воды")
    under = town.vk.comment(town.zhitel, post, "и у нас")
    own = town.vk.comment(town.zhitel, town.post, "на своей стене")
    heard, after = await listen(network, start)
    assert sorted((m.ref, m.text, m.place, m.author_name) for m in heard) == sorted([
        (f"wall-77_{old.id}?reply={inside.id}", "в ветке", "Подслушано в округе", "Житель Округа"),
        (f"wall-77_{post.id}", "Нет воды", "Подслушано в округе", "Житель Округа"),
        (f"wall-77_{post.id}?reply={under.id}", "и у нас", "Подслушано в округе", "Житель Округа"),
        (f"wall-1001_{town.post.id}?reply={own.id}", "на своей стене", PLACE, "Житель Округа"),
    ])  # fmt: skip
    town.clock._monotonic += 120
    assert (await listen(network, after))[0] == []


async def test_after_a_gap_all_new_posts_and_mentions_are_read_and_not_one_answer_s(town: Town) -> None:
    network = town.network(watch=(OVERHEARD,), mentions_pause=60)
    _, start = await listen(network, "")
    town.vk.clock.advance(timedelta(days=4))
    posts = [town.vk.wall_post(town.zhitel, town.other, f"{n} [club1001|Администрация]") for n in range(60)]
    town.clock._monotonic += 120
    heard, _ = await listen(town.network(watch=(OVERHEARD,), mentions_pause=60), start)
    assert sorted(m.text.split()[0] for m in heard) == sorted(2 * [post.text.split()[0] for post in posts])


async def test_the_same_position_gives_the_same_again_and_a_restart_loses_nothing(town: Town) -> None:
    network = town.network(user=None, watch=(OVERHEARD,))
    _, start = await listen(network, "")
    town.vk.wall_post(town.zhitel, town.other, "Нет воды")
    town.clock._monotonic += 120
    once, _ = await listen(network, start)
    again, _ = await listen(network, start)
    restarted, _ = await listen(town.network(user=None, watch=(OVERHEARD,)), start)
    assert [m.text for m in once] == ["Нет воды"]
    assert once == again == restarted


async def test_only_what_has_a_keyword_is_taken(town: Town) -> None:
    network = town.network(user=None, watch=(OVERHEARD,), keywords=("вода", "мусор", "отоплен*"))
    _, start = await listen(network, "")
    post = town.vk.wall_post(town.zhitel, town.other, "Продам гараж")
    for text in ("Воды нет третий день", "красиво", "не вывозят мусора", "отоплением никто не занят"):
        town.vk.comment(town.zhitel, post, text)
    town.clock._monotonic += 120
    heard, _ = await listen(network, start)
    assert sorted(m.text for m in heard) == ["Воды нет третий день", "не вывозят мусора", "отоплением никто не занят"]


def test_without_keywords_everything_is_taken() -> None:
    assert worded(())("что угодно") is True
    assert worded(("вода",))("что угодно") is False


async def test_each_wall_has_its_own_pace(town: Town) -> None:
    rare = Watched("kursky_okrug", "Своя", pause=1000)
    network = town.network(user=None, watch=(OVERHEARD, rare))
    _, position = await listen(network, "")
    town.vk.calls.clear()
    for _ in range(10):
        town.clock._monotonic += 120
        _, position = await listen(network, position)
    asked = [call.params["owner_id"] for call in town.vk.calls if call.method == "wall.get"]
    assert (asked.count("-77"), asked.count("-1001")) == (10, 1)
    assert sorted(json.loads(position)) == ["longpoll", "wall:-77", "wall:kursky_okrug"]


async def test_unchanged_posts_are_not_read_again(town: Town) -> None:
    for number in range(3):
        post = town.vk.wall_post(town.zhitel, town.other, f"запись {number}")
        town.vk.comment(town.zhitel, post, "давно")
    network = town.network(user=None, watch=(OVERHEARD,))
    _, position = await listen(network, "")
    town.clock._monotonic += 120
    _, position = await listen(network, position)
    town.vk.calls.clear()
    town.vk.comment(town.zhitel, post, "только что")
    town.clock._monotonic += 120
    heard, _ = await listen(network, position)
    assert [m.text for m in heard] == ["только что"]
    assert town.methods().count("wall.getComments") == 1


async def test_a_stuck_wall_holds_nobody(town: Town) -> None:
    slow = Watched(-77, "Подслушано")
    network = town.network(user=None, watch=(slow, Watched(-1001, "Своя")))
    _, position = await listen(network, "")
    town.clock._monotonic += 1000
    town.vk.faults.add("timeout_before", "wall.get")
    town.vk.comment(town.zhitel, town.post, "Нет воды")
    batch = await network.poll(position)
    assert [m.text for m in found(network, batch)][:1] == ["Нет воды"]


async def test_a_closed_wall_is_told_and_the_others_go_on(town: Town) -> None:
    network = town.network(user=None, watch=(Watched("nobody", "Никто"),))
    _, position = await listen(network, "")
    town.clock._monotonic += 1000
    town.vk.comment(town.zhitel, town.post, "Нет воды")
    heard: list[str] = []
    trouble: list[PollError] = []
    for _ in range(3):
        try:
            batch = await network.poll(position)
        except PollError as error:
            trouble.append(error)
            continue
        heard += [m.text for m in found(network, batch)]
        position = batch.position
    assert heard == ["Нет воды"]
    assert [(e.detail, e.operator_needed) for e in trouble] == [("wall:nobody: VK knows no page «nobody»", True)]


async def test_watching_begins_and_ends_without_losing_the_place(town: Town) -> None:
    start = (await town.network(user=None).poll(None)).position
    town.vk.comment(town.zhitel, town.post, "раз")
    watching = town.network(user=None, watch=(OVERHEARD,))
    heard, position = await listen(watching, start)
    town.vk.comment(town.zhitel, town.post, "два")
    plain = town.network(user=None)
    later = await plain.poll(position)
    assert [m.text for m in heard] == ["раз"]
    assert [m.text for m in found(plain, later)] == ["два"]


async def test_answers_on_a_foreign_wall(town: Town) -> None:
    """By hand with the community's token; in its name where an administrator's token and the wall allow it."""
    comment = town.vk.comment(town.zhitel, town.vk.post(town.other, "Что с водой?"), "Нет воды")
    answer = Answer(f"wall-77_{comment.post.id}?reply={comment.id}", "comment", "Подвоз в 18:00", (), "a", since=NOON)
    by_hand = await town.network(user=None).post(answer)
    assert isinstance(by_hand, NotPosted)
    assert by_hand.reason is PostFailure.NO_RIGHT
    assert town.methods() == []
    assert isinstance(await town.network().post(answer), Posted)
    assert [(c.text, c.author) for c in town.vk.comments(comment.post)][1:] == [("Подвоз в 18:00", town.town)]
    town.vk.close_comments(comment.post)
    closed = await town.network().post(answer)
    assert isinstance(closed, NotPosted)
    assert closed.reason is PostFailure.COMMENTS_CLOSED


# --- mentions


async def test_mentions_are_heard_with_a_user_token(town: Town) -> None:
    network = town.network(mentions_pause=60)
    _, start = await listen(network, "")
    town.vk.clock.advance(timedelta(minutes=1))
    town.clock._monotonic += 60
    post = town.vk.wall_post(town.zhitel, town.other, "[club1001|Администрация], где вода?")
    comment = town.vk.comment(town.zhitel, post, "@kursky_okrug (власть), ответьте")
    town.vk.comment(town.zhitel, post, "просто так")
    town.vk.comment(town.zhitel, town.post, "[club1001|Администрация], спасибо")
    heard, position = await listen(network, start)
    assert sorted((m.ref, m.kind) for m in heard) == sorted([
        (f"wall-77_{post.id}", "post"),
        (f"wall-77_{post.id}?reply={comment.id}", "comment"),
        (f"wall-1001_{town.post.id}?reply={town.vk.all_comments[-1].id}", "comment"),
    ])  # fmt: skip
    assert sorted(json.loads(position)) == ["longpoll", "mentions"]


async def test_without_a_user_token_check_says_what_is_not_heard(town: Town) -> None:
    said = [
        finding.text for finding in await town.network(user=None, watch=(OVERHEARD, Watched("nobody", "Никто"))).check()
    ]
    assert [text for text in said if "упоминания" in text] != []
    assert said[-2:] == [
        "ВКонтакте: «Подслушано в округе» читается.",
        "ВКонтакте: «Никто» прочитать не удалось: ошибка 100.",
    ]


# --- the Callback API instead of the long poll


async def test_with_the_callback_api_nothing_is_polled(town: Town) -> None:
    network = town.network(user=None, callback=True)
    batch = await network.poll(None)
    assert (batch.items, town.methods()) == ((), [])
    said = [finding.text for finding in await network.check()]
    assert "ВКонтакте: события приносит Callback API, Long Poll не нужен." in said
    assert "groups.getLongPollSettings" not in town.methods()


async def test_the_revoked_token_of_a_wall_needs_the_operator(town: Town) -> None:
    network = town.network(user=USER, service=None, watch=(OVERHEARD,), callback=True)
    _, position = await listen(network, "")
    town.vk.revoke(USER)
    town.clock._monotonic += 1000
    with pytest.raises(PollError) as caught:
        await network.poll(position)
    assert caught.value.operator_needed is True
