"""Posts of the office's own: on the wall of its community and in its channel; what is not ours, what does not fit, what broke."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import HeldClock
from bot.delivery.limits import Pace
from bot.messenger import Address, Gone, Later, Moved, Rejected, Sending, Sent, Unknown, Unreachable
from bot.messenger import OutFile as Sent_file
from bot.telegram.channels import ChannelPosts, problems
from bot.telegram.manners import RATES
from networks.port import (
    Ambiguous,
    LookUpImpossible,
    NotPosted,
    Outcome,
    OutFile,
    Posted,
    PostFailure,
    Publishes,
    TryLater,
    WallPost,
)
from sandbox.vk.faults import FaultKind
from tests.networks.vk_town import NOON, Town, a_town

PHOTO = OutFile("a.jpg", "image/jpeg", b"jpeg")
POST = WallPost("https://vk.com/kursky_okrug", "Чиним мост", (), "okrug-m1-2-1", NOON)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as here:
        yield here


def walls(town: Town) -> list[str]:
    return [post.text for post in town.vk.posts if post is not town.post]


@pytest.mark.parametrize("page", ["https://vk.com/kursky_okrug", "https://vk.com/club1001"])
async def test_a_post_stands_on_the_wall_in_the_communitys_name(town: Town, page: str) -> None:
    network = town.network()
    outcome = await network.publish(replace(POST, page=page, files=(PHOTO, PHOTO)))
    made = town.vk.posts[-1]
    assert outcome == Posted(f"wall-1001_{made.id}", made.url)
    assert (made.author, made.text, [file.kind for file in made.attachments]) == (
        town.town,
        "Чиним мост",
        ["photo", "photo"],
    )
    assert isinstance(network, Publishes)
    assert await network.look_up_post(replace(POST, page=page)) == outcome


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        (replace(POST, page="https://vk.com/podslushano"), PostFailure.NO_RIGHT),
        (replace(POST, page="https://vk.com/club77"), PostFailure.NO_RIGHT),
        (replace(POST, text="я" * 15_896), PostFailure.DOES_NOT_FIT),
        (replace(POST, text=" "), PostFailure.DOES_NOT_FIT),
        (replace(POST, files=(PHOTO,) * 11), PostFailure.DOES_NOT_FIT),
        (replace(POST, files=(OutFile("a.pdf", "application/pdf", b"x"),) * 2), PostFailure.DOES_NOT_FIT),
        (replace(POST, files=(OutFile("a.mp4", "video/mp4", b"x"),)), PostFailure.FILE_REFUSED),
        (replace(POST, files=(replace(PHOTO, content=Path("/nowhere")),)), PostFailure.FILE_REFUSED),
    ],
)
async def test_what_cannot_be_ours_or_does_not_fit_is_not_posted(
    town: Town, post: WallPost, reason: PostFailure
) -> None:
    outcome = await town.network().publish(post)
    assert isinstance(outcome, NotPosted)
    assert (outcome.reason, walls(town)) == (reason, [])


async def test_without_an_administrators_token_nothing_is_tried(town: Town) -> None:
    network = town.network(user=None)
    assert network.may_publish is False
    outcome = await network.publish(POST)
    assert isinstance(outcome, NotPosted)
    assert (outcome.reason, "wall.post" in town.methods()) == (PostFailure.NO_RIGHT, False)


@pytest.mark.parametrize(
    ("code", "expected"),
    [(214, PostFailure.NO_RIGHT), (15, PostFailure.NO_RIGHT), (5, PostFailure.TOKEN_BAD), (14, PostFailure.CAPTCHA)],
)
async def test_what_vk_refuses_has_its_reason(town: Town, code: int, expected: PostFailure) -> None:
    town.vk.faults.add("error", "wall.post", code=code)
    outcome = await town.network().publish(POST)
    assert isinstance(outcome, NotPosted)
    assert outcome.reason is expected


async def test_a_token_without_the_right_and_the_fifty_first_post_of_a_day_are_refused(town: Town) -> None:
    town.town.may_publish = False
    assert isinstance(await town.network().publish(POST), NotPosted)
    town.town.may_publish = True
    for number in range(50):
        town.vk.post(town.town, str(number))
    outcome = await town.network().publish(POST)
    assert isinstance(outcome, NotPosted)
    assert "50 posts a day" in outcome.detail


@pytest.mark.parametrize(("fault", "stands"), [("reset_after", True), ("reset_before", False), ("timeout_after", True)])
async def test_a_broken_line_is_doubtful_and_the_wall_tells(town: Town, fault: FaultKind, stands: bool) -> None:
    town.vk.faults.add(fault, "wall.post")
    network = town.network()
    assert isinstance(await network.publish(POST), Ambiguous)
    found = await network.look_up_post(POST)
    assert (isinstance(found, Posted), found is None) == (stands, not stands)


async def test_an_older_post_of_the_same_words_and_anothers_are_not_taken_for_ours(town: Town) -> None:
    town.vk.post(town.town, POST.text)
    town.vk.wall_post(town.zhitel, town.town, POST.text)
    later = replace(POST, since=NOON + timedelta(hours=1))
    assert await town.network().look_up_post(later) is None
    assert isinstance(await town.network().look_up_post(replace(POST, text="")), LookUpImpossible)
    assert isinstance(await town.network(service=None, user=None).look_up_post(POST), LookUpImpossible)


@pytest.mark.parametrize(("newer", "reached"), [(99, True), (100, True), (230, True), (520, False)])
@pytest.mark.parametrize("pinned", [False, True])
async def test_a_wall_is_read_back_to_the_first_attempt(town: Town, newer: int, reached: bool, pinned: bool) -> None:
    town.vk.post(town.town, POST.text)
    for number in range(newer):
        town.vk.post(town.town, f"Новость {number}")
    if pinned:
        town.vk.posts.append(replace(town.post, date=NOON - timedelta(days=90)))
    found = await town.network().look_up_post(POST)
    assert type(found) is (Posted if reached else LookUpImpossible)


async def test_that_nothing_was_published_is_certain_once_older_posts_are_seen(town: Town) -> None:
    for number in range(120):
        town.vk.post(town.town, f"Новость {number}")
    town.vk.clock.advance(timedelta(days=1))
    for number in range(90):
        town.vk.post(town.town, f"Ещё новость {number}")
    assert await town.network().look_up_post(replace(POST, since=NOON + timedelta(days=1))) is None


# --- Telegram ----------------------------------------------------------------------------------------------------------


class Channel:
    """A messenger that ends as it was told to."""

    def __init__(self, ending: Sending) -> None:
        self.ending = ending
        self.went: list[tuple[str, str, list[str]]] = []

    async def publish(self, channel: str, text: str, files: tuple[Sent_file, ...]) -> Sending:
        self.went.append((channel, text, [file.kind for file in files]))
        return self.ending


THERE = replace(POST, page="https://t.me/okrug_news", text="Улица <Мира> & мост ")


def posts(channel: Channel) -> ChannelPosts:
    return ChannelPosts(channel, Pace(RATES), HeldClock(datetime(2026, 1, 12, tzinfo=UTC)))


async def test_a_post_in_a_channel_is_one_call(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"jpg")
    channel = Channel(Sent((Address(-1005, 7), Address(-1005, 8))))
    files = (OutFile("a.jpg", "image/jpeg", tmp_path / "a"),) * 2
    assert await posts(channel).publish(replace(THERE, files=files)) == Posted("-1005:7", "https://t.me/okrug_news/7")
    assert channel.went == [("@okrug_news", "Улица &lt;Мира&gt; &amp; мост", ["photo", "photo"])]


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Unreachable("bot is not a member of the channel chat"),
         NotPosted(PostFailure.NO_RIGHT, "bot is not a member of the channel chat")),
        (Rejected("Bad Request: need administrator rights in the channel chat"),
         NotPosted(PostFailure.NO_RIGHT, "Bad Request: need administrator rights in the channel chat")),
        (Rejected("nonsense"), NotPosted(PostFailure.REJECTED, "nonsense")),
        (Unknown("timeout"), Ambiguous("timeout")),
        (Later(7.0, "too many requests", limited=True), TryLater(7.0, "too many requests")),
        (Gone(), NotPosted(PostFailure.REJECTED, "Gone")),
        (Moved(-5), NotPosted(PostFailure.REJECTED, "Moved")),
    ],
)  # fmt: skip
async def test_every_ending_in_a_channel_has_its_meaning(ending: Sending, expected: Outcome) -> None:
    here = posts(Channel(ending))
    assert await here.publish(THERE) == expected
    assert isinstance(await here.look_up_post(THERE), LookUpImpossible)


@pytest.mark.parametrize("page", ["https://t.me/", "https://vk.com/okrug_news", "https://t.me/okrug_news/5"])
async def test_what_is_no_channel_is_not_posted_to(page: str) -> None:
    channel = Channel(Sent(()))
    assert isinstance(await posts(channel).publish(replace(THERE, page=page)), NotPosted)
    assert channel.went == []


@pytest.mark.parametrize(
    ("text", "files", "said"),
    [
        ("я" * 4096, (), 0),
        ("я" * 4097, (), 1),
        ("я" * 1024, (PHOTO,), 0),
        ("я" * 1025, (PHOTO,), 1),
        ("🙂" * 513, (PHOTO,), 1),
        ("", (PHOTO,) * 10, 0),
        ("", (PHOTO,) * 11, 1),
        ("", (PHOTO, OutFile("a.pdf", "application/pdf", b"x")), 1),
        (" ", (), 1),
    ],
)
def test_what_telegram_takes_in_one_post(text: str, files: tuple[OutFile, ...], said: int) -> None:
    assert len(problems(text, files)) == said
