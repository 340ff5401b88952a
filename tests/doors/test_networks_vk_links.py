"""Links people give, and what `check` tells the operator, against the sandbox over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from networks.port import Attachment, Finding, Found, LinkProblem, LinkTrouble
from networks.vk import VkAccess, VkNetwork
from networks.vk.checking import NO_USER
from sandbox.clock import SandboxClock
from sandbox.vk.model import Comment, Community, VkUser
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld
from tests.patience import VkPatience

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
COMMUNITY = "vk1.a.community"


@dataclass
class Place:
    vk: VkWorld
    server: VkServer
    town: Community
    zhitel: VkUser
    opened: list[VkNetwork] = field(default_factory=list)

    def network(self, service: str | None = None, user: str | None = None, community: str = COMMUNITY) -> VkNetwork:
        limits = VkPatience(self.vk.faults)
        access = VkAccess(1001, "Администрация", community, service, user, api_url=self.server.url, limits=limits)
        self.opened.append(VkNetwork(access))
        return self.opened[-1]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    vk = VkWorld(SandboxClock(frozen_at=NOON))
    town = vk.add_community("Администрация округа", 1001, COMMUNITY, "service", "user")
    server = VkServer(vk)
    await server.start()
    here = Place(vk, server, town, vk.add_person("Житель", "Округа"))
    yield here
    for network in here.opened:
        await network.close()
    await server.stop()


def foreign(place: Place) -> tuple[Comment, Comment]:
    """A comment of the first level and one inside its thread, on another community's wall."""
    other = place.vk.add_community("Подслушано", 77, "vk1.a.other")
    post = place.vk.wall_post(place.zhitel, other, "Что с дорогой?", photos=[b"jpeg"])
    first = place.vk.comment(place.zhitel, post, "Ямы на Мира")
    return first, place.vk.comment(place.zhitel, post, "И на Школьной", reply_to=first)


async def test_a_link_brings_a_post_of_any_wall(place: Place) -> None:
    post = foreign(place)[0].post
    found = await place.network("service").fetch_link(f"https://vk.ru/podslushano?w=wall-77_{post.id}")
    assert found == Found(
        "vk", f"wall-77_{post.id}", "post", "Что с дорогой?", "Житель Округа", f"id{place.zhitel.id}", NOON, post.url,
        "Подслушано", (Attachment("photo", f"{place.server.url}/files/{post.attachments[0].ref}", ""),), None,
    )  # fmt: skip


@pytest.mark.parametrize(("service", "user"), [("service", None), (None, "user")])
@pytest.mark.parametrize("named", [True, False])
async def test_a_link_brings_a_comment_in_a_thread(
    place: Place, service: str | None, user: str | None, named: bool
) -> None:
    first, inside = foreign(place)
    network = place.network(service, user)
    thread = f"&thread={first.id}" if named else ""
    top = await network.fetch_link(first.url)
    deep = await network.fetch_link(f"{inside.url}{thread}")
    assert isinstance(top, Found)
    assert isinstance(deep, Found)
    assert (top.ref, top.text, top.place) == (f"wall-77_{first.post.id}?reply={first.id}", "Ямы на Мира", "Подслушано")
    assert (deep.ref, deep.text, deep.reply_to) == (
        f"wall-77_{first.post.id}?reply={inside.id}", "И на Школьной", top.ref,
    )  # fmt: skip


async def test_what_a_link_does_not_bring_has_a_reason(place: Place) -> None:
    post = place.vk.post(place.town, "График")
    gone = place.vk.comment(place.zhitel, post, "Нет воды")
    own = place.vk.comment(place.town, post, "Ответ")
    place.vk.delete_comment(gone)
    network = place.network("service")
    assert await network.fetch_link(gone.url) == LinkProblem(LinkTrouble.NOT_FOUND)
    assert await network.fetch_link(own.url) == LinkProblem(LinkTrouble.OWN)
    assert await network.fetch_link(post.url) == LinkProblem(LinkTrouble.OWN)
    assert await network.fetch_link("https://vk.com/wall-1001_999") == LinkProblem(LinkTrouble.NOT_FOUND)
    assert await network.fetch_link("https://example.org") == LinkProblem(LinkTrouble.NOT_A_LINK)
    assert await place.network().fetch_link(post.url) == LinkProblem(LinkTrouble.NO_TOKEN)
    place.vk.faults.add("error", "wall.getById", code=10)
    later = await network.fetch_link(post.url)
    assert later == LinkProblem(LinkTrouble.TRY_LATER, "VK error 10: Internal server error")


async def test_check_when_all_is_well(place: Place) -> None:
    place.town.events.add("message_reply")
    assert await place.network("service", "user").check() == [
        Finding("ok", "ВКонтакте: сообщество «Администрация округа», ключ действует."),
        Finding("ok", "ВКонтакте: комментарии, записи и личные сообщения приходят."),
        Finding("ok", "ВКонтакте, сервисный ключ: стена и комментарии читаются."),
        Finding("ok", "ВКонтакте, ключ пользователя: стена и комментарии читаются."),
        Finding("ok", "ВКонтакте, ключ пользователя: публикует на стене, удаляет комментарии, блокирует авторов."),
    ]


@pytest.mark.parametrize(
    ("level", "lost", "said"),
    [
        (0, set(), ["владелец ключа не руководитель сообщества"]),
        (1, set(), ["владелец ключа модератор"]),
        (2, {"groups"}, ["нет права «сообщества»: нельзя блокировать авторов"]),
        (3, {"wall", "photos"}, ["нет права «стена»", "нет права «фотографии»"]),
    ],
)
async def test_check_names_what_the_users_token_may_not(
    place: Place, level: int, lost: set[str], said: list[str]
) -> None:
    place.town.admin_level, place.town.user_rights = level, place.town.user_rights - lost
    found = [f.text for f in await place.network("service", "user").check() if f.level == "warning"]
    mine = [text for text in found if "пользователя" in text]
    assert [words in text for words, text in zip(said, mine, strict=True)] == [True] * len(said)


async def test_check_says_so_where_the_users_rights_are_not_told(place: Place) -> None:
    place.vk.faults.add("error", "account.getAppPermissions", code=27)
    found = [f.text for f in await place.network("service", "user").check() if f.level == "warning"]
    assert "ВКонтакте, ключ пользователя: его права узнать не удалось: ошибка 27." in found


async def test_check_names_what_is_missing(place: Place) -> None:
    place.town.permissions -= {"docs"}
    place.town.events -= {"wall_reply_new", "message_new"}
    assert [f.text for f in (await place.network("wrong").check()) if f.level != "ok"] == [
        "ВКонтакте: у ключа нет права «файлы»: без него нельзя приложить фото к ответу под записью.",
        "ВКонтакте: не приходят комментарии на стене, личные сообщения. Отметьте эти события "
        "в управлении сообществом: Работа с API → Long Poll API.",
        "ВКонтакте, сервисный ключ: стену прочитать не удалось: ключ недействителен.",
        NO_USER.text,
    ]


async def test_check_without_long_poll_or_rights(place: Place) -> None:
    place.town.longpoll_enabled = False
    first = [f.text for f in (await place.network().check()) if f.level == "error"]
    place.town.permissions -= {"manage"}
    second = [f.text for f in (await place.network().check()) if f.level == "error"]
    assert first == [
        "ВКонтакте: Long Poll API выключен. Включите его в управлении сообществом: Работа с API → Long Poll API."
    ]
    assert second == [
        "ВКонтакте: у ключа нет права «управление сообществом», без него не приходят события.",
        "ВКонтакте: настройки Long Poll API узнать не удалось: ошибка 15.",
    ]


async def test_check_with_a_token_of_another_community(place: Place) -> None:
    place.vk.add_community("Подслушано", 77, "vk1.a.other")
    assert (await place.network("service", community="vk1.a.other").check())[0] == Finding(
        "error", "ВКонтакте: ключ выдан сообществу 77, а в настройках указано 1001."
    )
    assert (await place.network("service", community="wrong").check())[0] == Finding(
        "error", "ВКонтакте, ключ сообщества: ключ недействителен."
    )
