"""Fetch what an update needs from outside before its transaction: files, the linked post, the sender's standing.

An unavailable file never blocks for long: one that the messenger refuses is left out at once, one unavailable for now
after a few tries. The sender is notified, and the case names the missing file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.answering.accounts import actor_of
from bot.answering.letters import TOLD
from bot.answering.sheet import Taking
from bot.clock import Clock
from bot.files import FileStore, safe_name
from bot.found.importing import Importing, is_export
from bot.found.long_texts import LongTexts, is_long
from bot.found.measure import within_measure
from bot.messenger import Fetched, Membership, Messenger, NotFetched
from bot.reception import pictures
from bot.reception.granting import Granting
from handlers.asked import NEW
from handlers.callbacks import Callback, Verb
from handlers.door import COMMANDS, may_be_draft
from handlers.handing_in import IMPORT
from handlers.incoming import Attached, Incoming, Kind
from handlers.public import Citizens
from networks.apart import WorkOut
from networks.incident import Unreadable
from networks.port import Found, LinkProblem, LinkTrouble, Network, Published, ShowsPublished
from storage.books import Books
from storage.failures import is_of_storage
from storage.inbox import Arrival
from workflow.case import FileRef, MissingFile, Why
from workflow.office import Role

log = structlog.get_logger()

FILE_TRIES = 6
"""How many times a file that is unavailable for now is asked for; this takes about a minute."""
STANDING_TRIES = 3
LONGEST_WAIT = timedelta(minutes=10)
"""How long an update waits for disk space for its files."""
STRANGERS = 4
"""From how many citizens' messages pictures are fetched at the same time; the office's own files never wait for them.
"""
FETCHED_KINDS = frozenset({"photo", "video", "document"})


class TryAgain(Exception):  # noqa: N818 - says what to do, not what broke
    """Something the update needs (a file, the network) is unavailable for now, so it is tried again later. The raising
    code limits the tries."""


@dataclass
class Prepared:
    """One update ready for its transaction. `rows`: its inbox rows (an album has several)."""

    rows: list[Arrival]
    incoming: Incoming | None = None
    found: Found | None = None
    published: Published | None = None
    kept: dict[str, FileRef] = field(default_factory=dict)
    fetched: dict[str, tuple[FileRef, str]] = field(default_factory=dict)
    missing: list[MissingFile] = field(default_factory=list)
    is_admin_here: bool = False
    linked: Found | LinkProblem | None = None
    sheet: Taking | Unreadable | None = None

    @property
    def is_long(self) -> bool:
        """Whether the text is so long that judging it would block the event loop."""
        return self.found is not None and is_long(self.found.words)

    @property
    def attempts(self) -> int:
        """How many times the update has been tried before."""
        return max(row.attempts for row in self.rows)

    @property
    def taken(self) -> int:
        """How many rows of the export that it brought are imported already."""
        return self.sheet.done if isinstance(self.sheet, Taking) else 0

    @property
    def begun(self) -> Taking | None:
        """The export that it brought, if it is partly imported; else None."""
        sheet = self.sheet
        return sheet if isinstance(sheet, Taking) and sheet.is_begun and not sheet.is_whole else None


@dataclass
class Preparing:
    books: Books
    municipality: str
    granting: Granting
    messenger: Messenger
    networks: Mapping[str, Network]
    files: FileStore
    clock: Clock
    citizens: Citizens
    texts: LongTexts = field(default_factory=LongTexts)
    bare: WorkOut = pictures.here
    begun: dict[int, Taking] = field(default_factory=dict)
    """Partly imported exports, by the inbox row that brought them."""
    _strangers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STRANGERS))

    def of_network(self, row: Arrival) -> Prepared:
        """Read a network's event and return it as an update ready for its transaction. Raises the network's
        UnreadableError."""
        network = self.networks[row.source]
        published = network.published(row.raw) if isinstance(network, ShowsPublished) else None
        found = network.read(row.raw)
        return Prepared([row], found=within_measure(found) if found is not None else None, published=published)

    async def thought_over(self, prepared: Prepared) -> Prepared:
        """Read the update's long text in the child process, so that the result is remembered, and return `prepared`."""
        if prepared.found is not None:
            await self.texts.read(prepared.found.words, prepared.found.text)
        return prepared

    async def goes_outside(self, rows: Sequence[Arrival], incoming: Incoming, bound: set[int]) -> bool:
        """Whether `of_message` may need the network, or long work, for this update."""
        if incoming.sender is None or rows[0].id in self.begun:
            return False
        if is_long(incoming.text):
            return True
        if incoming.sender.account not in bound:
            return any(file.kind == "photo" for file in incoming.files) and self.citizens.may_be_heard(incoming)
        if incoming.kind is Kind.PRESS:
            return await self._press_goes_outside(Callback.parse(incoming.data))
        return any(file.kind in FETCHED_KINDS for file in incoming.files) or _is_about_link(incoming)

    async def _press_goes_outside(self, callback: Callback | None) -> bool:
        if callback is None or callback.verb is not Verb.YES:
            return callback is not None and callback.verb is Verb.GROUP_YES
        async with self.books.write(self.municipality) as tx:
            asked = await tx.questions.get(callback.subject)
        return callback.argument == NEW or (asked is not None and asked.kind == IMPORT)

    async def of_message(self, rows: list[Arrival], incoming: Incoming, bound: set[int]) -> Prepared:
        """Fetch and store the files of the office's people (of strangers, only a citizen's pictures), read the first
        link, and return the update ready. `bound`: the office's accounts. Raises TryAgain."""
        prepared = Prepared(rows, incoming)
        if incoming.sender is None:
            return prepared
        await self.texts.read(incoming.text)
        if incoming.sender.account not in bound:
            return await self._with_pictures(prepared, incoming)
        if incoming.kind is Kind.PRESS:
            await self._of_press(prepared, incoming, incoming.sender.account)
            return prepared
        wanted = bool(incoming.files) and await self._concerns_us(incoming)
        for file in incoming.files if wanted else ():
            if file.kind in FETCHED_KINDS:
                await self._fetch(prepared, file)
        prepared.sheet = await self._sheet(prepared, incoming)
        if _is_about_link(incoming):
            prepared.linked = await self._linked(incoming.links[0])
        return prepared

    async def _of_press(self, prepared: Prepared, incoming: Incoming, account: int) -> None:
        """Ask for what the pressed button needs: the sender's standing in the group, the link in a message stored with
        a question, or the export that the person agreed to import. Raises TryAgain."""
        callback = Callback.parse(incoming.data)
        if callback is not None and callback.verb is Verb.GROUP_YES:
            standing = await self.messenger.membership(incoming.chat, account)
            if standing is None and prepared.attempts + 1 < STANDING_TRIES:
                raise TryAgain("standing: not known now")
            prepared.is_admin_here = standing is Membership.ADMIN
        elif callback is not None and callback.verb is Verb.YES and callback.argument == NEW:
            prepared.linked = await self._linked_in(callback.subject)
        elif callback is not None and callback.verb is Verb.YES and self.granting.importing is not None:
            begun = self.begun.pop(prepared.rows[0].id, None)
            prepared.sheet = begun or await self._agreed(callback.subject, account)

    async def _with_pictures(self, prepared: Prepared, incoming: Incoming) -> Prepared:
        """Store a citizen's pictures with the message, while the citizen is within the limit; return `prepared`."""
        pictures = [file for file in incoming.files if file.kind == "photo"]
        if pictures and self.citizens.may_be_heard(incoming):
            async with self.books.write(self.municipality) as tx:
                heard = await self.granting.citizens.is_within_measure(tx, incoming, self.clock.now())
            async with self._strangers:
                for file in pictures if heard else ():
                    await self._fetch(prepared, file)
        return prepared

    async def _concerns_us(self, incoming: Incoming) -> bool:
        """Whether the message concerns the bot; files from other talk in the group are not stored."""
        if incoming.private or incoming.command in COMMANDS or incoming.mention_of(self.granting.bot_name):
            return True
        if incoming.reply_to is None:
            return may_be_draft(incoming)
        if incoming.reply_author == self.granting.bot_name:
            return True
        async with self.books.write(self.municipality) as tx:
            return await tx.messages.at(incoming.chat, incoming.reply_to) is not None

    # --- files ---------------------------------------------------------------------------------------------------------

    async def _fetch(self, prepared: Prepared, file: Attached) -> None:
        """Store the file, or note it as missing. Raises TryAgain."""
        async with self.books.write(self.municipality) as tx:
            known = await tx.kept_file(file.remote)
        if known is not None:
            prepared.kept[file.remote] = FileRef(known["key"], known["kind"], known["name"], known["size"])
            return
        match await self._asked_for(file):
            case Fetched(data):
                await self._keep(prepared, file, data)
            case NotFetched(too_big=True):
                prepared.missing.append(_missing(file, Why.TOO_BIG))
            case NotFetched(for_good=True):
                prepared.missing.append(_missing(file, Why.REFUSED))
            case NotFetched(detail=detail) if prepared.attempts + 1 < FILE_TRIES:
                raise TryAgain(f"file: {detail}")
            case NotFetched():
                prepared.missing.append(_missing(file, Why.NOT_NOW))

    async def _asked_for(self, file: Attached) -> Fetched | NotFetched:
        try:
            return await self.messenger.fetch(file.remote)
        except Exception as error:  # the port promises a value; a file is not worth an update
            log.error("file could not be asked for", kind=type(error).__name__)
            return NotFetched(type(error).__name__)

    async def _keep(self, prepared: Prepared, file: Attached, data: bytes) -> None:
        """Store the file; from a picture the data about it are removed. If the disk refuses it, the update waits up to
        ten minutes, then goes on without the file."""
        if pictures.is_picture(data):
            data = pictures.of_answer(await self.bare(data, {}), data)
        try:
            key = await self.files.keep(data)
        except OSError as error:
            if self.clock.now() - prepared.rows[0].received_at < LONGEST_WAIT:
                raise
            log.error("file could not be kept", kind=type(error).__name__, errno=error.errno)
            prepared.missing.append(_missing(file, Why.NOT_NOW))
            return
        kept = FileRef(key, file.kind, safe_name(file.name, file.kind), len(data))
        prepared.kept[file.remote] = kept
        prepared.fetched[file.remote] = (kept, file.remote)

    async def _sheet(self, prepared: Prepared, incoming: Incoming) -> Taking | Unreadable | None:
        """Read another program's export, if the message is exactly that: one file of a curator in private, not a reply;
        else None."""
        kept = [file for file in prepared.kept.values() if file.kind == "document" and is_export(file.name)]
        importing = self.granting.importing
        if importing is None or len(kept) != 1 or not incoming.private or incoming.reply_to is not None:
            return None
        async with self.books.write(self.municipality) as tx:
            actor = actor_of(incoming, tuple(await tx.people.all()))
        now = self.clock.now()
        if not self.granting.office_today(self.municipality).has_role(actor, Role.CURATOR, now):
            return None
        return await self._read_sheet(importing, kept[0].key)

    async def _agreed(self, question: int, account: int) -> Taking | Unreadable | None:
        """Read the export that this question asks about, if the question was put to this person; else None."""
        async with self.books.write(self.municipality) as tx:
            asked = await tx.questions.get(question)
        importing = self.granting.importing
        if asked is None or asked.kind != IMPORT or asked.account != account or importing is None:
            return None
        return await self._read_sheet(importing, str(asked.body["file"]))

    async def _read_sheet(self, importing: Importing, key: str) -> Taking | Unreadable | None:
        path = self.files.path(key)
        if not await asyncio.to_thread(path.is_file):
            return None
        sheet = await importing.read(path, self.clock.now())
        return sheet if isinstance(sheet, Unreadable) else Taking(sheet)

    # --- links ---------------------------------------------------------------------------------------------------------

    async def _linked_in(self, question: int) -> Found | LinkProblem | None:
        """Read what the link in a message stored with this question leads to; its sender now says that it is a
        citizen's message. None if it has no link."""
        async with self.books.write(self.municipality) as tx:
            kept = await tx.questions.get(question)
        links = kept.body.get("links", ()) if kept is not None else ()
        return await self._linked(str(links[0])) if links else None

    async def _linked(self, link: str) -> Found | LinkProblem | None:
        """Read the linked post through one of our networks; otherwise return why its network did not give it, None if
        no network knows the link."""
        why: LinkProblem | None = None
        for network in self.networks.values():
            found = await _read_link(network, link)
            if isinstance(found, Found):
                await self.texts.read(found.words, found.text)
                return found
            if found.reason in TOLD:
                why = why or found
        return why


def _is_about_link(incoming: Incoming) -> bool:
    """Whether the message's first link is to be read: always, but of a forwarded message only if it is nothing but a
    link."""
    is_about_link = incoming.origin is None or incoming.text.strip() in incoming.links
    return bool(incoming.links) and incoming.kind is Kind.MESSAGE and is_about_link


async def _read_link(network: Network, link: str) -> Found | LinkProblem:
    try:
        return await network.fetch_link(link)
    except Exception as error:
        if is_of_storage(error):
            raise
        log.error("link could not be read", network=network.key, kind=type(error).__name__)
        return LinkProblem(LinkTrouble.TRY_LATER, type(error).__name__)


def _missing(file: Attached, why: Why) -> MissingFile:
    name = safe_name(file.name, file.kind) if file.name and file.kind == "document" else ""
    return MissingFile(file.kind, name, why)
