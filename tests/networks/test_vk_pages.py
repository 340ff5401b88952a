"""Comments under photos, videos and goods, discussions: heard, answered with the token that may, read by link."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from networks.port import (
    Ambiguous,
    Answer,
    Attachment,
    Batch,
    Found,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    NotPosted,
    OutFile,
    Posted,
    PostFailure,
    RawEvent,
    Unread,
)
from sandbox.vk.pages import Page, PageComment
from tests.networks.stands import read_back
from tests.networks.vk_town import NOON, PLACE, USER, Town, a_town, found

SECTIONS = ["photo", "video", "topic", "product"]
CREATE = {
    "photo": "photos.createComment",
    "video": "video.createComment",
    "topic": "board.createComment",
    "product": "market.createComment",
}
PICTURE = OutFile("до.jpg", "image/jpeg", b"jpeg")


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as here:
        yield here


def asked(town: Town, section: Any) -> tuple[Page, PageComment]:
    page = town.vk.pages.add(section, town.town, "У школы", "Благоустройство")
    return page, town.vk.pages.comment(town.zhitel, page, "Когда уберут мусор?")


def ref(comment: PageComment) -> str:
    return comment.url.removeprefix("https://vk.com/")


def answer(comment: PageComment, text: str = "Уберём завтра", *files: OutFile) -> Answer:
    return Answer(ref(comment), "comment", text, files, "attempt-1", since=NOON)


async def test_comments_under_photos_are_read_back_with_a_person_s_key_and_the_rest_is_named(town: Town) -> None:
    """VK lists them over all albums, the newest first; those of videos and goods it does not list."""
    photo, old = asked(town, "photo")
    town.vk.clock.advance(timedelta(hours=2))
    for number in range(130):
        town.vk.pages.comment(town.zhitel, photo, f"Нет воды, дом {number}")
    missed = asked(town, "video")[1]
    since = NOON + timedelta(hours=1)
    for user, unread in ((USER, {Unread.MEDIA}), (None, {Unread.MEDIA, Unread.PHOTOS})):
        network = town.network(user=user)
        events = [one async for one in network.catch_up(since, since - timedelta(days=30))]
        read = [
            message.text for message in found(network, Batch(tuple(e for e in events if isinstance(e, RawEvent)), ""))
        ]
        assert (len(read), {one for one in events if isinstance(one, Unread)}) == (130 if user else 0, unread)
        assert not {old.text, missed.text} & set(read)
    town.vk.faults.add("error", "photos.getAllComments", code=7)
    events = [one async for one in town.network().catch_up(since, since - timedelta(days=30))]
    assert Unread.PHOTOS in events


@pytest.mark.parametrize("section", SECTIONS)
async def test_the_life_of_a_comment_is_heard(town: Town, section: str) -> None:
    network = town.network(user=None)
    start = (await network.poll(None)).position
    _, comment = asked(town, section)
    town.vk.pages.edit(comment, "Когда уберут снег?")
    town.vk.pages.delete(comment)
    town.vk.clock.advance(timedelta(hours=1))
    town.vk.pages.restore(comment)
    heard = found(network, await network.poll(start))
    assert [(m.change, m.text, m.ref, m.ours) for m in heard] == [
        ("new", "Когда уберут мусор?", ref(comment), False),
        ("edited", "Когда уберут снег?", ref(comment), False),
        ("deleted", "", ref(comment), False),
        ("restored", "Когда уберут снег?", ref(comment), False),
    ]
    assert [m.author_name for m in heard if m.change != "deleted"] == ["Житель Округа"] * 3
    assert [m.written_at for m in heard if m.change == "deleted"] == [NOON + timedelta(hours=1)]


@pytest.mark.parametrize("section", SECTIONS)
async def test_an_answer_stands_there_in_the_community_s_name(town: Town, section: str) -> None:
    page, comment = asked(town, section)
    outcome = await town.network().post(answer(comment))
    made = town.vk.pages.under(page)[-1]
    assert outcome == Posted(ref(made), made.url)
    assert (made.author, made.text, made.guid) == (town.town, "Уберём завтра", "attempt-1")
    assert made.reply_to is (None if section == "topic" else comment)


@pytest.mark.parametrize("section", SECTIONS)
async def test_without_a_user_token_it_is_done_by_hand(town: Town, section: str) -> None:
    page, comment = asked(town, section)
    outcome = await town.network(user=None).post(answer(comment, "Ответ", PICTURE))
    assert isinstance(outcome, NotPosted)
    assert outcome.reason is PostFailure.NO_RIGHT
    assert town.vk.pages.under(page) == [comment]
    assert town.methods() == []


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(("fault", "stands"), [("reset_after", True), ("reset_before", False)])
async def test_a_doubtful_end_is_looked_up(town: Town, section: str, fault: Any, stands: bool) -> None:
    page, comment = asked(town, section)
    network = town.network()
    town.vk.faults.add(fault, CREATE[section])
    outcome = await network.post(answer(comment))
    there = await network.look_up(answer(comment))
    assert isinstance(outcome, Ambiguous)
    assert there == (Posted(ref(made := town.vk.pages.under(page)[-1]), made.url) if stands else None)


async def test_a_service_token_sees_discussions_only(town: Town) -> None:
    network = town.network(user=None)
    assert await network.look_up(answer(asked(town, "topic")[1])) is None
    assert isinstance(await network.look_up(answer(asked(town, "photo")[1])), LookUpImpossible)


async def test_a_photo_goes_as_a_photo_with_a_user_token(town: Town) -> None:
    comment = town.vk.comment(town.zhitel, town.post, "Ямы")
    under_wall = Answer(
        f"wall-1001_{town.post.id}?reply={comment.id}", "comment", "Готово", (PICTURE,), "a", since=NOON
    )
    assert isinstance(await town.network().post(under_wall), Posted)
    assert isinstance(await town.network(user=None).post(under_wall), Posted)
    town.vk.faults.add("error", "photos.getWallUploadServer", code=27)
    assert isinstance(await town.network().post(under_wall), Posted)
    kinds = [[(a.kind, a.data) for a in c.attachments] for c in town.vk.comments(town.post)[1:]]
    assert kinds == [[("photo", b"jpeg")], [("doc", b"jpeg")], [("doc", b"jpeg")]]


async def test_closed_comments_of_a_video(town: Town) -> None:
    page, comment = asked(town, "video")
    page.comments_open = False
    outcome = await town.network().post(answer(comment))
    assert isinstance(outcome, NotPosted)
    assert outcome.reason is PostFailure.COMMENTS_CLOSED


# --- links


@pytest.mark.parametrize("section", SECTIONS)
async def test_a_link_brings_a_comment(town: Town, section: str) -> None:
    _, comment = asked(town, section)
    message = await town.network().fetch_link(comment.url.replace("vk.com", "m.vk.ru"))
    assert isinstance(message, Found)
    assert (message.ref, message.text, message.author_name, message.place, message.kind) == (
        ref(comment), "Когда уберут мусор?", "Житель Округа", PLACE, "comment",
    )  # fmt: skip


async def test_a_link_brings_the_thing_itself(town: Town) -> None:
    made = [
        town.vk.pages.add(s, town.other, "Яма у школы", "Дороги", by=town.zhitel) for s in ("photo", "video", "topic")
    ]
    network = town.network()
    got = [await network.fetch_link(page.url) for page in made]
    photo = Attachment("photo", f"{town.server.url}/files/{made[0].attachments[0].ref}", "")
    assert [(m.ref, m.text, m.author_name, m.place, m.attachments) for m in got if isinstance(m, Found)] == [
        (f"photo-77_{made[0].id}", "Яма у школы", "Житель Округа", "Подслушано", (photo,)),
        (
            f"video-77_{made[1].id}", "Дороги\nЯма у школы", "Житель Округа", "Подслушано",
            (Attachment("video", made[1].url, "Дороги"),),
        ),
        (f"topic-77_{made[2].id}", "Дороги\nЯма у школы", "Житель Округа", "Подслушано", ()),
    ]  # fmt: skip


async def test_what_a_link_does_not_bring_has_a_reason(town: Town) -> None:
    page, comment = asked(town, "photo")
    own = town.vk.pages.comment(town.town, page, "Ответ", reply_to=comment)
    network = town.network()
    assert await network.fetch_link(own.url) == LinkProblem(LinkTrouble.OWN)
    assert await network.fetch_link(page.url) == LinkProblem(LinkTrouble.OWN)
    assert await town.network(user=None).fetch_link(comment.url) == LinkProblem(LinkTrouble.NO_TOKEN)
    town.vk.pages.delete(comment)
    assert await network.fetch_link(comment.url) == LinkProblem(LinkTrouble.NOT_FOUND)
    gone = await network.fetch_link("https://vk.com/photo-1001_999")
    assert gone == LinkProblem(LinkTrouble.NOT_FOUND)
    closed = await network.fetch_link("https://vk.com/topic-1001_999?post=2")
    assert closed == LinkProblem(LinkTrouble.NOT_FOUND, "VK error 15: Access denied")
    product = await network.fetch_link("https://vk.com/product-1001_5")
    assert product == LinkProblem(LinkTrouble.NOT_A_LINK)


# --- after a gap


async def test_discussions_and_letters_are_caught_up_with(town: Town) -> None:
    network = town.network(user=None)
    page, old = asked(town, "topic")
    town.vk.message(town.zhitel, town.town, "старое письмо")
    start = (await network.poll(None)).position
    town.vk.clock.advance(timedelta(hours=1))
    town.vk.pages.comment(town.zhitel, page, "и снег", reply_to=old)
    town.vk.message(town.zhitel, town.town, "письмо")
    polled = found(network, await network.poll(start))
    caught = await read_back(network, NOON + timedelta(minutes=30))
    read = [message for event in caught if (message := network.read(event.raw))]
    assert sorted(read, key=lambda m: m.ref) == sorted(polled, key=lambda m: m.ref)
    assert len(read) == 2
