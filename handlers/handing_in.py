"""Open cases from a curator's messages of any form: a text, a forward, a screenshot or a link."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.incoming import Incoming
from handlers.view import View
from handlers.waiting import beside_of, files_in, kept_files, nothing_came, without
from handlers.wishes import Ask, HandIn, Say, Wish
from workflow.case import Appeal, FileRef
from workflow.official.link_forms import source_of_host
from workflow.ports import Question
from workflow.regulation import Source

IMPORT = "import_sheet"
"""The kind of the question whether to import an export, asked after its first rows were shown."""
SHORT = 25
"""The length in characters below which a plain text may be meant for the bot: it asks before it opens a case."""


def handed_in(incoming: Incoming, view: View, text: str | None = None) -> list[Wish]:
    """Open a case from the curator's message, or ask whether a case is meant if it is only a short text.

    `text` replaces the message's own text (a command's argument). An empty message is refused with an explanation."""
    words = (incoming.text if text is None else text).strip()
    if incoming.origin is not None and incoming.origin.username == view.bot_name:
        return [Say("own_message")]
    files = kept_files(incoming, view)
    if not words and not files:
        return [*nothing_came(view)] or [Say("not_in_text")]
    appeal = _appeal(incoming, words, files, view)
    plain = incoming.origin is None and not (files or view.missing) and not incoming.links and text is None
    if plain and len(words) < SHORT:
        return [Ask("new_case", None, {"text": words, "date": incoming.date})]
    return [HandIn(appeal), *without(view)]


def from_question(question: Question, view: View) -> list[Wish]:
    """Open the case after the curator confirmed that the text is a citizen's message."""
    at = datetime.fromtimestamp(int(question.body["date"]), UTC)
    files = files_in(question)
    by = view.actor.people[0] if view.actor.people else None
    appeal = Appeal(Source.BY_HAND, str(question.body["text"]), "", at, files=files, handed_in_by=by, kind="manual")
    return [HandIn(appeal, answers=question.id)]


def _appeal(incoming: Incoming, words: str, files: tuple[FileRef, ...], view: View) -> Appeal:
    origin = incoming.origin
    link = _link(incoming, view)
    written = origin.written_at if origin and origin.written_at else incoming.date
    return Appeal(
        source=Source.TELEGRAM_GOVERNOR if view.citizens.is_governors(link) else source_of(link, incoming, view),
        text=words,
        author=origin.name if origin and not origin.link else "",
        written_at=datetime.fromtimestamp(written, UTC),
        place=origin.name if origin and origin.link else "",
        link=link,
        kind="manual",
        files=files,
        handed_in_by=view.actor.people[0] if view.actor.people else None,
        missing=view.missing,
        beside=beside_of(incoming, view),
    )


def _link(incoming: Incoming, view: View) -> str:
    """The link to the citizen's message; "" if unknown.

    A forward has its own link. A link inside a forward's text counts only if it leads to a network we know, because a
    stranger wrote it."""
    link = next(iter(incoming.links), "")
    if link and "://" not in link:
        link = f"https://{link}"
    if incoming.origin is None:
        return link
    return incoming.origin.link or (link if source_of(link, incoming, view) is not Source.WEB else "")


def source_of(link: str, incoming: Incoming, view: View) -> Source:
    """The source of a case: by the link's host; without a link the messenger for a forward, else `BY_HAND`."""
    host = link.split("://", 1)[-1].split("/", 1)[0].lower().removeprefix("www.").removeprefix("m.")
    if not host and incoming.origin is not None:
        return view.citizens.source
    return source_of_host(host) or Source.WEB if host else Source.BY_HAND
