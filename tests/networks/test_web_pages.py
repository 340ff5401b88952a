"""Pages of other sites by a link (SL-2): read from a stand on this machine that is shown to the program as the open internet."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from networks.port import Answer, Found, LinkProblem, LinkTrouble, NotPosted
from networks.web import Limits, WebNetwork, Wire
from networks.web.wire import Streams, is_public
from tests.patience import PATIENT

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PUBLIC = "93.184.216.34"
ARTICLE = """<!doctype html><html><head><title>Новости — Рощино</title>
<meta property="og:site_name" content="Рощино сегодня">
<meta property="article:published_time" content="2026-01-11T10:00:00+03:00">
<script>var x = "тайный скрипт";</script></head><body><nav><a href=/>Главная страница нашего сайта новостей</a></nav>
<article><h1>Третий день нет&nbsp;воды</h1><p>На улице Школьной <b>третий день</b> нет воды.<p>Жители звонят в водоканал.
<script>alert(1)</script></article><footer>Все права защищены, перепечатка запрещена</footer></body></html>"""


@dataclass
class Stand:
    """An HTTP server of this machine; `names` is the internet's telephone book, `asked` and `reached` what was done."""

    pages: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, list[list[str]]] = field(default_factory=lambda: {"site.example": [[PUBLIC]]})
    asked: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    port: int = 0

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.names.get(host)
        if answers is None:
            return [host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def connect(self, address: str, port: int, secure: ssl.SSLContext | None, name: str) -> Streams:
        self.reached.append(f"{address}:{port}")
        return await asyncio.open_connection("127.0.0.1", self.port, limit=32 * 1024)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        self.writers.append(writer)
        body = self.pages.get(head.split(" ")[1])
        if body is not None:
            writer.write(body)
            writer.close()

    def gives(self, path: str, body: bytes, kind: str = "text/html", more: str = "", status: str = "200 OK") -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.pages[path] = head.encode() + body

    def network(self, **limits: float) -> WebNetwork:
        return WebNetwork(Wire(Limits(**({"seconds": PATIENT} | limits)), self.resolve, self.connect), lambda: NOON)  # type: ignore[arg-type]


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    here = Stand()
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    yield here
    for writer in here.writers:
        writer.transport.abort()
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0)


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


async def test_size_and_kind_are_limited(stand: Stand) -> None:
    stand.gives("/big", b"x" * 3000)
    stand.gives("/bomb", gzip.compress(b"x" * 100_000), more="Content-Encoding: gzip\r\n")
    stand.gives("/pdf", b"%PDF", "application/pdf")
    stand.pages["/endless"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * 3000
    said = [
        (await trouble(stand, f"http://site.example/{path}", size=2000)).detail
        for path in ("big", "bomb", "pdf", "endless")
    ]
    assert said == ["too big", "too big", "not a page", "too big"]


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
    assert (await trouble(stand, "http://site.example/a")).reason in (LinkTrouble.NOT_FOUND, LinkTrouble.TRY_LATER)


async def test_a_page_that_is_gone_or_empty_says_so(stand: Stand) -> None:
    stand.gives("/gone", b"no", status="404 Not Found")
    stand.gives("/empty", b"<html></html>")
    assert [(await trouble(stand, f"http://site.example/{path}")).reason for path in ("gone", "empty")] == [
        LinkTrouble.NOT_FOUND
    ] * 2


# --- answers


async def test_answers_are_posted_by_hand(stand: Stand) -> None:
    outcome = await stand.network().post(Answer("http://site.example/a", "post", "Ответ", (), "attempt-1"))
    assert isinstance(outcome, NotPosted)
    assert stand.reached == []
