"""Files: three steps out, an address in."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.sandbox.max_town import Office, an_office, button, keyboard

PAYLOAD = (400, "proto.payload")


async def uploaded(office: Office, kind: str, data: bytes = b"data", name: str = "a.bin", part: str = "data") -> Any:
    """Ask for a place, bring the file there; the token."""
    place = await office.done("POST", "/uploads", type=kind)
    form = aiohttp.FormData()
    form.add_field(part, data, filename=name)
    async with office.http.post(place["url"], data=form) as response:
        if kind in ("video", "audio"):
            assert await response.text() == "<retval>1</retval>"
            return place["token"]
        answer = await response.json()
    if kind == "file":
        return answer["token"]
    return next(iter(answer["photos"].values()))["token"]


@pytest.mark.parametrize(
    ("kind", "shown"), [("image", "photo"), ("video", "video"), ("audio", "voice"), ("file", "document")]
)
async def test_three_steps(kind: str, shown: str) -> None:
    async with an_office() as office:
        token = await uploaded(office, kind, b"the bytes", "name.bin")
        attachment = {"type": kind, "payload": {"token": token}}
        sent = (
            await office.done(
                "POST", "/messages", {"text": "Вот", "attachments": [attachment]}, chat_id=office.group.id
            )
        )["message"]
        held = office.found(sent).media
        assert held is not None
        assert (held.kind, held.data, held.name) == (shown, b"the bytes", "name.bin")
        assert sent["body"]["attachments"][0]["type"] == kind


async def test_pictures_and_a_keyboard_in_one_message() -> None:
    async with an_office() as office:
        tokens = [await uploaded(office, "image", data) for data in (b"1", b"2")]
        pictures = [{"type": "image", "payload": {"photos": {"a": {"token": token}}}} for token in tokens]
        body = {"text": "Два", "attachments": pictures + keyboard([button()])}
        sent = (await office.done("POST", "/messages", body, chat_id=office.group.id))["message"]
        shown = office.found(sent)
        assert [m.data for m in shown.files] == [b"1", b"2"]
        assert [one["type"] for one in sent["body"]["attachments"]] == ["image", "image", "inline_keyboard"]


async def test_not_ready_for_a_while() -> None:
    async with an_office() as office:
        office.world.uploads_settle_after = 2
        body = {"text": "", "attachments": [{"type": "image", "payload": {"token": await uploaded(office, "image")}}]}
        for _ in range(2):
            assert await office.refused("POST", "/messages", body, chat_id=office.group.id) == (
                400,
                "attachment.not.ready",
            )
        await office.done("POST", "/messages", body, chat_id=office.group.id)
        assert len([m for m in office.world.messages(office.group) if m.files]) == 1


async def test_a_token_is_of_one_kind() -> None:
    async with an_office() as office:
        token = await uploaded(office, "image")
        body = {"text": "", "attachments": [{"type": "video", "payload": {"token": token}}]}
        assert await office.refused("POST", "/messages", body, chat_id=office.group.id) == PAYLOAD
        assert await office.refused("POST", "/uploads", type="photo") == PAYLOAD
        assert await office.refused("POST", "/uploads") == PAYLOAD


async def test_a_wrong_upload_is_refused() -> None:
    async with an_office() as office:
        place = await office.done("POST", "/uploads", type="file")
        for url, data in ((place["url"], None), (f"{office.server.url}/upload/none", aiohttp.FormData({"data": "x"}))):
            async with office.http.post(url, data=data) as response:
                assert response.status in (400, 404)
        form = aiohttp.FormData()
        form.add_field("file", b"x", filename="a")
        async with office.http.post(place["url"], data=form) as response:
            assert (response.status, (await response.json())["code"]) == PAYLOAD


async def test_what_people_send_is_fetched_by_its_address() -> None:
    async with an_office() as office:
        office.world.write(office.boris, office.group, "Смотрите", photos=[b"one", b"two"])
        office.world.write(office.boris, office.group, document=("план.pdf", b"%PDF"))
        office.world.write(office.boris, office.group, video=b"film")
        pictures, document, video = [u["message"]["body"] for u in await office.hears()]
        found = []
        for one in pictures["attachments"]:
            async with office.http.get(one["payload"]["url"]) as response:
                found.append(await response.read())
        assert (pictures["text"], found) == ("Смотрите", [b"one", b"two"])
        assert {k: v for k, v in document["attachments"][0].items() if k != "payload"} == {
            "type": "file",
            "filename": "план.pdf",
            "size": 4,
        }
        token = video["attachments"][0]["payload"]["token"]
        details = await office.done("GET", f"/videos/{token}")
        async with office.http.get(details["urls"]["mp4_720"]) as response:
            assert await response.read() == b"film"
        assert await office.refused("GET", "/videos/none") == (404, "not.found")
