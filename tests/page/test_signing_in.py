"""Who gets in: a link once and for ten minutes, a session for twelve hours, and only while the person has rights."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.people.entrance import hashed
from storage import tables
from tests.page.page_house import Client, a_client, link_for, sees, signs_in, words
from tests.stories.town import KEY, Town


async def test_without_a_session_a_page_says_how_to_get_the_link(client: Client) -> None:
    for path in ("/", "/board", "/month", "/case/1", "/changes"):
        answer = await client.get(path)
        assert answer.status == 401, path
        assert "Напишите ему /board" in words(await answer.text()), path


async def test_a_link_opens_one_session(client: Client, town: Town) -> None:
    link = await link_for(town, "curator")
    door = await client.get(link)
    assert (door.status, "Войти" in await door.text()) == (200, True)
    assert (await client.get("/")).status == 401, "looking at the link is not signing in"
    first = await client.post(link, allow_redirects=False)
    assert (first.status, first.headers["Location"]) == (303, "/")
    assert (await client.get("/")).status == 200
    async with a_client(town) as thief:
        answers = [await thief.get(link), await thief.post(link)]
        assert [answer.status for answer in answers] == [403, 403]
        assert "Ссылка уже не действует" in words(await answers[1].text())
        assert (await thief.get("/")).status == 401


async def test_a_link_lasts_ten_minutes(client: Client, town: Town) -> None:
    link = await link_for(town, "curator")
    await town.waits(minutes=10)
    assert (await client.post(link, allow_redirects=False)).status == 403
    again = await link_for(town, "curator")
    await town.waits(minutes=9, seconds=59)
    assert (await client.post(again, allow_redirects=False)).status == 303


async def test_a_session_lasts_twelve_hours(client: Client, town: Town) -> None:
    await signs_in(client, town, "curator")
    await town.waits(minutes=12 * 60 - 1)
    assert (await client.get("/")).status == 200
    await town.waits(minutes=1)
    assert (await client.get("/")).status == 401


async def test_the_cookie_is_for_this_server_alone(town: Town) -> None:
    async with a_client(town) as client:
        cookie = (await client.post(await link_for(town, "curator"), allow_redirects=False)).headers["Set-Cookie"]
        assert sorted(cookie.split("; ")[1:]) == ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax"]
    async with a_client(town, "https://inzident.example.ru/desk") as client:
        answer = await client.post(await link_for(town, "curator"), allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert sorted(cookie.split("; ")[1:]) == ["HttpOnly", "Max-Age=43200", "Path=/desk", "SameSite=Lax", "Secure"]
        assert answer.headers["Location"] == "/desk/"


async def test_only_hashes_are_kept(client: Client, town: Town) -> None:
    link = await link_for(town, "curator")
    answer = await client.post(link, allow_redirects=False)
    code, session = link.rpartition("/")[2], answer.cookies["dezhurny"].value
    async with town.books.write(KEY) as tx:
        rows = (await tx.connection.execute(sa.select(tables.sessions))).mappings().all()
    assert [(row["link_hash"], row["session_hash"]) for row in rows] == [(hashed(code), hashed(session))]
    kept = await town.everything_kept()
    assert [secret in kept for secret in (code, session, hashed(code))] == [False, False, True]


async def test_who_leaves_the_group_or_is_unbound_is_out_at_once(client: Client, town: Town) -> None:
    await signs_in(client, town, "zhkh_head")
    assert (await client.get("/board")).status == 200
    await town.zhkh.leaves()
    assert (await client.get("/board")).status == 401
    await town.zhkh.comes_back()
    assert (await client.get("/board")).status == 401, "the session was over for good"
    async with a_client(town) as again:
        await signs_in(again, town, "zhkh_head")
        async with town.books.write(KEY) as tx:
            await tx.people.unbind("zhkh_head")
        assert (await again.get("/board")).status == 401


async def test_signing_out_ends_the_session(client: Client, town: Town) -> None:
    answer = await client.post(await link_for(town, "curator"), allow_redirects=False)
    code = answer.cookies["dezhurny"].value
    assert "Сначала войдите" in words(await (await client.post("/leave")).text())
    async with a_client(town) as other:
        assert (await other.get("/", cookies={"dezhurny": code})).status == 401


async def test_what_is_past_is_forgotten(town: Town) -> None:
    for _ in range(3):
        await link_for(town, "curator")
    await town.waits(minutes=11)
    await link_for(town, "curator")
    async with town.books.write(KEY) as tx:
        left = (await tx.connection.execute(sa.select(sa.func.count()).select_from(tables.sessions))).scalar_one()
    assert left == 1


async def test_nothing_is_let_out(client: Client, town: Town) -> None:
    await signs_in(client, town, "curator")
    answer = await client.get("/")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[:3] == ["default-src 'none'", "script-src 'self'", "style-src 'self'"]
    assert "frame-ancestors 'none'" in policy
    assert {
        name: answer.headers[name] for name in ("Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options")
    } == {
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    html = await answer.text()
    assert [word for word in ("style=", "onclick", "javascript:", "<style") if word in html] == []
    assert html.count("<script") == html.count('<script src="/static/page.js"') == 1
    for name in ("page.css", "page.js", "icon.svg"):
        assert (await client.get(f"/static/{name}")).status == 200
    assert (await client.get("/static/../server.py")).status == 404


async def test_the_other_addresses_of_the_port_stay(client: Client) -> None:
    assert (await client.get("/healthz")).status == 200
    assert "dezhurny_outbox_waiting" in await (await client.get("/metrics")).text()


async def test_a_page_behind_a_path_leads_to_itself(town: Town) -> None:
    async with a_client(town, "http://127.0.0.1:9080/desk") as client:
        answer = await client.post(await link_for(town, "curator"), allow_redirects=False)
        code = answer.cookies["dezhurny"].value
        html = await (await client.get("/board", headers={"Cookie": f"dezhurny={code}"})).text()
    for place in ('href="/desk/board"', 'src="/desk/static/page.js"', 'data-changes="/desk/changes"'):
        assert place in html


async def test_the_head_of_the_page_says_who_is_in(client: Client, town: Town) -> None:
    await signs_in(client, town, "first_deputy")
    assert "Первый заместитель главы Выйти" in await sees(client, "/")


OTHERS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize("headers", OTHERS)
async def test_another_sites_page_signs_nobody_in_or_out(client: Client, town: Town, headers: dict[str, str]) -> None:
    link = await link_for(town, "curator")
    answer = await client.post(link, headers=headers, allow_redirects=False)
    assert (answer.status, "с другого сайта" in await answer.text()) == (403, True)
    own = {"Origin": str(client.make_url("")).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert (await client.post(link, headers=own, allow_redirects=False)).status == 303
    assert (await client.post("/leave", headers=headers, allow_redirects=False)).status == 403
    assert (await client.get("/")).status == 200
    assert (await client.post("/leave", headers=own, allow_redirects=False)).status == 303
    assert (await client.get("/")).status == 401


async def test_behind_a_proxy_the_public_address_is_ones_own(town: Town) -> None:
    async with a_client(town, "https://desk.example.org/im") as client:
        headers = {"Origin": "https://desk.example.org", "Sec-Fetch-Site": "same-origin"}
        answer = await client.post(await link_for(town, "curator"), headers=headers, allow_redirects=False)
        assert answer.status == 303
