"""Store a found message in the list of those left alone (no case was opened), and restore it: nothing of it is lost if
a curator takes it up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC

from bot.answering.letters import appeal_of
from config.russian.detection import Sorting
from networks.port import Attachment, Found
from storage.cases import author_key
from storage.seen import Seen
from workflow.case import FileRef


def left_alone(found: Found, files: tuple[FileRef, ...], sorting: Sorting) -> Seen:
    """Return the message as the list stores it, with the reason why it was left alone."""
    return Seen(
        network=found.network,
        ref=found.ref,
        author=author_key(appeal_of(found)),
        text=found.text,
        place=found.place,
        link=found.link,
        at=found.written_at,
        verdict=sorting.taken,
        why=sorting.why or "",
        words=sorting.words,
        body={
            "kind": found.kind,
            "author_name": found.author_name,
            "author_ref": found.author_ref,
            "reply_to": found.reply_to,
            "cut": found.cut,
            "attachments": [asdict(item) for item in found.attachments],
            "files": [asdict(file) for file in files],
        },
    )


def found_in(seen: Seen) -> tuple[Found, tuple[FileRef, ...]]:
    """Return the message as its network delivered it, and its stored files."""
    found = Found(
        network=seen.network,
        ref=seen.ref,
        kind=seen.body["kind"],
        text=seen.text,
        author_name=seen.body["author_name"],
        author_ref=seen.body["author_ref"],
        written_at=seen.at.astimezone(UTC),
        link=seen.link,
        place=seen.place,
        attachments=tuple(Attachment(**item) for item in seen.body["attachments"]),
        reply_to=seen.body.get("reply_to"),
        cut=bool(seen.body.get("cut")),
    )
    return found, tuple(FileRef(**item) for item in seen.body["files"])
