"""Comments of Одноклассники, read: each topic with its own position and pace, changes noticed, nothing old as new."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import HeldClock
from networks.ok import OkNetwork, Pace
from networks.ok import topics as reading_topics
from networks.port import Batch, PollError
from tests.networks.stands import NOON, OkStand, found, read_back
from tests.patience import PATIENT, OkPatience


@pytest.fixture
async def stand() -> AsyncIterator[OkStand]:
    here = OkStand()
    await here.server.start()
    yield here
    await here.close()


def told(network: OkNetwork, batch: Batch) -> list[tuple[str, str]]:
    return [(m.change, m.text) for m in found(network, batch)]


def calls(stand: OkStand, method: str) -> int:
    return [call.method for call in stand.ok.calls].count(method)


async def test_an_edited_comment_is_noticed_each_time(stand: OkStand) -> None:
    network = stand.network()
    comment = stand.ok.comment(stand.zhitel, stand.topic, "Нет воды")
    start = (await network.poll(None)).position
    stand.ok.edit_comment(comment, "Нет воды на Школьной")
    once = await network.poll(start)
    stand.ok.edit_comment(comment, "Нет воды")
    twice = await network.poll(once.position)
    stand.ok.edit_comment(comment, "Нет воды на Школьной")
    thrice = await network.poll(twice.position)
    assert [told(network, batch) for batch in (once, twice, thrice)] == [
        [("edited", "Нет воды на Школьной")],
        [("edited", "Нет воды")],
        [("edited", "Нет воды на Школьной")],
    ]
    assert len({batch.items[0].key for batch in (once, twice, thrice)}) == 3
    assert {m.ref for m in found(network, once)} == {m.ref for m in found(network, thrice)}


async def test_a_deleted_comment_is_noticed_once_and_only_when_ok_says_so(stand: OkStand) -> None:
    network = stand.network()
    comment = stand.ok.comment(stand.zhitel, stand.topic, "Нет воды")
    stand.ok.comment(stand.zhitel, stand.topic, "Уже есть")
    start = (await network.poll(None)).position
    stand.ok.delete_comment(comment)
    stand.ok.faults.add("error", "discussions.getComment", code=2)
    doubtful = await network.poll(start)
    sure = await network.poll(doubtful.position)
    after = await network.poll(sure.position)
    message = found(network, sure)[0]
    assert (told(network, doubtful), after.items) == ([], ())
    assert (message.change, message.ref, message.written_at) == (
        "deleted",
        f"topic/{stand.topic.id}/comment/{comment.id}",
        NOON,
    )


async def test_an_answer_the_office_wrote_by_itself_comes_as_ours(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    asked = stand.ok.comment(stand.zhitel, stand.topic, "Нет воды")
    stand.ok.comment(stand.town, stand.topic, "Воду дадут в шесть", reply_to=asked)
    stand.ok.comment(stand.town, stand.topic, "Ко всем: график изменился")
    question, answer = found(network, await network.poll(start))
    assert (question.ours, answer.ours, answer.reply_to, answer.text) == (
        False,
        True,
        question.ref,
        "Воду дадут в шесть",
    )


async def test_a_hidden_topic_hides_no_other(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    hidden = stand.ok.topic(stand.town, "Закрытая тема")
    stand.ok.comment(stand.zhitel, hidden, "не видно")
    hidden.hidden = True
    stand.ok.comment(stand.zhitel, stand.topic, "видно")
    batch = await network.poll(start)
    hidden.hidden = False
    later = await network.poll(batch.position)
    assert (told(network, batch), told(network, later)) == ([("new", "видно")], [("new", "не видно")])


async def test_topics_of_other_groups_are_not_ours(stand: OkStand) -> None:
    other = stand.ok.add_group("Подслушано", 77, "tknOther", access_token="b", app_key="c", session_secret="d")
    network = stand.network()
    start = (await network.poll(None)).position
    stand.ok.comment(stand.zhitel, stand.ok.topic(other, "Чужая тема"), "не нам")
    assert (await network.poll(start)).items == ()


async def test_one_slow_topic_holds_no_other(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    second = stand.ok.topic(stand.town, "Вторая тема")
    stand.ok.comment(stand.zhitel, second, "быстро")
    stand.ok.clock.advance(timedelta(seconds=1))
    stand.ok.comment(stand.zhitel, stand.topic, "медленно")
    stand.ok.faults.add("timeout_before", "discussions.getComments")
    batch = await network.poll(start)
    later = await network.poll(batch.position)
    assert told(network, batch) + told(network, later) == [("new", "быстро"), ("new", "медленно")]


async def test_messages_come_while_comments_are_refused(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    stand.town.session_expired = True
    stand.writes("Нет света")
    stand.comments("Нет воды")
    batch = await network.poll(start)
    with pytest.raises(PollError) as caught:
        await network.poll(batch.position)
    stand.town.session_expired = False
    later = found(network, await stand.network().poll(batch.position))
    assert told(network, batch) == [("new", "Нет света")]
    assert (caught.value.operator_needed, caught.value.detail) == (True, "topics: OK error 102 PARAM_SESSION_EXPIRED")
    assert [m.text for m in later] == ["Нет воды"]


def slow_feeds(stand: OkStand) -> OkNetwork:
    """A poll ends with the first feed that has answered, however long that takes, and leaves the others behind."""
    pace = Pace(chats=0, chats_under_webhook=0, topics=0, quiet_topics=0, wait=PATIENT)
    return stand.network(pace=pace, limits=OkPatience(stand.ok.faults, together=0.05))


async def test_a_slow_feed_goes_on_behind_and_loses_nothing(stand: OkStand) -> None:
    network = slow_feeds(stand)
    start = (await network.poll(None)).position
    stand.comments("Нет воды")
    stand.writes("Нет света")
    stand.ok.faults.add("timeout_before", "discussions.getList")
    batch = await network.poll(start)

    async def until_it_ends() -> None:
        for _ in range(100):
            await network.poll(batch.position)

    with pytest.raises(PollError):
        await until_it_ends()
    later = await stand.network().poll(batch.position)
    assert (told(network, batch), told(network, later)) == ([("new", "Нет света")], [("new", "Нет воды")])


async def test_a_lost_batch_is_given_again_whatever_the_pace(stand: OkStand) -> None:
    pace = Pace(chats=1000, topics=1000, quiet_topics=1000, wait=0)
    network = stand.network(pace=pace)
    start = (await network.poll(None)).position
    stand.comments("Нет воды")
    assert (await network.poll(start)).items == ()
    assert told(network, await network.poll("")) == []
    given = await network.poll(start)
    assert told(network, given) == [("new", "Нет воды")]
    assert (await network.poll(start)).items == given.items


async def test_each_feed_and_topic_keeps_its_own_pace(stand: OkStand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_topics, "OFTEN", 1)
    clock = HeldClock(NOON)
    network = OkNetwork(stand.access(pace=Pace(chats=10, topics=60, quiet_topics=900, wait=25)), clock)
    stand.opened.append(network)
    stand.ok.topic(stand.town, "Тема поновее")
    position = (await network.poll(None)).position
    stand.ok.calls.clear()
    while clock.monotonic() < 840:
        position = (await network.poll(position)).position
    counted = {name: calls(stand, name) for name in ("GET me/chats", "discussions.getList", "discussions.getComments")}
    assert counted == {"GET me/chats": 84, "discussions.getList": 14, "discussions.getComments": 14}
    while clock.monotonic() < 960:
        position = (await network.poll(position)).position
    assert calls(stand, "discussions.getComments") == 14 + 2 + 1


async def test_more_comments_than_a_page_are_all_found(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    for number in range(250):
        stand.ok.clock.advance(timedelta(seconds=1))
        stand.comments(f"{number}")
    batch = await network.poll(start)
    assert [m.text for m in found(network, batch)] == [f"{number}" for number in range(250)]
    assert (batch.gap, (await network.poll(batch.position)).items) == (False, ())


async def test_a_flood_deeper_than_we_read_is_a_gap_and_caught_up(
    stand: OkStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_topics, "PAGES", 1)
    network = stand.network()
    stand.comments("до начала")
    start = (await network.poll(None)).position
    stand.ok.clock.advance(timedelta(minutes=1))
    for number in range(150):
        stand.comments(f"{number}")
    batch = await network.poll(start)
    monkeypatch.undo()
    caught = await read_back(network, NOON + timedelta(seconds=30))
    assert (batch.gap, len(batch.items)) == (True, 100)
    assert len({event.key for event in (*batch.items, *caught)}) == 150
    assert (await network.poll(batch.position)).gap is False


async def test_more_topics_with_news_than_one_list_holds_are_a_gap_and_all_of_them_are_caught_up_with(
    stand: OkStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_topics, "LISTED", 2)
    topics = [stand.topic, *(stand.ok.topic(stand.town, f"{number}") for number in range(4))]
    network = stand.network()
    start = (await network.poll(None)).position
    stand.ok.clock.advance(timedelta(minutes=1))
    for topic in topics:
        stand.ok.comment(stand.zhitel, topic, "новое")
    batch = await network.poll(start)
    caught = await read_back(stand.network(group_token=None), NOON + timedelta(seconds=30))
    assert (batch.gap, len(batch.items)) == (True, 2)
    assert len({event.key for event in (*batch.items, *caught)}) == 5
    assert (await network.poll(batch.position)).gap is False


async def test_what_is_no_longer_watched_never_comes_as_new(stand: OkStand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_topics, "WATCHED", 3)
    monkeypatch.setattr(reading_topics, "LISTED", 2)
    network = stand.network()
    position = (await network.poll(None)).position
    seen: list[str] = []
    topics = [stand.topic, stand.ok.topic(stand.town, "Вторая"), stand.ok.topic(stand.town, "Третья")]
    for number in range(12):
        stand.ok.clock.advance(timedelta(minutes=1))
        stand.ok.comment(stand.zhitel, topics[number % 3], f"{number}")
        batch = await network.poll(position)
        position = batch.position
        seen += [m.text for m in found(network, batch) if m.change == "new"]
    assert seen == [f"{number}" for number in range(12)]
    assert len(position) < 1500


async def test_comments_that_are_no_longer_watched_stay_old(stand: OkStand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_topics, "WATCHED", 2)
    network = stand.network()
    position = (await network.poll(None)).position
    seen: list[str] = []
    for number in range(5):
        stand.ok.clock.advance(timedelta(minutes=1))
        stand.comments(f"{number}")
        batch = await network.poll(position)
        position = batch.position
        seen += [m.text for m in found(network, batch)]
    assert seen == ["0", "1", "2", "3", "4"]


async def test_what_was_closed_at_the_beginning_is_old_when_it_opens(stand: OkStand) -> None:
    stand.comments("до начала, не видно")
    stand.topic.hidden = True
    stand.ok.clock.advance(timedelta(minutes=1))
    stand.ok.comment(stand.zhitel, stand.ok.topic(stand.town, "Вторая"), "до начала")
    network = stand.network()
    start = (await network.poll(None)).position
    stand.topic.hidden = False
    stand.ok.clock.advance(timedelta(minutes=1))
    stand.comments("новое")
    assert told(network, await network.poll(start)) == [("new", "новое")]


async def test_a_slow_topic_at_the_beginning_begins_again(stand: OkStand) -> None:
    stand.comments("до начала")
    network = stand.network(group_token=None)
    stand.ok.faults.add("timeout_before", "discussions.getComments")
    with pytest.raises(PollError):
        await network.poll(None)
    begun = await network.poll(None)
    assert (begun.items, (await network.poll(begun.position)).items) == ((), ())


async def test_an_answer_longer_than_we_read_is_no_answer(stand: OkStand) -> None:
    for number in range(50):
        stand.comments(f"{number}")
    network = stand.network(group_token=None, limits=OkPatience(stand.ok.faults, body=2000))
    with pytest.raises(PollError) as caught:
        await network.poll(None)
    assert caught.value.operator_needed is False


async def test_a_refused_feed_waits_and_the_other_keeps_its_pace(stand: OkStand) -> None:
    clock = HeldClock(NOON)
    network = OkNetwork(stand.access(pace=Pace(chats=10, topics=60, quiet_topics=900, wait=25)), clock)
    stand.opened.append(network)
    position = (await network.poll(None)).position
    stand.ok.calls.clear()
    stand.town.session_expired = True
    longest = 0.0
    while clock.monotonic() < 900:
        try:
            position = (await network.poll(position)).position
        except PollError as error:
            longest = max(longest, error.seconds)
            await clock.sleep(error.seconds)
    assert (longest, calls(stand, "discussions.getList"), calls(stand, "GET me/chats")) == (10, 3, 90)


async def test_many_messages_of_one_person_are_all_found(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    for number in range(250):
        stand.ok.clock.advance(timedelta(seconds=1))
        stand.writes(f"{number}")
    batch = await network.poll(start)
    assert [m.text for m in found(network, batch)] == [f"{number}" for number in range(250)]
    assert (batch.gap, (await network.poll(batch.position)).items) == (False, ())


async def test_a_spoilt_position_begins_again_and_says_so(stand: OkStand) -> None:
    stand.comments("Нет воды")
    network = stand.network()
    batch = await network.poll("не позиция")
    assert (batch.items, batch.gap, (await network.poll(batch.position)).items) == ((), True, ())


async def test_without_keys_the_operator_is_called(stand: OkStand) -> None:
    with pytest.raises(PollError) as caught:
        await stand.network(group_token=None, session=None).poll(None)
    assert caught.value.operator_needed is True


async def test_closing_abandons_what_is_under_way(stand: OkStand) -> None:
    network = slow_feeds(stand)
    start = (await network.poll(None)).position
    stand.writes("Нет света")
    stand.ok.faults.add("timeout_before", "discussions.getList")
    batch = await network.poll(start)
    await network.close()
    await network.close()
    assert told(network, batch) == [("new", "Нет света")]


async def test_a_late_message_of_another_chat_is_not_lost(stand: OkStand) -> None:
    network = stand.network()
    second = stand.ok.add_person("Другой житель")
    stand.writes("до начала")
    start = (await network.poll(None)).position
    stand.ok.clock.advance(timedelta(seconds=40))
    stand.writes("вовремя")
    first = await network.poll(start)
    stand.ok.clock.advance(timedelta(seconds=-20))
    stand.ok.message(second, stand.town, "показалось позже")
    later = await network.poll(first.position)
    assert (told(network, first), told(network, later)) == ([("new", "вовремя")], [("new", "показалось позже")])
    assert (await network.poll(later.position)).items == ()
