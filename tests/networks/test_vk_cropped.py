"""VK crops long messages for bots: what it left out is asked for, and what it does not give is said to be cut."""

from __future__ import annotations

import json
from typing import Any

from networks.port import Found, RawEvent
from networks.vk import VkNetwork
from tests.networks.vk_town import Town, a_town

LONG = "Третий день нет воды на Школьной, 5. " * 20


def cropped(number: int) -> RawEvent:
    message = {"id": number, "peer_id": 500_001, "from_id": 500_001, "date": 1768210200, "text": LONG[:40]}
    event: dict[str, Any] = {
        "type": "message_new",
        "event_id": f"c{number}",
        "group_id": 1001,
        "object": {"message": {**message, "is_cropped": True}},
    }
    return RawEvent(f"c{number}", json.dumps({"event": event, "names": {}}))


async def read(network: VkNetwork, event: RawEvent) -> Found:
    found = network.read((await network.learn(event)).raw)
    assert found is not None
    return found


async def test_a_cropped_message_is_asked_for_whole() -> None:
    async with a_town() as town:
        sent = town.vk.message(town.zhitel, town.town, LONG)
        network = town.network()
        whole = await read(network, cropped(sent.id))
        assert (whole.text, whole.cut) == (LONG.strip(), False)
        assert asked(town) == 1


async def test_what_vk_does_not_give_is_said_to_be_cut() -> None:
    async with a_town() as town:
        part = await read(town.network(), cropped(404))
        assert (part.text, part.cut) == (LONG[:40].strip(), True)
        assert asked(town) == 1


def asked(town: Town) -> int:
    return town.methods().count("messages.getById")
