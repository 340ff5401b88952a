"""The people of the demo's town: officials in the messenger, residents and the administration's page in VK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.town import Town
from sandbox.vk.model import Community, Post, VkUser

BOT_TOKEN = "700001:demo-token-of-the-sandbox-only"  # noqa: S105 - opens nothing but the sandbox
VK_TOKEN = "vk1.a.demo-token-of-the-sandbox-only"  # noqa: S105
VK_SERVICE_TOKEN = "demo-service-token-of-the-sandbox-only"  # noqa: S105
VK_USER_TOKEN = "vk1.a.demo-user-token-of-the-sandbox-only"  # noqa: S105
GROUP_ID = 1001
CHANNEL = "okrug_admin"
CHANNEL_ID = -70_801_090_500_001
"""The channel's number in MAX, by which the office's file names it; Telegram's channels are named by their address."""

PEOPLE = {
    "curator": "Куратор",
    "zhkh_head": "Начальник отдела ЖКХ",
    "roads_head": "Начальник отдела дорог",
    "improvement_head": "Начальник отдела благоустройства",
    "first_deputy": "Первый заместитель главы",
}
"""The officials of a small office, by the keys of its file, with the names of their accounts in the messenger."""

EVERYBODY = {**PEOPLE, "head": "Глава округа", "adviser": "Советник главы"}
"""All officials in the demo's own municipality file, by key, with the names of their accounts."""

KINDS = {"curator": "curator", "first_deputy": "deputy", "head": "head", "adviser": "editor"}


@dataclass
class Players:
    """The town with everybody in it. At first the bot is not in the group and nobody's account is bound. Types of the
    bot, the group, people and messages depend on the messenger."""

    town: Town
    bot: Any
    group: Any
    people: dict[str, Any]
    community: Community
    resident: VkUser
    post: Post
    neighbour: VkUser
    passer_by: VkUser

    def private(self, person: str) -> list[Any]:
        """The messages in the person's private chat with the bot, oldest first."""
        return list(self.town.messenger.messages((self.people[person], self.bot)))

    def in_group(self) -> list[Any]:
        return list(self.town.messenger.messages(self.group))

    def open_the_channel(self) -> Any:
        """Create and return the office's channel; the bot is its administrator and sees what is published there."""
        owner = self.people["curator"]
        channel = self.town.messenger.add_channel("Администрация округа", owner=owner, username=CHANNEL, id=CHANNEL_ID)
        self.town.messenger.add_bot_to_channel(self.bot, channel, by=owner)
        return channel

    def bring_the_bot_in(self) -> None:
        self.town.messenger.add_bot_to_group(self.bot, self.group, by=self.people["curator"], admin=True)


def gather(town: Town, officials: Mapping[str, str] = PEOPLE) -> Players:
    """Fill the town: the officials with their group, the administration's page in VK with a post, and the residents.
    Return them as Players."""
    messenger, vk = town.messenger, town.vk
    bot = messenger.add_bot(token=BOT_TOKEN, name="Дежурный", username="dezhurny_bot")
    people = {key: messenger.add_person(name) for key, name in officials.items()}
    group = messenger.add_group("Инцидент-менеджмент", owner=people["curator"])
    for key, person in people.items():
        if key != "curator":
            messenger.join(person, group)
    community = vk.add_community(
        "Администрация округа",
        group_id=GROUP_ID,
        community_token=VK_TOKEN,
        service_token=VK_SERVICE_TOKEN,
        user_token=VK_USER_TOKEN,
        screen_name="okrug_admin",
    )
    resident, neighbour = vk.add_person("Житель"), vk.add_person("Жительница")
    post = vk.post(
        community, "Начали ремонт дороги на улице Мира. Работы закончим до конца месяца. Объезд по улице Степной."
    )
    for key, person in people.items():
        town.add_role(key, officials[key], person, kind=KINDS.get(key, "executor"))  # type: ignore[arg-type]
    town.add_role("resident", "Житель", None, resident, kind="citizen")
    town.add_role("neighbour", "Жительница", None, neighbour, kind="citizen")
    passer_by = vk.add_person("Прохожий")
    town.add_role("passer_by", "Прохожий", None, passer_by, kind="citizen")
    town.add_role("press", "Пресс-служба", None, community.admin, kind="press")
    return Players(town, bot, group, people, community, resident, post, neighbour, passer_by)
