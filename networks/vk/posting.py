"""An answer's way into VK: files first, then the comment or the message, and the look for it when no answer
came.

With a community's token a wall takes documents only (photos: error 27), so pictures go as documents under
comments and as photos in private messages. Only the last call can be ambiguous: a file that was uploaded
twice is seen by nobody.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from networks.port import Answer, LookUpImpossible, NotPosted, Outcome, OutFile, Posted, PostFailure, TryLater
from networks.vk.addresses import MessageAddress, WallAddress, parse_ref
from networks.vk.failures import failed
from networks.vk.outward import escape, limits, same_text
from networks.vk.wire import Answered, Lane, Refused, Reply, Unanswered

PAGE = 100
PAGES = 5
CLOCKS_DIFFER = timedelta(minutes=2)
PHOTO_TYPES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))


def random_id(attempt_id: str) -> int:
    """The number VK knows repeats of a message by: the same for the same attempt, never 0."""
    return int.from_bytes(hashlib.sha256(attempt_id.encode()).digest()[:4], "big") % 0x7FFF_FFFF + 1


@dataclass(frozen=True)
class Poster:
    """Posts as one community: `lane` has its token, `reader` a service or user token if there is one."""

    lane: Lane
    reader: Lane | None
    group_id: int

    async def post(self, answer: Answer) -> Outcome:
        """The answer stands under what it answers, or the outcome says why not."""
        address = parse_ref(answer.in_reply_to)
        if address is None:
            return NotPosted(PostFailure.REJECTED, "the message's address is not one of VK")
        private = isinstance(address, MessageAddress)
        problems = limits(answer.text, "message" if private else "comment", answer.files)
        if problems:
            return NotPosted(PostFailure.DOES_NOT_FIT, f"{len(problems)} of VK's limits are exceeded")
        attachments = []
        for file in answer.files:
            saved = await self._attach(file, address)
            if not isinstance(saved, str):
                return saved
            attachments.append(saved)
        joined = ",".join(attachments) or None
        if isinstance(address, MessageAddress):
            return await self._send(answer, address, joined)
        return await self._comment(answer, address, joined)

    async def _comment(self, answer: Answer, address: WallAddress, attachments: str | None) -> Outcome:
        reply = await self.lane.call(
            "wall.createComment",
            owner_id=address.owner,
            post_id=address.post,
            from_group=self.group_id,
            message=escape(answer.text),
            reply_to_comment=address.reply,
            attachments=attachments,
            guid=answer.attempt_id,
        )
        if not isinstance(reply, Answered):
            return failed(reply, writes=True)
        made = _field(reply.value, "comment_id")
        if made is None:
            return failed(Unanswered("no comment_id in the answer", sent=True), writes=True)
        stack = reply.value.get("parents_stack") or []
        return _posted(WallAddress(address.owner, address.post, made, stack[0] if stack else None))

    async def _send(self, answer: Answer, address: MessageAddress, attachment: str | None) -> Outcome:
        async def attempt(reply_to: int | None) -> Reply:
            return await self.lane.call(
                "messages.send",
                peer_id=address.peer,
                message=escape(answer.text),
                attachment=attachment,
                random_id=random_id(answer.attempt_id),
                reply_to=reply_to,
                disable_mentions=1,
            )

        reply = await attempt(address.message)
        if isinstance(reply, Refused) and reply.code == 100:
            reply = await attempt(None)  # the person deleted what he wrote; he still gets his answer
        if not isinstance(reply, Answered):
            return failed(reply, writes=True)
        if not isinstance(reply.value, int):
            return failed(Unanswered("no message id in the answer", sent=True), writes=True)
        made = MessageAddress(address.peer, reply.value)
        return Posted(made.ref, made.link(self.group_id))

    async def _attach(self, file: OutFile, address: WallAddress | MessageAddress) -> str | Outcome:
        try:
            data = await asyncio.to_thread(_bytes, file.content)
        except OSError as error:
            return NotPosted(PostFailure.FILE_REFUSED, f"the file cannot be read: {type(error).__name__}")
        if isinstance(address, MessageAddress) and file.mime in PHOTO_TYPES:
            return await self._photo(file, data, address.peer)
        return await self._document(file, data, address)

    async def _document(self, file: OutFile, data: bytes, address: WallAddress | MessageAddress) -> str | Outcome:
        if isinstance(address, MessageAddress):
            server = await self.lane.call("docs.getMessagesUploadServer", type="doc", peer_id=address.peer)
        else:
            server = await self.lane.call("docs.getWallUploadServer", group_id=self.group_id)
        uploaded = await self._upload(server, "file", file, data)
        if not isinstance(uploaded, Answered):
            return failed(uploaded, writes=False)
        receipt = uploaded.value.get("file")
        if not receipt:
            return NotPosted(PostFailure.FILE_REFUSED, f"upload: {str(uploaded.value.get('error'))[:80]}")
        saved = await self.lane.call("docs.save", file=receipt, title=file.name)
        if not isinstance(saved, Answered):
            return failed(saved, writes=False)
        return _attachment("doc", saved.value.get("doc") if isinstance(saved.value, dict) else None)

    async def _photo(self, file: OutFile, data: bytes, peer: int) -> str | Outcome:
        server = await self.lane.call("photos.getMessagesUploadServer", peer_id=peer)
        uploaded = await self._upload(server, "photo", file, data)
        if not isinstance(uploaded, Answered):
            return failed(uploaded, writes=False)
        got = uploaded.value
        if got.get("photo") in (None, "", "[]"):
            return NotPosted(PostFailure.FILE_REFUSED, "upload: the picture was not taken")
        saved = await self.lane.call(
            "photos.saveMessagesPhoto", photo=got["photo"], server=got.get("server"), hash=got.get("hash")
        )
        if not isinstance(saved, Answered):
            return failed(saved, writes=False)
        return _attachment("photo", saved.value[0] if isinstance(saved.value, list) and saved.value else None)

    async def _upload(self, server: Reply, field: str, file: OutFile, data: bytes) -> Reply:
        if not isinstance(server, Answered):
            return server
        url = server.value.get("upload_url") if isinstance(server.value, dict) else None
        if not isinstance(url, str):
            return Unanswered("no upload_url in the answer", sent=False)
        reply = await self.lane.upload(url, field, file.name, file.mime, data)
        if isinstance(reply, Answered) and not isinstance(reply.value, dict):
            return Unanswered("upload: not an object", sent=True)
        return reply

    # --- after an ambiguous outcome

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | None:
        """Where the answer stands, None when it surely does not."""
        address = parse_ref(answer.in_reply_to)
        if isinstance(address, MessageAddress):
            return await self._look_for_message(answer, address)
        if address is None:
            return None
        if self.reader is None:
            return LookUpImpossible("a community token may not read comments: a service or user token is needed")
        return await self._look_for_comment(self.reader, answer, address)

    async def _look_for_comment(
        self, reader: Lane, answer: Answer, address: WallAddress
    ) -> Posted | LookUpImpossible | None:
        head = address.thread or address.reply
        seen = 0
        for page in range(PAGES):
            reply = await reader.call(
                "wall.getComments",
                owner_id=address.owner,
                post_id=address.post,
                comment_id=head,
                sort="desc",
                count=PAGE,
                offset=page * PAGE,
                preview_length=0,
            )
            items = _items(reply)
            if items is None:
                return LookUpImpossible(_detail(reply))
            for item in items:
                if self._is_ours(item, answer, address):
                    return _posted(WallAddress(address.owner, address.post, int(item["id"]), head))
            seen += len(items)
            if len(items) < PAGE:
                return None
        return LookUpImpossible(f"not among the {seen} newest comments")

    def _is_ours(self, item: dict[str, Any], answer: Answer, address: WallAddress) -> bool:
        if item.get("from_id") != -self.group_id or item.get("deleted"):
            return False
        if address.reply is not None and item.get("reply_to_comment") not in (None, address.reply):
            return False
        return _not_before(item, answer) and same_text(escape(answer.text), str(item.get("text", "")))

    async def _look_for_message(self, answer: Answer, address: MessageAddress) -> Posted | LookUpImpossible | None:
        reply = await self.lane.call("messages.getHistory", peer_id=address.peer, count=PAGE)
        items = _items(reply)
        if items is None:
            return LookUpImpossible(_detail(reply))
        wanted = random_id(answer.attempt_id)
        for item in items:
            if item.get("from_id") == -self.group_id and item.get("random_id") == wanted:
                made = MessageAddress(address.peer, int(item["id"]))
                return Posted(made.ref, made.link(self.group_id))
        return None


def _posted(address: WallAddress) -> Posted:
    return Posted(address.ref, address.link)


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def _field(value: Any, name: str) -> int | None:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, int) else None


def _attachment(kind: str, saved: Any) -> str | Outcome:
    owner, number = _field(saved, "owner_id"), _field(saved, "id")
    if owner is None or number is None:
        return TryLater(60, f"VK saved the {kind} under no number")
    key = saved.get("access_key")
    return f"{kind}{owner}_{number}" + (f"_{key}" if key else "")


def _items(reply: Reply) -> list[dict[str, Any]] | None:
    found = reply.value.get("items") if isinstance(reply, Answered) and isinstance(reply.value, dict) else None
    return (
        [item for item in found if isinstance(item, dict) and isinstance(item.get("id"), int)]
        if isinstance(found, list)
        else None
    )


def _detail(reply: Reply) -> str:
    return "an answer of unknown shape" if isinstance(reply, Answered) else reply.detail


def _not_before(item: dict[str, Any], answer: Answer) -> bool:
    if answer.since is None:
        return True
    return int(item.get("date", 0)) >= (answer.since - CLOCKS_DIFFER).timestamp()
