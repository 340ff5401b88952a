"""Pages made to do harm (issue 11): each is read or refused in words, holds nobody up, and leaves nothing odd in its words."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from bot.process.child import Child, Job
from networks.port import Found, LinkProblem, LinkTrouble
from networks.web.reading import MOST_LETTERS, MOST_TITLE, Reading, reading_of
from tests.networks.web_stand import NOON, Stand, a_stand
from tests.patience import PATIENT

T = TypeVar("T")
WORDS = "На Школьной третий день нет воды"
SIZE = 200_000

UNREAD: dict[str, str] = {
    "a tag that never ends": "<a " * (SIZE // 3),
    "a tag within a tag": "<a <a " * (SIZE // 6),
    "a marked section": "<![ x",
    "sections": "<![x[" * (SIZE // 5),
    "a comment that never ends": f"<!-- <p>{WORDS}",
    "comments in comments": "<!--" * (SIZE // 4),
    "instructions": "<?" * (SIZE // 2),
    "a quotation that never ends": f"<p a='{'x' * SIZE}",
    "tags that were never opened": "</p>" * (SIZE // 4),
    "scripts": "<script>" * (SIZE // 8),
    "a text area that never ends": f"<textarea><p>{WORDS}",
}
"""Nothing on them is a text."""

READ: dict[str, str] = {
    "deep": "<div>" * (SIZE // 5) + WORDS,
    "deep and crooked": "<a><b><i><p>" * (SIZE // 12) + WORDS,
    "tables in tables": "<table><tr><td>" * (SIZE // 15) + WORDS,
    "a long attribute": f"<p title='{'x' * SIZE}'>{WORDS}",
    "many attributes": f"<p {' '.join(f'a{n}=1' for n in range(SIZE // 9))}>{WORDS}",
    "a billion laughs": "<!DOCTYPE html [<!ENTITY a 'ха'>"
    + "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};&a{n - 1};'>" for n in range(1, 60))
    + f"]><p>{WORDS} &a59;",
    "a file of ours": f"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>{WORDS} &x;",
    "nothing but ampersands": f"<p>{WORDS}<nav>" + "&" * SIZE,
    "nothing but brackets": f"<p>{WORDS}<nav>" + "<" * SIZE,
    "conditional comments": f"<!--[if IE]><p>для старых<![endif]--><![if !IE]><p>{WORDS}<![endif]>",
    "plain text to the end": f"<plaintext>{WORDS}",
    "a mess for a doctype": f"<!DOCTYPE \"'<>[[ html><p>{WORDS}",
    "halves of letters": f"<p>{WORDS}&#xD800;&#xDFFF;&#x110000;&#0;",
    "zeros": f"<p>\0{WORDS}\0",
    "a date beyond all dates": f"<meta property='article:published_time' content='0001-01-01T00:00:00+14:00'><p>{WORDS}",
    "a date to come": f"<meta property='article:published_time' content='2099-01-01T00:00:00+03:00'><p>{WORDS}",
}
"""The words are found on them."""


async def longest_stall(work: Awaitable[T]) -> tuple[T, float]:
    """What came of the work, and the longest time the loop was held from another task meanwhile. Counted are the seconds this
    process was at work, in whichever thread: how busy the machine is has no part in them."""
    longest, last = 0.0, time.process_time()

    async def tick() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0)
            now = time.process_time()
            longest, last = max(longest, now - last), now

    ticking = asyncio.create_task(tick())
    done = await work
    ticking.cancel()
    return done, longest


@pytest.mark.parametrize("name", UNREAD)
async def test_a_hostile_page_without_words_is_refused_and_holds_nobody_up(stand: Stand, name: str) -> None:
    stand.gives("/a", UNREAD[name].encode())
    found, stall = await longest_stall(stand.network().fetch_link("http://site.example/a"))
    assert found == LinkProblem(LinkTrouble.UNREADABLE, "no words on the page")
    assert stall < 0.5


@pytest.mark.parametrize("name", READ)
async def test_a_hostile_page_with_words_is_read_and_holds_nobody_up(stand: Stand, name: str) -> None:
    stand.gives("/a", READ[name].encode())
    found, stall = await longest_stall(stand.network().fetch_link("http://site.example/a"))
    assert isinstance(found, Found)
    assert (WORDS in found.text, "root:" in found.text, "\0" in found.text) == (True, False, False)
    assert len(found.text.encode("utf-8")) <= 4 * (MOST_LETTERS + MOST_TITLE)
    assert found.written_at <= NOON
    assert stall < 0.5


async def test_a_page_that_unpacks_without_end_and_one_of_a_letter_a_piece_hold_nobody_up(stand: Stand) -> None:
    stand.gives("/bomb", gzip.compress(b"<p>" + b"x" * 50_000_000), more="Content-Encoding: gzip\r\n")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    stand.pages["/pieces"] = head + b"1\r\nx\r\n" * 30_000 + b"0\r\n\r\n"
    for path in ("bomb", "pieces"):
        found, stall = await longest_stall(stand.network().fetch_link(f"http://site.example/{path}"))
        assert isinstance(found, Found)
        assert stall < 0.5


@pytest.mark.parametrize(
    "said",
    ["undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "base64", "rot13", "utf-7", "mbcs", "zlib", "hex",
     "unknown", "replacement", "hz-gb-2312", "utf-16"],
)  # fmt: skip
async def test_what_is_no_encoding_of_a_page_is_not_taken_from_it(stand: Stand, said: str) -> None:
    body = f"<meta charset='{said}'><p>{WORDS} \\u0041 +BBI-".encode()
    stand.gives("/transport", body, f"text/html; charset={said}")
    stand.gives("/page", body)
    for path in ("page", *(["transport"] if said != "utf-16" else [])):
        found = await stand.network().fetch_link(f"http://site.example/{path}")
        assert isinstance(found, Found)
        assert found.text == f"{WORDS} \\u0041 +BBI-"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-16", True), ("utf-16-le", True), ("utf-16-be", True), ("utf-8-sig", True), ("koi8-r", True), ("cp866", True),
     ("utf-16", False), ("utf-16-le", False), ("utf-16-be", False), ("utf-8-sig", False)],
)  # fmt: skip
async def test_a_page_in_wide_letters_or_old_ones_is_read(stand: Stand, encoding: str, told: bool) -> None:
    kind = f"text/html; charset={encoding.removesuffix('-sig').replace('16-', '16')}" if told else "text/html"
    stand.gives("/a", f"<html><head></head><body><p>{WORDS}</p></body></html>".encode(encoding), kind)
    found = await stand.network().fetch_link("http://site.example/a")
    assert isinstance(found, Found)
    assert found.text == WORDS


async def test_a_wrong_letter_does_not_spoil_the_others(stand: Stand) -> None:
    stand.gives("/a", f"<p>{WORDS}, жители звонят ".encode() + b"\xd0<p>")
    found = await stand.network().fetch_link("http://site.example/a")
    assert isinstance(found, Found)
    assert found.text.startswith(WORDS)


async def test_a_page_that_takes_too_long_is_answered_in_words_and_the_next_one_is_read() -> None:
    """Pages of that kind are not known to us; the limit is for them."""
    child = Child({"page": Job("tests.doors.child_jobs:read_or_hang", seconds=1, most_answer=1000)}, PATIENT)
    try:
        async with a_stand(child) as stand:
            stand.gives("/a", b"hang")
            stand.gives("/b", f"<p>{WORDS}".encode())
            found, stall = await longest_stall(stand.network().fetch_link("http://site.example/a"))
            assert found == LinkProblem(LinkTrouble.UNREADABLE, "too long")
            assert stall < 0.5
            assert isinstance(await stand.network().fetch_link("http://site.example/b"), Found)
    finally:
        child.close()


# --- what comes back is a stranger's too


@pytest.mark.parametrize(
    "answer", [None, 7, "words", [], {}, {"title": 7, "text": None, "site": [], "author": {}, "cut": "yes"}]
)
def test_an_answer_of_another_shape_reads_as_nothing(answer: object) -> None:
    assert reading_of(answer) == Reading("", "")


def test_an_answer_is_bounded_and_cleaned_once_more() -> None:
    words = "а\ud800\0б\n\x1bв" + "г" * 10_000
    moment = "2026-01-12T09:00:00+03:00"
    found = reading_of(
        {"title": words, "text": words, "site": words, "author": words, "written_at": moment, "cut": True}
    )
    assert found.text == "аб\nв" + "г" * (MOST_LETTERS - 7)
    assert {found.title, found.site, found.author} == {"аб\nв" + "г" * (MOST_TITLE - 7)}
    assert (found.written_at, found.cut) == (datetime(2026, 1, 12, 6, 0, tzinfo=UTC), True)
