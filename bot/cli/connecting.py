"""Makes a municipality's networks from its file and its secrets, and the web port's handlers for their events.

A network's module is imported only if the file names the network. Nothing here contacts any service.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.cli.mistake import Mistake
from bot.clock import Clock
from bot.messenger_side import MessengerSide
from bot.process.child import Children
from config.municipality import Municipality
from config.settings import Secrets, Settings
from networks.port import Network
from storage.inbox import MESSENGER

SECONDS_FOR_A_PAGE = 5
"""Time limit for reading a linked page, in seconds; afterwards the bot goes on without it. A slow page delays the
sender of the link and others."""

if TYPE_CHECKING:
    from aiohttp import web

    from networks.port import RawEvent

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
    Keep = Callable[[str, RawEvent], Awaitable[None]]


def hooks(municipality: Municipality) -> str:
    """The path on the web port under which a municipality's events arrive; after PUBLIC_URL it makes their public
    address."""
    return f"/hooks/{municipality.key}"


def messenger_hook(municipality: Municipality, secrets: Secrets, settings: Settings) -> str | None:
    """The public address to which the messenger pushes updates; None if it is polled. Raises Mistake if the file asks
    for pushing and PUBLIC_URL or the secret is missing."""
    if municipality.networks.messenger_mode != "webhook":
        return None
    needed, lacks = "networks.messenger_mode: webhook", ""
    if settings.public_url is None or not settings.public_url.startswith("https://"):
        lacks = "нужен PUBLIC_URL, адрес вида https://…, по которому бот виден из интернета"
    elif secrets.word("messenger_webhook_secret") is None:
        lacks = "нет MESSENGER_WEBHOOK_SECRET, случайной строки, по которой бот узнаёт запросы мессенджера"
    if lacks:
        raise Mistake(f"{municipality.key}: {needed}, а {lacks}")
    return f"{settings.public_url}{_messenger_path(municipality)}"


def _messenger_path(municipality: Municipality) -> str:
    return f"{hooks(municipality)}/webhook/{municipality.networks.messenger}"


def networks_of(
    municipality: Municipality,
    secrets: Secrets,
    settings: Settings,
    clock: Clock | None = None,
    children: Children | None = None,
) -> dict[str, Network]:
    """Make every network that the file names and for which there are secrets, by the key of its source. `clock`: None
    for a single round of requests; `children`: child processes that read pages of other sites; None: such pages are
    not read."""
    made = {"vk": vk(municipality, secrets, settings, clock), "ok": ok(municipality, secrets, settings, clock)}
    found = {key: network for key, network in made.items() if network is not None}
    return {**found, "web": web_pages(children)} if children is not None else found


def web_pages(children: Children) -> Network:
    """The network that reads pages at any other address; it is the last to be offered a link."""
    from bot.clock import WallClock
    from networks.web.network import WebNetwork
    from networks.web.wire import WebLimits, Wire

    return WebNetwork(Wire(WebLimits(seconds=SECONDS_FOR_A_PAGE)), children.window("page"), WallClock().now)


def vk(municipality: Municipality, secrets: Secrets, settings: Settings, clock: Clock | None) -> Network | None:
    entry, community = municipality.networks.vk, secrets.word("vk_community_token")
    if entry is None or community is None:
        return None
    from networks.vk import VkAccess, VkNetwork, Watched

    access = VkAccess(
        group_id=entry.group,
        place=municipality.name,
        community_token=community,
        service_token=secrets.word("vk_service_token"),
        user_token=secrets.word("vk_user_token"),
        api_url=settings.vk_api_url,
        proxy=settings.proxy("vk"),
        watch=tuple(Watched(one.wall, one.name, one.every) for one in entry.watch),
        keywords=tuple(entry.keywords),
        callback=entry.callback is not None,
    )
    return VkNetwork(access, clock)


def ok(municipality: Municipality, secrets: Secrets, settings: Settings, clock: Clock | None) -> Network | None:
    entry = municipality.networks.ok
    token, access_token = secrets.word("ok_token"), secrets.word("ok_access_token")
    if entry is None or (token is None and access_token is None):
        return None
    from bot.clock import WallClock
    from networks.ok import OkAccess, OkNetwork, Session, webhook_url

    app_key, session_secret = secrets.word("ok_app_key"), secrets.word("ok_session_secret")
    session = Session(app_key, access_token, session_secret) if app_key and access_token and session_secret else None
    webhook_secret = secrets.word("ok_webhook_secret")
    hooked = entry.mode == "webhook" and settings.public_url is not None and webhook_secret is not None
    access = OkAccess(
        group_id=entry.group,
        place=municipality.name,
        group_token=token,
        session=session,
        webhook_url=webhook_url(f"{settings.public_url}{hooks(municipality)}", webhook_secret or "")
        if hooked
        else None,
        post_comments=entry.post_comments,
        api_url=settings.ok_api_url,
        proxy=settings.proxy("ok"),
    )
    return OkNetwork(access, clock or WallClock())


def doors_of(
    municipality: Municipality, secrets: Secrets, networks: dict[str, Network], keep: Keep, messenger: MessengerSide
) -> list[tuple[str, Handler]]:
    """The paths of the web port with their handlers for pushed events; `keep` stores an event in the inbox before it
    is acknowledged."""
    found: list[tuple[str, Handler]] = []
    if municipality.networks.messenger_mode == "webhook":
        from networks.hooks import door

        def pushed(request: web.Request, body: bytes) -> RawEvent | None:
            return messenger.pushed(request.headers, body)

        found.append((_messenger_path(municipality), door(pushed, _keeping(keep, MESSENGER), (403, "no"))))
    entry, secret = municipality.networks.vk, secrets.word("vk_callback_secret")
    if entry is not None and entry.callback is not None and secret is not None and "vk" in networks:
        from networks.vk import CallbackAccess, VkNetwork, callback_handler, callback_path

        network = networks["vk"]
        assert isinstance(network, VkNetwork)
        access = CallbackAccess(entry.group, entry.callback, secret)
        path = hooks(municipality) + callback_path(entry.group)
        found.append((path, callback_handler(access, _keeping(keep, "vk"), network.learn)))
    hook = secrets.word("ok_webhook_secret")
    if (
        municipality.networks.ok is not None
        and municipality.networks.ok.mode == "webhook"
        and hook
        and "ok" in networks
    ):
        from networks.ok import WEBHOOK_PATH, webhook_handler

        found.append((hooks(municipality) + WEBHOOK_PATH, webhook_handler(hook, _keeping(keep, "ok"))))
    return found


def _keeping(keep: Keep, source: str) -> Callable[[RawEvent], Awaitable[None]]:
    async def kept(event: RawEvent) -> None:
        await keep(source, event)

    return kept
