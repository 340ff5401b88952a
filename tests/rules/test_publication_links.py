"""One publication has one ref, however its link is spelled."""

from __future__ import annotations

import pytest

from tests.rules.test_publications import at
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_items import PageNetwork, Whose
from workflow.official.publication_links import post_of, ref_of
from workflow.official.publications import SeenPublication, page_of


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        ("https://vk.com/wall-1001_5", "wall-1001_5"),
        ("m.vk.com/okrug?w=wall-1001_5%2Fall", "wall-1001_5"),
        ("https://vk.ru/wall-1001_5?from=feed", "wall-1001_5"),
        ("https://vk.com/wall-1001_5?reply=7", None),
        ("https://vk.com/okrug", None),
        ("https://t.me/Okrug/12", "t.me/okrug/12"),
        ("https://t.me/s/okrug/012?single", "t.me/okrug/12"),
        ("https://okrug.t.me/12", "t.me/okrug/12"),
        ("https://t.me/c/1500000001/12", "t.me/c/1500000001/12"),
        ("https://t.me/okrug", None),
        ("https://t.me/okrug/12/14", None),
        ("https://ok.ru/group/53/topic/155", "topic/155"),
        ("https://m.ok.ru/okrug/statuses/155/", "topic/155"),
        ("https://ok.ru/group/53", None),
        ("https://dzen.ru/a/xyz", None),
        ("https://evil.example/wall-1001_5", None),
        ("wall-1001_5", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_the_ref_of_a_link(link: str, ref: str | None) -> None:
    assert ref_of(link) == ref


def page(number: int, network: PageNetwork, address: str, state: PageState = PageState.IN_FORCE) -> OfficialPage:
    return OfficialPage(number, "okrug", 1, state, network, Whose.ADMINISTRATION, address)


def test_a_publication_stands_on_the_open_page_that_has_one_of_its_addresses() -> None:
    pages = [
        page(1, PageNetwork.VK, "https://vk.com/okrug", PageState.CLOSED),
        page(2, PageNetwork.TELEGRAM, "https://t.me/okrug"),
        page(3, PageNetwork.VK, "https://vk.com/okrug"),
        page(4, PageNetwork.VK, "https://vk.com/club7", PageState.REQUESTED),
    ]

    def stands_on(*addresses: str) -> int | None:
        found = page_of(SeenPublication(addresses, "Округ", "https://vk.com/wall-7_1", at("2026-01-12 09:00")), pages)
        return found.id if found is not None else None

    assert stands_on("https://vk.com/club1001", "https://vk.com/okrug") == 3
    assert stands_on("https://vk.com/club7") == 4
    assert stands_on("https://t.me/okrug") == 2
    assert stands_on("https://vk.com/club8") is None
    assert stands_on("not an address") is None
    assert stands_on() is None


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        ("https://vk.com/wall-1001_5?reply=12", "wall-1001_5"),
        ("https://vk.com/wall-1001_5?reply=12&thread=7", "wall-1001_5"),
        ("https://vk.com/okrug?w=wall-1001_5&reply=12", "wall-1001_5"),
        ("https://vk.com/wall-1001_5", "wall-1001_5"),
        ("https://t.me/okrug/12?comment=3", "t.me/okrug/12"),
        ("https://vk.com/photo-1001_7?reply=3", None),
        ("https://example.org/wall-1001_5?reply=12", None),
    ],
)
def test_a_comment_tells_the_publication_it_stands_under(link: str, ref: str | None) -> None:
    assert post_of(link) == ref
