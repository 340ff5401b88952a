"""Post an answer to VK: upload files, send the comment or message, and look it up if the call was not confirmed.

Under posts of our own wall the community's token answers. Under photos, videos and products, in discussions and on
other walls VK accepts comments only with a user token; without one a person publishes the answer. Only the last call
can be ambiguous.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from networks.port import Answer, Choice, LookUpImpossible, NotPosted, Outcome, Posted, PostFailure, TryLater
from networks.vk.addresses import MessageAddress, PageAddress, PublicAddress, WallAddress, parse_ref
from networks.vk.comments import Comments, NoTokenError, ReadError, Seen, TooManyError, newest
from networks.vk.failures import failed, unseen
from networks.vk.outward import escape, refused, same_text
from networks.vk.reading import PRESSED
from networks.vk.uploading import Uploader, number_in
from networks.vk.wire import Answered, Lane, Refused, Reply, Unanswered

CLOCKS_DIFFER = timedelta(minutes=2)
NO_KEYBOARD = frozenset((911, 912))
"""VK refuses the keyboard: its form, or the community has not switched on «Возможности ботов»."""
NOT_A_HEAD = frozenset((100, 104))
"""The errors VK may return for a comment that is not the first of a thread."""


def random_id(attempt_id: str) -> int:
    """The number by which VK detects a message sent twice: the same for the same attempt, never 0."""
    return int.from_bytes(hashlib.sha256(attempt_id.encode()).digest()[:4], "big") % 0x7FFF_FFFF + 1


@dataclass(frozen=True)
class Poster:
    """Posts answers in the name of one community. `lane` has its token, `user` an administrator's, if any. `threads`:
    by ref of a known comment, the first comment of its thread."""

    lane: Lane
    user: Lane | None
    comments: Comments
    group_id: int
    threads: Mapping[str, int]

    async def post(self, answer: Answer) -> Outcome:
        """Post the answer under the message it answers, or return why it was not posted."""
        address = parse_ref(answer.in_reply_to)
        if address is None:
            return NotPosted(PostFailure.REJECTED, "the message's address is not one of VK")
        problems = refused(answer.text, "message" if isinstance(address, MessageAddress) else "comment", answer.files)
        if problems:
            return NotPosted(PostFailure.DOES_NOT_FIT, f"{len(problems)} of VK's limits are exceeded")
        lane = self.lane if isinstance(address, MessageAddress) else self._lane(address)
        if lane is None:
            return NotPosted(PostFailure.NO_RIGHT, "VK lets no community comment there: by hand")
        uploader, attachments = Uploader(self.lane, self.user, self.group_id), []
        for file in answer.files:
            saved = await uploader.attach(file, address)
            if not isinstance(saved, str):
                return saved
            attachments.append(saved)
        joined = ",".join(attachments) or None
        if isinstance(address, MessageAddress):
            return await self._send(answer, address, joined)
        return await self._comment(lane, answer, address, joined)

    def _lane(self, address: PublicAddress) -> Lane | None:
        """The lane whose token may comment on this page in the community's name; None if none may."""
        own = address.owner == -self.group_id
        if isinstance(address, WallAddress):
            return self.lane if own else self.user
        return self.user if own else None

    async def _comment(self, lane: Lane, answer: Answer, address: PublicAddress, attachments: str | None) -> Outcome:
        method, where = self._place(address)
        reply = await lane.call(
            method, **where, message=escape(answer.text), attachments=attachments, guid=answer.attempt_id
        )
        if not isinstance(reply, Answered):
            return failed(reply, writes=True)
        made = reply.value if isinstance(reply.value, int) else number_in(reply.value, "comment_id")
        if made is None:
            return failed(Unanswered("no comment_id in the answer", sent=True), writes=True)
        return _posted(address, made)

    def _place(self, address: PublicAddress) -> tuple[str, dict[str, Any]]:
        """VK's method that comments on this page, and its parameters."""
        where: dict[str, Any] = {"owner_id": address.owner, "reply_to_comment": address.reply, "from_group": 1}
        if isinstance(address, WallAddress):
            where["post_id"], where["from_group"] = address.post, self.group_id
            return "wall.createComment", where
        if address.section == "topic":
            return "board.createComment", {"group_id": self.group_id, "topic_id": address.number, "from_group": 1}
        match address.section:
            case "photo":
                return "photos.createComment", where | {"photo_id": address.number}
            case "video":
                return "video.createComment", where | {"video_id": address.number}
            case "product":
                return "market.createComment", where | {"item_id": address.number}

    async def _send(self, answer: Answer, address: MessageAddress, attachment: str | None) -> Outcome:
        async def attempt(reply_to: int | None, keyboard: str | None) -> Reply:
            return await self.lane.call(
                "messages.send",
                peer_id=address.peer,
                message=escape(answer.text),
                attachment=attachment,
                random_id=random_id(answer.attempt_id),
                reply_to=reply_to,
                keyboard=keyboard,
                disable_mentions=1,
            )

        keyboard = _keyboard(answer.choices)
        reply = await attempt(address.message, keyboard)
        if isinstance(reply, Refused) and reply.code in NO_KEYBOARD:
            keyboard = None
            reply = await attempt(address.message, keyboard)
        if isinstance(reply, Refused) and reply.code == 100:
            reply = await attempt(None, keyboard)  # the person deleted the message; send the answer anyway
        if not isinstance(reply, Answered):
            return failed(reply, writes=True)
        if not isinstance(reply.value, int):
            return failed(Unanswered("no message id in the answer", sent=True), writes=True)
        made = MessageAddress(address.peer, reply.value)
        return Posted(made.ref, made.link(self.group_id))

    # --- after an ambiguous outcome

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """Find the posted answer in the network; None if it certainly was not posted."""
        address = parse_ref(answer.in_reply_to)
        if isinstance(address, MessageAddress):
            return await self._look_for_message(answer, address)
        if address is None:
            return None
        try:
            async for seen in self._where_it_would_be(address):
                if self._is_ours(seen.item, answer, address):
                    return _posted(address, int(seen.item["id"]))
        except NoTokenError:
            return LookUpImpossible("a community token may not read comments: a service or user token is needed")
        except TooManyError:
            return LookUpImpossible("not among the newest comments")
        except ReadError as error:
            return unseen(error.reply)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            broken = type(error).__name__
            return LookUpImpossible(f"an answer of unknown shape: {broken}")
        return None

    async def _where_it_would_be(self, address: PublicAddress) -> AsyncIterator[Seen]:
        """Iterate over the thread where the answer would be, or over all comments of the page if the thread is
        unknown."""
        if isinstance(address, WallAddress) and address.reply is not None:
            known = address.thread or self.threads.get(address.ref)
            try:
                async for seen in self.comments.thread(address, known or address.reply):
                    yield seen
            except ReadError as error:
                if known or not (isinstance(error.reply, Refused) and error.reply.code in NOT_A_HEAD):
                    raise
            if known:
                return
        async for seen in self.comments.all(address):
            yield seen

    def _is_ours(self, item: dict[str, Any], answer: Answer, address: PublicAddress) -> bool:
        if item.get("from_id") != -self.group_id or item.get("deleted"):
            return False
        if address.reply is not None and item.get("reply_to_comment") not in (None, address.reply):
            return False
        return int(item.get("date", 0)) >= _start(answer) and same_text(escape(answer.text), str(item.get("text", "")))

    async def _look_for_message(
        self, answer: Answer, address: MessageAddress
    ) -> Posted | LookUpImpossible | TryLater | None:
        wanted = random_id(answer.attempt_id)
        try:
            async for item in newest(self.lane, "messages.getHistory", _start(answer), peer_id=address.peer):
                if item.get("from_id") == -self.group_id and item.get("random_id") == wanted:
                    made = MessageAddress(address.peer, int(item["id"]))
                    return Posted(made.ref, made.link(self.group_id))
        except TooManyError:
            return LookUpImpossible("not among the newest messages")
        except ReadError as error:
            return unseen(error.reply)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return LookUpImpossible(f"an answer of unknown shape: {type(error).__name__}")
        return None


def _keyboard(choices: Sequence[Choice]) -> str | None:
    """Buttons that write their words into the talk: they work in every client, and without one more type of event."""
    if not choices:
        return None
    buttons = [
        {"action": {"type": "text", "label": choice.words, "payload": json.dumps({PRESSED: choice.data})}}
        for choice in choices
    ]
    return json.dumps({"inline": True, "buttons": [buttons]}, ensure_ascii=False)


def _posted(address: PublicAddress, reply: int) -> Posted:
    if isinstance(address, WallAddress):
        made: PublicAddress = WallAddress(address.owner, address.post, reply)
    else:
        made = PageAddress(address.section, address.owner, address.number, reply)
    return Posted(made.ref, made.link)


def _start(answer: Answer) -> float:
    """The earliest moment (VK's seconds) at which VK may have posted the answer."""
    return (answer.since - CLOCKS_DIFFER).timestamp() if answer.since is not None else 0.0
