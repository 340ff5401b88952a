"""Each network with its stand, and the actions of a citizen and an office that all of them have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import HeldClock
from networks.ok import OkAccess, OkNetwork, Pace, Session
from networks.port import Batch, Found, Network, RawEvent, Unread
from networks.vk import VkAccess, VkNetwork
from sandbox.clock import SandboxClock
from sandbox.ok.server import OkServer
from sandbox.ok.world import OkWorld
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld
from tests.patience import OkPatience, VkPatience

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PLACE = "Администрация округа"


class Stand(ABC):
    """One group, one citizen, one post of the group, behind a server."""

    secrets: tuple[str, ...] = ()
    clock: SandboxClock
    server: Any
    opened: list[Network]

    @abstractmethod
    def network(self) -> Network:
        """A new network object, as after a restart."""

    @abstractmethod
    def comments(self, text: str) -> None:
        """The citizen comments under the post."""

    @abstractmethod
    def writes(self, text: str) -> None:
        """The citizen writes to the group in private."""

    @abstractmethod
    def private_words(self) -> list[str]:
        """The messages in the citizen's chat with the group."""

    @abstractmethod
    def fault(self, kind: str, where: str, code: int | None = None) -> None:
        """`where`: "sending" or "listening"."""

    @abstractmethod
    def revoke(self) -> None:
        """Invalidate the keys."""

    @abstractmethod
    def links(self) -> dict[str, str]:
        """Links: `own`, `citizen`, `gone`."""

    async def close(self) -> None:
        for network in self.opened:
            await network.close()
        await self.server.stop()


class VkStand(Stand):
    secrets = ("vk1.a.community-secret", "service-secret")

    def __init__(self) -> None:
        self.clock, self.opened = SandboxClock(frozen_at=NOON), []
        self.vk = VkWorld(self.clock)
        self.town = self.vk.add_community(PLACE, 1001, *self.secrets)
        self.zhitel = self.vk.add_person("Житель", "Округа")
        self.post = self.vk.post(self.town, "График приёма")
        self.server = VkServer(self.vk)

    def network(self) -> Network:
        limits = VkPatience(self.vk.faults)
        token, service = self.secrets
        access = VkAccess(1001, PLACE, token, service_token=service, api_url=self.server.url, wait=0, limits=limits)
        self.opened.append(VkNetwork(access))
        return self.opened[-1]

    def comments(self, text: str) -> None:
        self.vk.comment(self.zhitel, self.post, text)

    def writes(self, text: str) -> None:
        self.vk.message(self.zhitel, self.town, text)

    def private_words(self) -> list[str]:
        return [message.text for message in self.vk.messages(self.zhitel, self.town)]

    def fault(self, kind: str, where: str, code: int | None = None) -> None:
        method = {"sending": "messages.send", "listening": "longpoll"}[where]
        self.vk.faults.add(kind, method, code=code)  # type: ignore[arg-type]

    def revoke(self) -> None:
        self.vk.revoke(self.secrets[0])

    def links(self) -> dict[str, str]:
        asked = self.vk.wall_post(self.zhitel, self.town, "Прошу помочь")
        gone = self.vk.wall_post(self.zhitel, self.town, "Уже не прошу")
        self.vk.delete_post(gone)
        return {"own": self.post.url, "citizen": asked.url, "gone": gone.url}


class OkStand(Stand):
    secrets = ("tknGroupSecret", "tknSessionSecret", "APPKEYSECRET", "f00fsessionsecret")

    def __init__(self) -> None:
        self.clock, self.opened = SandboxClock(frozen_at=NOON), []
        self.ok = OkWorld(self.clock)
        self.town = self.ok.add_group(PLACE, 5501, *self.secrets)
        self.zhitel = self.ok.add_person("Житель Округа")
        self.topic = self.ok.topic(self.town, "График приёма")
        self.server = OkServer(self.ok)

    def access(self, **changes: Any) -> OkAccess:
        group_token, token, app_key, secret = self.secrets
        given: dict[str, Any] = {
            "group_id": 5501,
            "place": PLACE,
            "group_token": group_token,
            "session": Session(app_key, token, secret),
            "api_url": self.server.url,
            "pace": Pace(chats=0, chats_under_webhook=0, topics=0, quiet_topics=0, wait=0),
            "limits": OkPatience(self.ok.faults),
        }
        return OkAccess(**(given | changes))

    def network(self, **changes: Any) -> OkNetwork:
        network = OkNetwork(self.access(**changes), HeldClock(NOON))
        self.opened.append(network)
        return network

    def comments(self, text: str) -> None:
        self.ok.comment(self.zhitel, self.topic, text)

    def writes(self, text: str) -> None:
        self.ok.message(self.zhitel, self.town, text)

    def private_words(self) -> list[str]:
        return [message.text for message in self.ok.messages(self.zhitel, self.town)]

    def fault(self, kind: str, where: str, code: int | None = None) -> None:
        for method in {"sending": ["POST messages"], "listening": ["GET me/chats", "discussions.getList"]}[where]:
            self.ok.faults.add(kind, method, code=code)  # type: ignore[arg-type]

    def revoke(self) -> None:
        self.town.bot_token = "another"
        self.town.session_expired = True

    def links(self) -> dict[str, str]:
        asked = self.ok.topic(self.town, "Прошу помочь", author=self.zhitel)
        gone = self.ok.topic(self.town, "Уже не прошу", author=self.zhitel)
        gone.deleted = True
        return {"own": self.topic.url, "citizen": asked.url, "gone": gone.url}


STANDS: dict[str, type[VkStand] | type[OkStand]] = {"vk": VkStand, "ok": OkStand}


async def read_back(network: Network, since: datetime, posts: datetime | None = None) -> list[RawEvent]:
    """What is read back since then, under posts of any age unless `posts` says otherwise."""
    events = [one async for one in network.catch_up(since, posts or since - timedelta(days=30))]
    assert {one for one in events if isinstance(one, Unread)} <= {Unread.PHOTOS, Unread.MEDIA}  # VK has no list of them
    return [one for one in events if isinstance(one, RawEvent)]


def found(network: Network, events: Batch | Iterable[RawEvent]) -> list[Found]:
    """The messages in the events."""
    items = events.items if isinstance(events, Batch) else events
    return [message for message in (network.read(item.raw) for item in items) if message is not None]
