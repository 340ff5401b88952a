"""The upload host: each ticket has an address for one file, sent by a multipart POST in the part `data`."""

from __future__ import annotations

from aiohttp import BodyPartReader, web

from sandbox.max.bodies import FILES
from sandbox.max.memory import Memory
from sandbox.max.refusals import Refusal, bad_payload, not_found

IMAGE_LIMIT_BYTES = 50 * 1024 * 1024
LAST_STEP = "<retval>1</retval>"


async def take_upload(memory: Memory, request: web.Request) -> web.Response:
    """Store the uploaded file. The answer to an image has `photos`, to a file its token; video and audio have theirs
    already.
    """
    ticket = memory.tickets.get(request.match_info["ticket"])
    if ticket is None:
        raise not_found("Unknown upload")
    name, data = await _data(request)
    kind = FILES[ticket.kind]
    if not data or (ticket.kind == "image" and len(data) > IMAGE_LIMIT_BYTES):
        raise Refusal(400, "upload.error", "Empty or too large")
    stored = memory.keep_file(kind, data, name, file_id=ticket.token)
    memory.unsettled[stored.file_id] = memory.uploads_settle_after
    if ticket.kind == "image":
        return web.json_response({"photos": {f"{stored.unique_id}==": {"token": stored.file_id}}})
    if ticket.kind == "file":
        return web.json_response({"fileId": int(stored.unique_id), "token": stored.file_id})
    return web.Response(text=LAST_STEP, content_type="text/html")


async def _data(request: web.Request) -> tuple[str, bytes]:
    if not request.content_type.startswith("multipart/"):
        raise bad_payload("multipart/form-data expected")
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "data":
            return part.filename or "file", bytes(await part.read(decode=True))
    raise bad_payload("data: file expected")
