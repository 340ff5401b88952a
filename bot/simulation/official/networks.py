"""The limits that networks set for posts, taken from their own modules; no network is ever contacted.

A network's module is imported when the first material for one of its pages appears: Telegram's library alone takes a
second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.process.messengers import rules_of_telegrams_channels
from networks.port import LookUpImpossible, NotPosted, Outcome, OutFile, PostFailure, PostLimits, WallPost
from workflow.official.page_items import PageNetwork

Problems = Callable[[str, tuple[OutFile, ...]], list[str]]


@dataclass(frozen=True)
class Taker:
    """A network that only knows its limits; publishing always fails. Implements `networks.port.Publishes`."""

    limits: PostLimits
    problems: Problems

    @property
    def may_publish(self) -> bool:
        return True

    @property
    def post_limits(self) -> PostLimits:
        return self.limits

    def post_problems(self, text: str, files: tuple[OutFile, ...]) -> list[str]:
        return self.problems(text, files)

    async def publish(self, post: WallPost) -> Outcome:
        return NotPosted(PostFailure.REJECTED, "no network is told anything in a scenario")

    async def look_up_post(self, post: WallPost) -> LookUpImpossible:
        return LookUpImpossible("there is no network in a scenario")


def _vk() -> Taker:
    from networks.vk import publishing

    return Taker(publishing.LIMITS, publishing.problems)


def _telegram() -> Taker:
    rules = rules_of_telegrams_channels()
    return Taker(rules.limits, rules.problems)


BY_MACHINE: Mapping[str, Callable[[], Taker]] = {
    PageNetwork.VK: _vk,
    PageNetwork.TELEGRAM: _telegram,
}
"""The networks in which the program publishes and moderates itself. In MAX it does so only for an office that works
there; a scenario has its pages there kept by hand."""


class Takers(Mapping[str, object]):
    """The networks with their limits by name, each imported on first use."""

    def __init__(self) -> None:
        self._known: dict[str, Taker] = {}

    def __getitem__(self, key: str) -> Taker:
        if key not in self._known:
            self._known[key] = BY_MACHINE[key]()
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(BY_MACHINE)

    def __len__(self) -> int:
        return len(BY_MACHINE)
