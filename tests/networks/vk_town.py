"""A community with all kinds of pages, a second one, citizens, and a VK server over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.clock import HeldClock
from networks.port import Batch, Found
from networks.vk import VkAccess, VkNetwork
from sandbox.clock import SandboxClock
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld
from tests.patience import VkPatience

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PLACE = "Администрация округа"
COMMUNITY, SERVICE, USER = "vk1.a.community", "service-token", "user-token"


class Town:
    def __init__(self) -> None:
        self.vk = VkWorld(SandboxClock(frozen_at=NOON))
        self.clock = HeldClock(NOON)
        self.town = self.vk.add_community(PLACE, 1001, COMMUNITY, SERVICE, USER, screen_name="kursky_okrug")
        self.other = self.vk.add_community("Подслушано", 77, "vk1.a.other", screen_name="podslushano")
        self.zhitel = self.vk.add_person("Житель", "Округа")
        self.post = self.vk.post(self.town, "График приёма")
        self.server = VkServer(self.vk)
        self.opened: list[VkNetwork] = []

    def network(self, service: str | None = SERVICE, user: str | None = USER, **changes: Any) -> VkNetwork:
        access: dict[str, Any] = {
            "api_url": self.server.url,
            "wait": 0,
            "limits": VkPatience(self.vk.faults, too_fast_tries=2),
        } | changes
        self.opened.append(VkNetwork(VkAccess(1001, PLACE, COMMUNITY, service, user, **access), self.clock))
        return self.opened[-1]

    def methods(self) -> list[str]:
        return [call.method for call in self.vk.calls]


@asynccontextmanager
async def a_town() -> AsyncIterator[Town]:
    town = Town()
    await town.server.start()
    yield town
    for network in town.opened:
        await network.close()
    await town.server.stop()


def found(network: VkNetwork, batch: Batch) -> list[Found]:
    return [message for message in (network.read(item.raw) for item in batch.items) if message is not None]
