"""After an answer: whether it stands, whether the question is there; deleting and banning when a person asks for it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from networks.ok import OkNetwork
from networks.port import (
    Ambiguous,
    Done,
    Gone,
    LooksAfter,
    Moderates,
    NotDone,
    NotSeen,
    PostFailure,
    Stands,
    TryLater,
    look_after,
)
from tests.networks.stands import OkStand
from tests.networks.vk_town import Town, a_town


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as here:
        yield here


def ref(url: str) -> str:
    return url.removeprefix("https://vk.com/")


async def test_what_stands_and_what_is_gone(town: Town) -> None:
    question = town.vk.comment(town.zhitel, town.post, "Нет воды")
    answer = town.vk.comment(town.town, town.post, "Подвоз в 18:00", reply_to=question)
    gone = town.vk.comment(town.zhitel, town.post, "Уже есть", reply_to=question)
    town.vk.delete_comment(gone)
    letter, forgotten = (town.vk.message(town.zhitel, town.town, text) for text in ("письмо", "удалённое"))
    town.vk.delete_message(forgotten)
    town.vk.edit_comment(question, "Нет воды и света")
    dropped = town.vk.wall_post(town.zhitel, town.town, "Прошу помочь")
    under_it = town.vk.comment(town.zhitel, dropped, "и я")
    town.vk.delete_post(dropped)
    person = town.zhitel.id
    refs = {
        ref(question.url): Stands("Нет воды и света"),
        ref(answer.url): Stands("Подвоз в 18:00"),
        ref(gone.url): Gone(),
        ref(town.post.url): Stands("График приёма"),
        ref(dropped.url): Gone(),
        ref(under_it.url): Gone(),
        f"msg:{person}:{letter.id}": Stands("письмо"),
        f"msg:{person}:{forgotten.id}": Gone(),
    }
    assert await town.network(user=None).look_after(list(refs)) == refs
    assert await town.network(service=None).look_after(list(refs)) == refs


@pytest.mark.parametrize("section", ["photo", "video", "topic", "product"])
async def test_what_stands_on_other_pages(town: Town, section: Any) -> None:
    page = town.vk.pages.add(section, town.town)
    there, gone = (town.vk.pages.comment(town.zhitel, page, text) for text in ("есть", "нет"))
    town.vk.pages.delete(gone)
    refs = [ref(there.url), ref(gone.url)]
    assert await town.network().look_after(refs) == {refs[0]: Stands("есть"), refs[1]: Gone()}


async def test_what_cannot_be_seen_is_not_guessed(town: Town) -> None:
    question = ref(town.vk.comment(town.zhitel, town.post, "Нет воды").url)
    blind = town.network(service=None, user=None)
    assert await blind.look_after([question, "ok:7"]) == {
        question: NotSeen("none of the tokens may read there"),
        "ok:7": NotSeen("not an address that is looked after"),
    }
    for fault, code in (("error", 5), ("error", 10), ("reset_before", None), ("html", None)):
        town.vk.faults.add(fault, "wall.getComments", code=code)  # type: ignore[arg-type]
        got = await town.network(user=None).look_after([question])
        assert isinstance(got[question], NotSeen)
    town.vk.faults.add("error", "wall.getComments", times=2, code=212)
    hidden = await town.network(user=None).look_after([question])
    assert hidden == {question: NotSeen("VK error 212: Access to post comments denied")}


async def test_a_network_that_cannot_tell_says_so(town: Town) -> None:
    stand = OkStand()
    await stand.server.start()
    network = stand.network()
    assert await look_after(network, ["a"]) == {"a": NotSeen("not a topic")}
    assert isinstance(network, OkNetwork)
    assert not isinstance(network, Moderates)
    assert isinstance(town.network(), LooksAfter)
    assert isinstance(town.network(), Moderates)
    assert await look_after(town.network(), [ref(town.post.url)]) == {ref(town.post.url): Stands("График приёма")}
    await stand.close()


# --- moderation


async def test_a_comment_is_deleted_and_restored(town: Town) -> None:
    rude = town.vk.comment(town.zhitel, town.post, "грубо")
    network = town.network()
    assert network.may_moderate is True
    assert await network.delete(ref(rude.url)) == Done()
    assert rude.deleted is True
    assert await network.delete(ref(rude.url)) == Done()
    assert await network.restore(ref(rude.url)) == Done()
    assert rude.deleted is False


@pytest.mark.parametrize("section", ["photo", "video", "topic", "product"])
async def test_comments_of_other_pages_are_deleted_and_restored(town: Town, section: Any) -> None:
    rude = town.vk.pages.comment(town.zhitel, town.vk.pages.add(section, town.town), "грубо")
    network = town.network()
    assert (await network.delete(ref(rude.url)), rude.deleted) == (Done(), True)
    assert (await network.restore(ref(rude.url)), rude.deleted) == (Done(), False)


async def test_a_post_is_deleted_and_restored(town: Town) -> None:
    post = town.vk.wall_post(town.zhitel, town.town, "реклама")
    network = town.network()
    assert (await network.delete(ref(post.url)), post.deleted) == (Done(), True)
    assert (await network.restore(ref(post.url)), post.deleted) == (Done(), False)


async def test_an_author_is_banned(town: Town) -> None:
    network = town.network()
    assert await network.ban(f"id{town.zhitel.id}") == Done()
    assert await network.ban("club77") == Done()
    assert town.town.banned == {town.zhitel.id, -77}
    ours = await network.ban("club1001")
    assert isinstance(ours, NotDone)
    nobody = await network.ban("user:7")
    assert isinstance(nobody, NotDone)
    assert (ours.reason, nobody.reason) == (PostFailure.REJECTED, PostFailure.REJECTED)


async def test_pa_2_3_a_banned_author_reads_why_and_can_be_let_in_again(town: Town) -> None:
    network, author = town.network(), f"id{town.zhitel.id}"
    assert await network.ban(author, "Основание: спам. " + "Напишите нам. " * 30) == Done()
    shown = town.town.ban_notes[town.zhitel.id]
    assert (shown.startswith("Основание: спам."), len(shown)) == (True, 250)
    assert await network.unban(author) == Done()
    assert town.town.banned == set()
    assert await network.unban(author) == Done()
    assert isinstance(await network.unban("user:7"), NotDone)
    assert isinstance(await town.network(user=None).unban(author), NotDone)


async def test_without_a_user_token_nothing_is_moderated(town: Town) -> None:
    rude = town.vk.comment(town.zhitel, town.post, "грубо")
    network = town.network(user=None)
    outcomes = [await network.delete(ref(rude.url)), await network.restore(ref(rude.url)), await network.ban("id7")]
    assert network.may_moderate is False
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, NotDone)] == [PostFailure.NO_RIGHT] * 3
    assert (rude.deleted, town.methods()) == (False, [])


async def test_what_is_not_ours_to_moderate(town: Town) -> None:
    other = town.vk.comment(town.zhitel, town.vk.post(town.other, "пост"), "грубо")
    network = town.network()
    refs = [ref(other.url), "msg:5:6", "ok:7", f"photo-1001_{town.post.id}", "topic-77_1?post=2"]
    outcomes = [await network.delete(one) for one in refs]
    assert [type(outcome) for outcome in outcomes] == [NotDone] * 5
    assert (other.deleted, town.methods()) == (False, [])


@pytest.mark.parametrize(
    ("fault", "code", "expected"),
    [
        (
            "error",
            5,
            NotDone(PostFailure.TOKEN_BAD, "VK error 5: User authorization failed: invalid access_token (4)."),
        ),
        ("error", 14, NotDone(PostFailure.CAPTCHA, "VK error 14: Captcha needed")),
        ("error", 15, NotDone(PostFailure.NO_RIGHT, "VK error 15: Access denied")),
        ("error", 9, TryLater(60.0, "VK error 9: Flood control")),
        ("reset_after", None, Ambiguous("ConnectionError")),
    ],
)
async def test_refusals_have_their_reasons(town: Town, fault: Any, code: int | None, expected: object) -> None:
    rude = town.vk.comment(town.zhitel, town.post, "грубо")
    town.vk.faults.add(fault, "wall.deleteComment", code=code)
    assert await town.network().delete(ref(rude.url)) == expected
