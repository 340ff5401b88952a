"""What MAX does wrong when told to, and how much it lets a bot call."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.sandbox.max_town import TOKEN, Office, an_office, button


def said(office: Office) -> list[str]:
    return [m.text for m in office.world.messages(office.group) if not m.service]


async def sends(office: Office, **more: Any) -> tuple[int, str]:
    """Status and text of an attempt to send."""
    async with office.http.post(
        f"{office.server.url}/messages?chat_id={office.group.id}",
        json={"text": "Слово"},
        headers={"Authorization": TOKEN},
        **more,
    ) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("kind", "how", "answer"),
    [
        ("too_many", {}, (429, "too.many.requests")),
        ("server_error", {}, (503, "service.unavailable")),
        ("forbidden", {}, (403, "chat.denied")),
        ("not_found", {}, (404, "not.found")),
        ("not_ready", {}, (400, "attachment.not.ready")),
        ("refuses", {"code": "validate.text", "description": "нет"}, (400, "validate.text")),
    ],
)
async def test_errors_in_max_own_form(kind: Any, how: dict[str, str], answer: tuple[int, str]) -> None:
    async with an_office() as office:
        office.world.faults.add(kind, **how)
        status, text = await sends(office)
        assert (status, json.loads(text)["code"], said(office)) == (*answer, [])
        assert (await sends(office))[0] == 200


@pytest.mark.parametrize(("kind", "carried_out"), [("reset_before", 0), ("reset_after", 1)])
async def test_cut_connections(kind: Any, carried_out: int) -> None:
    async with an_office() as office:
        office.world.faults.add(kind)
        with pytest.raises(aiohttp.ClientError):
            await sends(office)
        assert len(said(office)) == carried_out


@pytest.mark.parametrize(("kind", "carried_out"), [("timeout_before", 0), ("timeout_after", 1)])
async def test_silence(kind: Any, carried_out: int) -> None:
    async with an_office() as office:
        office.world.faults.add(kind)
        with pytest.raises(asyncio.TimeoutError):
            await sends(office, timeout=aiohttp.ClientTimeout(total=0.2))
        assert len(said(office)) == carried_out


async def test_half_an_answer_and_somebody_elses_page() -> None:
    async with an_office() as office:
        office.world.faults.add("truncated")
        status, text = await sends(office)
        assert (status, said(office)) == (200, ["Слово"])
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
        office.world.faults.add("bad_gateway_html")
        status, text = await sends(office)
        assert (status, text.startswith("<html>"), len(said(office))) == (502, True, 1)


async def test_a_fault_strikes_one_chat_and_one_person() -> None:
    async with an_office() as office:
        world = office.world
        world.start(office.boris, office.bot)
        world.faults.add("too_many", chat=world.private(office.boris, office.bot))
        assert (await sends(office))[0] == 200
        body = {"text": "Слово"}
        assert await office.refused("POST", "/messages", body, user_id=office.boris.id) == (429, "too.many.requests")
        await office.done("POST", "/messages", body, user_id=office.boris.id)
        chats = [(call.method, call.chat_id, call.ok) for call in world.calls]
        assert chats == [
            ("sendMessage", office.group.id, True),
            ("sendMessage", office.boris.id, False),
            ("sendMessage", office.boris.id, True),
        ]


async def test_a_forgotten_message_is_not_edited_any_more() -> None:
    async with an_office() as office:
        sent = await office.send()
        office.world.faults.add("forget_message")
        for _ in range(2):
            answer = await office.refused("PUT", "/messages", {"text": "Иначе"}, message_id=sent["body"]["mid"])
            assert answer == (404, "not.found")


# --- limits


async def test_two_of_each_kind_a_second_in_a_chat() -> None:
    async with an_office() as office:
        office.world.limits_on = True
        sent = [await office.send(f"{n}", [button()]) for n in range(2)]
        mids = [one["body"]["mid"] for one in sent]
        presses = [office.world.press(office.boris, office.found(sent[0]), "Да") for _ in range(3)]
        limited = (429, "too.many.requests")
        assert await office.refused("POST", "/messages", {"text": "3"}, chat_id=office.group.id) == limited
        for _ in range(2):
            await office.done("PUT", "/messages", {"text": "Иначе"}, message_id=mids[0])
        assert await office.refused("PUT", "/messages", {"text": "Иначе"}, message_id=mids[1]) == limited
        for press in presses[:2]:
            await office.done("POST", "/answers", {"notification": "Да"}, callback_id=press.id)
        assert await office.refused("POST", "/answers", {"notification": "Да"}, callback_id=presses[2].id) == limited
        for mid in mids:
            await office.done("DELETE", "/messages", message_id=mid)
        office.world.start(office.boris, office.bot)
        await office.send("в другой чат", user_id=office.boris.id)
        office.clock.advance_monotonic(0.9)
        assert await office.refused("POST", "/messages", {"text": "3"}, chat_id=office.group.id) == limited
        office.clock.advance_monotonic(0.1)
        await office.send("3")


async def test_thirty_calls_a_second_in_all() -> None:
    async with an_office() as office:
        office.world.limits_on = True
        for _ in range(30):
            await office.done("GET", "/me")
        assert await office.refused("GET", "/me") == (429, "too.many.requests")
        office.clock.advance_monotonic(1)
        await office.done("GET", "/me")
