"""Reception: takes what waits in the inbox, opens the right door, and carries the wishes out.

One batch is one transaction; where one of its updates fails, each is carried out in a transaction of its own, so that it
takes nothing with it. What is needed from the network (files, an administrator's standing) is fetched before the
transaction; toasts go out after it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.files import FileStore, safe_name
from bot.importing import is_export
from bot.letters import TOLD
from bot.look import Look, case_of
from bot.messenger import Fetched, Membership, Messenger, NotFetched
from bot.published import seen_in
from bot.taking import Taking
from bot.wishing import Granting, Heard
from handlers.callbacks import Callback, Verb
from handlers.door import COMMANDS, may_be_draft, open_door
from handlers.public import Citizens
from handlers.updates import Incoming, Kind, UnreadableError, read
from networks.incident import Unreadable
from networks.port import Found, LinkProblem, Network, Published, ShowsPublished
from networks.port import UnreadableError as UnreadableEvent
from storage.books import Books
from storage.failures import StorageError, is_failure
from storage.inbox import Arrival
from storage.page import Page
from workflow.case import FileRef
from workflow.office import Role
from workflow.regulation import Source

log = structlog.get_logger()

BATCH = 32
TRIES = 5
ALBUM_PAUSE = timedelta(seconds=3)
"""An album has no end marker: it is whole when nothing of it has come for this long."""

MESSENGER = "messenger"


class TryAgain(Exception):  # noqa: N818 - says what to do, not what broke
    """Something around the update (a file, the network) is not there now."""


@dataclass
class Prepared:
    """One update ready for its transaction. `rows`: the inbox rows it is made of (an album has several)."""

    rows: list[Arrival]
    incoming: Incoming | None = None
    found: Found | None = None
    published: Published | None = None
    kept: dict[str, FileRef] = field(default_factory=dict)
    fetched: dict[str, tuple[FileRef, str]] = field(default_factory=dict)
    too_big: bool = False
    is_admin_here: bool = False
    linked: Found | LinkProblem | None = None
    sheet: Taking | Unreadable | None = None

    @property
    def taken(self) -> int:
        """How many rows of its sheet are taken."""
        return self.sheet.done if isinstance(self.sheet, Taking) else 0

    @property
    def begun(self) -> Taking | None:
        """Its sheet, where some rows of it are taken and some are not."""
        sheet = self.sheet
        return sheet if isinstance(sheet, Taking) and sheet.done and not sheet.is_whole else None


@dataclass
class Reception:
    books: Books
    municipality: str
    granting: Granting
    messenger: Messenger
    networks: Mapping[str, Network]
    files: FileStore
    clock: Clock
    citizens: Citizens = field(default_factory=Citizens)
    _toasts: set[asyncio.Task[None]] = field(default_factory=set)
    _begun: dict[int, Taking] = field(default_factory=dict)
    """Sheets of which some rows were taken, by the row of the inbox that brought them."""

    async def drain(self) -> int:
        """Everything that waits now is carried out and every press has its toast; how many updates there were."""
        done = await self.work()
        while self._toasts:
            await asyncio.wait(self._toasts)
        return done

    async def work(self) -> int:
        """Everything that waits now is carried out, the toasts may still be on their way; how many updates there were."""
        done = 0
        while (handled := await self._batch()) > 0:
            done += handled
        return done

    @property
    def under_way(self) -> tuple[asyncio.Task[None], ...]:
        """The toasts on their way now; a press whose toast is broken off has been carried out all the same."""
        return tuple(self._toasts)

    async def _batch(self) -> int:
        now = self.clock.now()
        async with self.books.write(self.municipality) as page:
            rows = await page.inbox.waiting(now, BATCH)
            bound = {b.account for b in await page.people.all()} if rows else set()
            group = await page.people.working_group() if rows else None
        preparing = (self._prepare(row, rows, bound, group) for row in rows)
        ready = await asyncio.gather(*preparing, return_exceptions=True)
        prepared = [item for item in ready if isinstance(item, Prepared)]
        failures = [item for item in ready if isinstance(item, BaseException)]
        failures += await self._carry_out_all(prepared)
        self._begun |= {item.rows[0].id: sheet for item in prepared if (sheet := item.begun) is not None}
        if failures:
            raise failures[0]
        return len(rows)

    def _say(self, heard: Sequence[Heard]) -> None:
        """The toasts are on their way; nothing waits for them."""
        for word in heard:
            toast = asyncio.create_task(self._toast(word), name="toast")
            self._toasts.add(toast)
            toast.add_done_callback(self._toasts.discard)

    async def _toast(self, word: Heard) -> None:
        """A refusal nobody could see as a toast (the bot was away) is written to the person (FACTS §14)."""
        try:
            seen = await self.messenger.answer_press(word.press, word.text, word.alert)
            if not seen and word.refused and word.account is not None:
                async with self.books.write(self.municipality) as page:
                    await self.granting.write_refusal(page, word, self.clock.now())
        except Exception as error:
            log.error("toast failed", kind=type(error).__name__)

    # --- before the transaction --------------------------------------------------------------

    async def _prepare(
        self, row: Arrival, rows: Sequence[Arrival], bound: set[int], group: tuple[int, str] | None
    ) -> Prepared | None:
        """The update with what it needs from outside; None where it is to wait (its reason is kept). Raises what the
        storage failed with; the update is then as it was."""
        incoming: Incoming | None = None
        try:
            if row.source != MESSENGER:
                return self._of_network(row)
            incoming = read(json.loads(row.raw))
            if incoming.album and row.album is None:
                await self._put_into_album(row, incoming.album)
                return None
            if row.album is not None:
                return await self._album(row, rows, bound)
            return await self._with_files(Prepared([row], incoming), bound)
        except TryAgain as error:
            await self._failed([row], str(error), incoming)
        except (UnreadableError, UnreadableEvent, json.JSONDecodeError, KeyError) as error:
            await self._failed([row], f"cannot be read: {type(error).__name__}", None, park=True)
        except Exception as error:
            # Whatever breaks here breaks for one update; the others go on. A full disk uses up none of its tries.
            if is_failure(error):
                raise
            await self._failed([row], type(error).__name__, incoming)
        return None

    def _of_network(self, row: Arrival) -> Prepared:
        network = self.networks[row.source]
        published = network.published(row.raw) if isinstance(network, ShowsPublished) else None
        return Prepared([row], found=network.read(row.raw), published=published)

    async def _put_into_album(self, row: Arrival, album: str) -> None:
        async with self.books.write(self.municipality) as page:
            await page.inbox.put_into_album(row.id, album, self.clock.now() + ALBUM_PAUSE)

    async def _album(self, row: Arrival, rows: Sequence[Arrival], bound: set[int]) -> Prepared | None:
        """All items of a sealed album as one message; only its first row does the work."""
        async with self.books.write(self.municipality) as page:
            items = await page.inbox.of_album(row.album or "")
        if not items or items[0].id != row.id:
            return None
        parts = [read(json.loads(item.raw)) for item in items]
        first = next((part for part in parts if part.text), parts[0])
        whole = replace(
            first,
            items=tuple(part.message for part in parts if part.message != first.message),
            files=tuple(file for part in parts for file in part.files),
            reply_to=next((part.reply_to for part in parts if part.reply_to is not None), None),
        )
        return await self._with_files(Prepared(items, whole), bound)

    async def _with_files(self, prepared: Prepared, bound: set[int]) -> Prepared:
        """The files of somebody of the office are fetched and kept on receipt; strangers' are let be."""
        incoming = prepared.incoming
        if incoming is None or incoming.sender is None:
            return prepared
        if incoming.sender.account not in bound:
            return await self._with_pictures(prepared, incoming)
        if incoming.kind is Kind.PRESS:
            callback = Callback.parse(incoming.data)
            if callback is not None and callback.verb is Verb.GROUP_YES:
                standing = await self.messenger.membership(incoming.chat, incoming.sender.account)
                prepared.is_admin_here = standing is Membership.ADMIN
            return prepared
        wanted = bool(incoming.files) and await self._concerns_us(incoming)
        for file in incoming.files if wanted else ():
            if file.kind in ("photo", "video", "document"):
                await self._fetch(prepared, file.remote, file.kind, file.name)
        prepared.sheet = self._begun.pop(prepared.rows[0].id, None) or await self._sheet(prepared, incoming)
        is_about_link = incoming.origin is None or incoming.text.strip() in incoming.links
        if incoming.links and incoming.kind is Kind.MESSAGE and is_about_link:
            prepared.linked = await self._linked(incoming.links[0])
        return prepared

    async def _with_pictures(self, prepared: Prepared, incoming: Incoming) -> Prepared:
        """A citizen's pictures are kept with his words, while he is within his measure."""
        pictures = [file for file in incoming.files if file.kind == "photo"]
        if pictures and self.citizens.may_be_heard(incoming):
            async with self.books.write(self.municipality) as page:
                heard = await self.granting.citizens.is_within_measure(page, incoming, self.clock.now())
            for file in pictures if heard else ():
                await self._fetch(prepared, file.remote, file.kind, file.name)
        return prepared

    async def _sheet(self, prepared: Prepared, incoming: Incoming) -> Taking | Unreadable | None:
        """What is in another program's export, sent by itself in private."""
        kept = [file for file in prepared.kept.values() if file.kind == "document" and is_export(file.name)]
        importing = self.granting.importing
        if importing is None or len(kept) != 1 or not incoming.private or incoming.reply_to is not None:
            return None
        sheet = await importing.read(self.files.path(kept[0].key), self.clock.now())
        return sheet if isinstance(sheet, Unreadable) else Taking(sheet)

    async def _concerns_us(self, incoming: Incoming) -> bool:
        """Talk of the group that is none of the bot's business leaves no file behind."""
        if incoming.private or incoming.command in COMMANDS or f"@{self.granting.bot_name}" in incoming.mentions:
            return True
        if incoming.reply_to is None:
            return may_be_draft(incoming)
        async with self.books.write(self.municipality) as page:
            return await page.messages.at(incoming.chat, incoming.reply_to) is not None

    async def _linked(self, link: str) -> Found | LinkProblem | None:
        """What stands behind a link, where one of our networks can read it; else why the network it is of did not give it."""
        why: LinkProblem | None = None
        for network in self.networks.values():
            found = await network.fetch_link(link)
            if isinstance(found, Found):
                return found
            if network.key != Source.WEB and found.reason in TOLD:
                why = why or found
        return why

    async def _fetch(self, prepared: Prepared, remote: str, kind: str, name: str) -> None:
        async with self.books.write(self.municipality) as page:
            known = await page.kept_file(remote)
        if known is not None:
            prepared.kept[remote] = FileRef(known["key"], known["kind"], known["name"], known["size"])
            return
        match await self.messenger.fetch(remote):
            case Fetched(data):
                key = await self.files.keep(data)
                file = FileRef(key, kind, safe_name(name, kind), len(data))
                prepared.kept[remote] = file
                prepared.fetched[remote] = (file, remote)
            case NotFetched(too_big=True):
                prepared.too_big = True
            case NotFetched(detail=detail):
                raise TryAgain(f"file: {detail}")

    # --- the transaction ---------------------------------------------------------------------

    async def _carry_out_all(self, prepared: Sequence[Prepared]) -> list[StorageError]:
        """All in one transaction; where one fails, each in one of its own. Sends the toasts of the presses that were carried
        out. What the storage could not keep stays in the inbox as it was; returns those failures."""
        try:
            async with self.books.write(self.municipality) as page:
                heard = [word for item in prepared for word in await self._carry_out(page, item)]
            self._say(heard)
            return []
        except Exception as error:
            log.warning("batch failed, one by one now", updates=len(prepared), kind=type(error).__name__)
        failures = []
        for item in prepared:
            try:
                self._say(await self._by_itself(item))
            except StorageError as error:
                failures.append(error)
        return failures

    async def _by_itself(self, prepared: Prepared) -> list[Heard]:
        """One update is carried out and out of the inbox, or put by with the reason."""
        try:
            async with self.books.write(self.municipality) as page:
                return await self._carry_out(page, prepared)
        except StorageError:
            raise
        except Exception as error:
            log.error("update failed", row=prepared.rows[0].id, kind=type(error).__name__)
            await self._failed(prepared.rows, type(error).__name__, prepared.incoming)
            return []

    async def _carry_out(self, page: Page, prepared: Prepared) -> list[Heard]:
        """What is left of a sheet stays in the inbox, and comes again at once."""
        first, rows, taken = prepared.rows[0], [row.id for row in prepared.rows], prepared.taken
        now = self.clock.now()
        for file, remote in prepared.fetched.values():
            await page.keep_file(remote, file.key, file.kind, file.name, file.size, now)
        if prepared.found is not None:
            await self.granting.finding.detect(page, prepared.found, first.received_at, now)
        if prepared.published is not None:
            await self.granting.publications.saw(page, seen_in(prepared.published), now)
        heard: list[Heard] = []
        if prepared.incoming is not None:
            case_id = await case_of(page, prepared.incoming)
            if case_id is not None and case_id in await page.inbox.blocked_cases(first.id):
                await page.inbox.wait_behind(rows, case_id, now)
                return []
            look = await self._look(page, prepared, now)
            wishes = await open_door(prepared.incoming, look)
            heard = await self.granting.grant(page, wishes, prepared.incoming, look)
        if prepared.taken == taken or prepared.begun is None:
            await page.inbox.done(rows)
        return heard

    async def _look(self, page: Page, prepared: Prepared, now: datetime) -> Look:
        assert prepared.incoming is not None
        return await Look.at(
            page,
            prepared.incoming,
            self.granting.office_today(self.municipality),
            now,
            bot_name=self.granting.bot_name,
            kept=prepared.kept,
            too_big=prepared.too_big,
            is_admin_here=prepared.is_admin_here,
            linked=prepared.linked,
            citizens=self.citizens,
            sheet=prepared.sheet,
        )

    async def _failed(
        self, rows: Sequence[Arrival], error: str, incoming: Incoming | None, *, park: bool = False
    ) -> None:
        async with self.books.write(self.municipality) as page:
            case_id = await case_of(page, incoming) if incoming is not None else None
            await self._put_by(page, rows, error, case_id, park=park)

    async def _put_by(
        self, page: Page, rows: Sequence[Arrival], error: str, case_id: int | None, *, park: bool
    ) -> None:
        """Tried again soon; after several tries, or where trying cannot help, parked and reported to the curators."""
        for row in rows:
            if park or row.attempts + 1 >= TRIES:
                await page.inbox.park(row.id, error, case_id)
                await self.granting.report_parked(page, Role.CURATOR, self.clock.now())
                log.error("update parked", row=row.id, source=row.source, reason=error)
            else:
                pause = timedelta(seconds=2 ** (row.attempts + 1))
                await page.inbox.again_later(row.id, error, self.clock.now() + pause, case_id)
