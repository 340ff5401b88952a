"""Calls with one token keep VK's pace whichever lane they take; what VK says to them has one meaning each."""

import asyncio
import itertools
from types import SimpleNamespace

import pytest
import vk_api.vk_api

from bot.clock import HeldClock
from networks.port import LinkProblem, LinkTrouble, NotPosted, OutFile, PollError, PostFailure, TryLater
from networks.vk.failures import failed, poll_error
from networks.vk.outward import FILE_LIMIT, limits, refused
from networks.vk.wire import Refused, Turnstile
from tests.networks.vk_town import NOON, a_town


class Watch(HeldClock):
    """Sleeping takes no time but is written down."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 2))
        await asyncio.sleep(0)


async def test_lanes_of_one_token_wait_their_turn() -> None:
    clock = Watch()
    turnstile = Turnstile(0.34, clock)
    await asyncio.gather(*(turnstile.go() for _ in range(4)))
    assert clock.slept == [0.34, 0.68, 1.02]
    clock._monotonic += 10
    await turnstile.go()
    assert len(clock.slept) == 3


async def test_a_clock_set_back_holds_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library reckons its own pause by the wall clock: an hour back was an hour's sleep."""
    slept: list[float] = []
    falling = itertools.count(1_000_000.0, -3600.0)
    wall = SimpleNamespace(time=lambda: next(falling), sleep=slept.append)
    async with a_town() as town:
        monkeypatch.setattr(vk_api.vk_api, "time", wall)
        await town.network().check()
    assert slept == []


async def test_tokens_of_different_kinds_do_not_wait_for_each_other() -> None:
    async with a_town() as town:
        network = town.network()
        kinds = {lane._turnstile for lane in network._lanes}
        assert len(kinds) == 3
        assert len(network._lanes) == 6


MEANINGS = {
    5: PostFailure.TOKEN_BAD,
    14: PostFailure.CAPTCHA,
    15: PostFailure.NO_RIGHT,
    27: PostFailure.NO_RIGHT,
    212: PostFailure.HIDDEN,
    213: PostFailure.COMMENTS_CLOSED,
    222: PostFailure.LINKS_FORBIDDEN,
    223: PostFailure.TOO_MANY_REPLIES,
}


@pytest.mark.parametrize(("code", "reason"), MEANINGS.items())
def test_an_error_has_one_meaning(code: int, reason: PostFailure) -> None:
    assert failed(Refused(code, "…"), writes=True) == NotPosted(reason, f"VK error {code}: …")
    assert poll_error(Refused(code, "…")).operator_needed is True


@pytest.mark.parametrize(("code", "seconds"), [(6, 5.0), (9, 60.0)])
def test_an_error_that_passes(code: int, seconds: float) -> None:
    assert failed(Refused(code, "…"), writes=True) == TryLater(seconds, f"VK error {code}: …")
    error = poll_error(Refused(code, "…"))
    assert isinstance(error, PollError)
    assert (error.seconds, error.operator_needed) == (seconds, False)


async def test_a_method_for_another_kind_of_token_says_so() -> None:
    async with a_town() as town:
        town.vk.faults.add("error", "wall.getById", code=28)
        assert await town.network(user=None).fetch_link(town.post.url) == LinkProblem(
            LinkTrouble.NO_TOKEN,
            "VK error 28: Application authorization failed: method is unavailable with service token.",
        )


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("Схема: https://gosuslugi.ru/help", "comment", 1),
        ("Схема: https://gosuslugi.ru/help", "message", 0),
        ("Подробнее: https://vk.com/wall-1_2", "comment", 0),
        ("Подробнее: https://clck.ru/3ab", "message", 1),
        ("Пишите на zhkh@kursky.ru или на сайт администрации", "comment", 0),
    ],
)
def test_doubtful_links_are_told_before_approval_and_do_not_stop_posting(text: str, kind: str, said: int) -> None:
    assert len(limits(text, kind)) == said  # type: ignore[arg-type]
    assert refused(text, kind) == []  # type: ignore[arg-type]


def test_a_file_that_is_too_large() -> None:
    class Large(bytes):
        def __len__(self) -> int:
            return FILE_LIMIT + 1

    assert limits("Ответ", "comment", (OutFile("кино.mp4", "video/mp4", Large(b"x")),)) == [
        "Файл «кино.mp4» больше 200 МБ: ВКонтакте его не возьмёт."
    ]
