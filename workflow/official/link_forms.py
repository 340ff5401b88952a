"""How each network writes addresses of pages and links of publications: one entry per network. Data for `page_addresses`
and `publication_links`, which name no network themselves.

An entry describes a network with official pages, whichever messenger the office itself works in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workflow.official.page_items import PageNetwork
from workflow.regulation import Source


@dataclass(frozen=True, slots=True)
class LinkForm:
    """How one network writes addresses of pages and links of publications.

    `hosts`: the main one first; `example`: the path of a page, shown when an address is wrong.

    `on_subdomain`: the page's name may stand before the host (`okrug.t.me`); `at_name`: `@name` means a page here;
    `skipped`: a first part of the path that changes nothing (`t.me/s/okrug`); `two_parts`: a first part that only says
    what kind of page it is; `page_as`: spellings of one page's path and the one that is kept.

    `publications`: patterns that identify a publication in «/path?query», each with the ref to make of it; `not_in_query`:
    what in the query makes it a comment's link instead. `owner`: a pattern that finds the page in a publication's link, and
    that page's path. `tells_page`: whether every link of a publication contains its page's name.
    """

    hosts: tuple[str, ...]
    example: str
    on_subdomain: bool = False
    at_name: bool = False
    skipped: str = ""
    two_parts: frozenset[str] = frozenset()
    page_as: tuple[re.Pattern[str], str] | None = None
    publications: tuple[tuple[re.Pattern[str], str], ...] = ()
    not_in_query: str = ""
    owner: tuple[re.Pattern[str], str] | None = None
    tells_page: bool = False


FORMS: Mapping[PageNetwork, LinkForm] = {
    PageNetwork.VK: LinkForm(
        hosts=("vk.com", "vk.ru", "vkontakte.ru"),
        example="okrug",
        page_as=(re.compile(r"(?:club|public|event)(\d{1,19})"), r"club\1"),
        publications=((re.compile(r"wall(-?\d{1,19}_\d{1,19})(?!\d)"), r"wall\1"),),
        not_in_query="reply=",
        owner=(re.compile(r"wall-(\d{1,19})_\d"), r"club\1"),
    ),
    PageNetwork.OK: LinkForm(
        hosts=("ok.ru", "odnoklassniki.ru"),
        example="group/53000000000000",
        two_parts=frozenset({"group", "profile"}),
        publications=((re.compile(r"/(?:topic|statuses)/(\d{1,20})(?=[/?])"), r"topic/\1"),),
    ),
    PageNetwork.TELEGRAM: LinkForm(
        hosts=("t.me", "telegram.me", "telegram.dog"),
        example="okrug",
        on_subdomain=True,
        at_name=True,
        skipped="s",
        publications=(
            (re.compile(r"^/c/(\d{1,19})/0*(\d{1,19})\?"), r"t.me/c/\1/\2"),
            (re.compile(r"^/([a-z][a-z0-9_]{3,31})/0*(\d{1,19})\?"), r"t.me/\1/\2"),
        ),
        tells_page=True,
    ),
    PageNetwork.MAX: LinkForm(
        hosts=("max.ru",),
        example="okrug",
        publications=(
            (re.compile(r"^/c/(-?\d{1,20})/([a-z0-9_-]{11})\?"), r"max.ru/c/\1/\2"),
            (re.compile(r"^/([a-z0-9_.-]{2,64})/([a-z0-9_-]{11})\?"), r"max.ru/\1/\2"),
        ),
        tells_page=True,
    ),
    PageNetwork.RUTUBE: LinkForm(
        hosts=("rutube.ru",), example="channel/1000000", two_parts=frozenset({"channel", "u"})
    ),
    PageNetwork.DZEN: LinkForm(
        hosts=("dzen.ru", "zen.yandex.ru"), example="okrug", two_parts=frozenset({"id", "channel"})
    ),
}  # fmt: skip

BY_HOST: Mapping[str, PageNetwork] = {host: network for network, form in FORMS.items() for host in form.hosts}


def network_of_host(host: str) -> PageNetwork | None:
    """Return the network of a host name (in lower case), also of a subdomain that is the address of one of its pages; None
    if the host is of no known network."""
    found = BY_HOST.get(host)
    if found is not None:
        return found
    above = BY_HOST.get(host.partition(".")[2])
    return above if above is not None and FORMS[above].on_subdomain else None


def source_of_host(host: str) -> Source | None:
    """Return the source of citizens' messages to which this host belongs; None if it belongs to none."""
    network = network_of_host(host)
    return next((source for source in Source if source.value == network), None)


HOSTS_OF_SOURCES = tuple(host for host in BY_HOST if source_of_host(host) is not None)
