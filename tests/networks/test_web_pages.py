"""Pages of other sites by a link (SL-2): read from a stand on this machine that is shown to the program as the open internet."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from networks.port import Answer, Found, LinkProblem, LinkTrouble, NotPosted
from networks.web.wire import is_public
from tests.networks.web_stand import ARTICLE, PUBLIC, Stand


async def trouble(stand: Stand, link: str, **limits: float) -> LinkProblem:
    found = await stand.network(**limits).fetch_link(link)
    assert isinstance(found, LinkProblem)
    assert "site.example" not in found.detail
    return found


async def words(stand: Stand, link: str = "http://site.example/a") -> str:
    found = await stand.network().fetch_link(link)
    assert isinstance(found, Found), found
    return found.text


# --- reading


async def test_sl_2_a_page_becomes_a_message_with_title_and_text(stand: Stand) -> None:
    stand.gives("/news?id=5", ARTICLE.encode())
    found = await stand.network().fetch_link("https://site.example/news?id=5")
    assert isinstance(found, Found)
    assert found.text == ("Третий день нет воды\n\nНа улице Школьной третий день нет воды.\nЖители звонят в водоканал.")
    assert (found.network, found.kind, found.place, found.link) == (
        "web",
        "post",
        "Рощино сегодня",
        "https://site.example/news?id=5",
    )
    assert found.written_at == datetime(2026, 1, 11, 7, 0, tzinfo=UTC)
    assert stand.reached == [f"{PUBLIC}:443"]
    assert ("Cookie" in stand.requests[0], "Referer" in stand.requests[0]) == (False, False)


@pytest.mark.parametrize(
    ("kind", "encoding", "inside"),
    [
        ("text/html; charset=windows-1251", "cp1251", ""),
        ("text/html", "cp1251", '<meta charset="windows-1251">'),
        ("text/html", "cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
        ("text/html", "cp1251", ""),
        ("text/html", "utf-8", ""),
        ("text/html; charset=nonsense", "utf-8", ""),
        ("TEXT/HTML;charset=koi8-r", "koi8-r", ""),
    ],
)
async def test_the_letters_are_russian_in_every_encoding(stand: Stand, kind: str, encoding: str, inside: str) -> None:
    body = f"<html><head>{inside}<title>Вода</title></head><body><p>На Школьной третий день нет воды</body>"
    stand.gives("/a", body.encode(encoding), kind)
    assert await words(stand) == "Вода\n\nНа Школьной третий день нет воды"


async def test_a_packed_page_and_one_in_pieces_are_read(stand: Stand) -> None:
    stand.gives("/a", gzip.compress(ARTICLE.encode()), more="Content-Encoding: gzip\r\n")
    half = ARTICLE.encode()
    pieces = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (half[:300], half[300:]))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    stand.pages["/b"] = head + pieces + b"0\r\n\r\n"
    assert await words(stand) == await words(stand, "http://site.example/b")


async def test_a_long_text_is_cut_and_a_deep_page_is_no_trap(stand: Stand) -> None:
    stand.gives("/a", ("<div>" * 5000 + "<p>" + "очень длинный текст " * 2000).encode())
    assert len(await words(stand)) == 4000


# --- what is not opened


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.5", "192.168.1.1", "172.16.3.4", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::127.0.0.1",
     "198.18.0.1", "no address"],
)  # fmt: skip
async def test_a_name_with_an_inner_address_is_not_opened(stand: Stand, address: str) -> None:
    assert not is_public(address)
    stand.gives("/a", ARTICLE.encode())
    for answers in ([address], [PUBLIC, address]):
        stand.names["site.example"] = [answers]
        assert (await trouble(stand, "http://site.example/a")).reason is LinkTrouble.NOT_A_LINK
    assert stand.reached == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


async def test_a_name_that_changes_its_mind_leads_nowhere_else(stand: Stand) -> None:
    stand.names["site.example"] = [[PUBLIC], ["127.0.0.1"]]
    stand.gives("/a", ARTICLE.encode())
    assert "воды" in await words(stand)
    assert (stand.asked, stand.reached) == (["site.example"], [f"{PUBLIC}:80"])


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1/", "http://inner.example/", "file:///etc/passwd",
     "http://site.example:22/", "//inner.example/a", "gopher://site.example/", "http://user:word@site.example/a"],
)  # fmt: skip
async def test_a_redirect_inwards_is_not_followed(stand: Stand, target: str) -> None:
    stand.names["inner.example"] = [["10.0.0.1"]]
    stand.gives("/a", b"", more=f"Location: {target}\r\n", status="302 Found")
    assert (await trouble(stand, "http://site.example/a")).reason is LinkTrouble.NOT_A_LINK
    assert stand.reached == [f"{PUBLIC}:80"]


async def test_redirects_outside_are_followed_and_counted(stand: Stand) -> None:
    stand.gives("/a", b"", more="Location: /b\r\n", status="301 Moved")
    stand.gives("/b", ARTICLE.encode())
    stand.gives("/round", b"", more="Location: /round\r\n", status="302 Found")
    assert "воды" in await words(stand)
    assert (await trouble(stand, "http://site.example/round")).detail == "too many redirects"
    assert len(stand.reached) == 2 + 5


@pytest.mark.parametrize(
    "link",
    ["", "привет", "http://[", "file:///etc/passwd", "ftp://site.example/a", "http://localhost/", "http://site.example:8080/",
     "http://user:word@site.example/", "https://vk.com/wall-1_2", "https://t.me/okrug/5", "https://m.ok.ru/group/1",
     "http://2130706433/", "http://site.example:x/"],
)  # fmt: skip
async def test_other_words_are_no_links(stand: Stand, link: str) -> None:
    assert (await trouble(stand, link)).reason is LinkTrouble.NOT_A_LINK
    assert stand.reached == []


# --- limits


@pytest.mark.parametrize("path", ["long", "bomb", "endless", "pieces"])
async def test_of_a_long_page_the_beginning_is_read_and_that_there_is_more_is_said(stand: Stand, path: str) -> None:
    begun = "<p>На Школьной третий день нет воды, жители звонят".encode() + b" " * 3000
    pieces = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (begun[:900], begun[900:]))
    stand.gives("/long", begun)
    stand.gives("/bomb", gzip.compress(begun + b" " * 100_000), more="Content-Encoding: gzip\r\n")
    stand.pages["/endless"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + begun
    stand.pages["/pieces"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces
    )
    found = await stand.network(size=2000).fetch_link(f"http://site.example/{path}")
    assert isinstance(found, Found)
    assert (found.text, found.cut) == ("На Школьной третий день нет воды, жители звонят", True)


async def test_a_page_cut_in_the_middle_of_a_letter_keeps_its_letters(stand: Stand) -> None:
    stand.gives("/a", ("<p>" + "вода " * 1000).encode())
    found = await stand.network(size=2000).fetch_link("http://site.example/a")
    assert isinstance(found, Found)
    assert set(found.text) <= set("вода …")


async def test_an_article_that_was_read_whole_is_not_cut_whatever_follows(stand: Stand) -> None:
    stand.gives("/a", ARTICLE.encode() + b"<script>" + b"x" * 3000)
    stand.gives("/b", ARTICLE.partition("</article>")[0].encode() + b" " * 3000)
    for path, cut in (("a", False), ("b", True)):
        found = await stand.network(size=2000).fetch_link(f"http://site.example/{path}")
        assert isinstance(found, Found)
        assert found.cut is cut


async def test_what_is_no_page_is_not_read(stand: Stand) -> None:
    stand.gives("/pdf", b"%PDF", "application/pdf")
    found = await trouble(stand, "http://site.example/pdf")
    assert (found.reason, found.detail) == (LinkTrouble.UNREADABLE, "not a page")


async def test_a_page_that_does_not_come_is_given_up(stand: Stand) -> None:
    found = await trouble(stand, "http://site.example/silence", seconds=0.2)
    assert (found.reason, found.detail) == (LinkTrouble.TRY_LATER, "too slow")


@pytest.mark.parametrize(
    "raw",
    [b"SSH-2.0\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: x\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", b"",
     b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"x" * 40_000],
)  # fmt: skip
async def test_nonsense_is_no_page(stand: Stand, raw: bytes) -> None:
    stand.pages["/a"] = raw
    assert (await trouble(stand, "http://site.example/a")).reason in (LinkTrouble.UNREADABLE, LinkTrouble.TRY_LATER)


@pytest.mark.parametrize(
    ("status", "reason"),
    [("404 Not Found", LinkTrouble.NOT_FOUND), ("410 Gone", LinkTrouble.NOT_FOUND), ("403 Forbidden", LinkTrouble.UNREADABLE),
     ("503 Busy", LinkTrouble.TRY_LATER), ("429 Too Many", LinkTrouble.TRY_LATER), ("200 OK", LinkTrouble.UNREADABLE)],
)  # fmt: skip
async def test_a_page_that_is_gone_or_closed_or_empty_says_so(stand: Stand, status: str, reason: LinkTrouble) -> None:
    stand.gives("/a", b"<html></html>", status=status)
    assert (await trouble(stand, "http://site.example/a")).reason is reason


# --- answers


async def test_answers_are_posted_by_hand(stand: Stand) -> None:
    outcome = await stand.network().post(Answer("http://site.example/a", "post", "Ответ", (), "attempt-1"))
    assert isinstance(outcome, NotPosted)
    assert stand.reached == []
