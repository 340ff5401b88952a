"""Stores official pages with their journal, and publications on them. What may be done with a page, `workflow.official` says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage import tables as t
from storage.codec import dump
from storage.dialects import insert_new
from storage.keepings import Keepings
from storage.lengths import cut
from storage.versioned import VersionedBook
from workflow.commands import Entry
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_items import Format
from workflow.official.publication_links import ref_of
from workflow.official.publications import Publication


class OfficialPages(VersionedBook[OfficialPage]):
    """Reads and stores the official pages of one municipality and their publications, within one transaction."""

    kind, table, journal = OfficialPage, t.official_pages, t.page_journal

    def __init__(self, tx: Keepings) -> None:
        super().__init__(tx)
        self._tx: Keepings = tx

    async def every(self) -> list[OfficialPage]:
        """Return all pages ever registered, closed ones too, the oldest first."""
        return await self._many()

    async def at_address(self, address: str) -> int | None:
        """Return the number of the page with this address that is not closed; None if there is none."""
        query = sa.select(t.official_pages.c.number).where(
            self._here(), t.official_pages.c.address == address, t.official_pages.c.state != PageState.CLOSED
        )
        return (await self._tx.connection.execute(query)).scalars().first() if address else None

    async def save(self, page: OfficialPage, entry: Entry) -> bool:
        """Store the page and its journal line; return False, with nothing stored, if another version was stored meanwhile."""
        values = {"state": page.state, "address": page.address or None, "body": dump(page)}
        return await self._keep(page.id, page.version, values, entry)

    async def in_force(self) -> dict[int, tuple[datetime, datetime | None]]:
        """Return, by page number, when each page was first put in force and when it was closed (None if it is not); pages
        never in force are left out."""
        journal = t.page_journal
        query = sa.select(journal.c.number, journal.c.to_state, sa.func.min(journal.c.at)).where(
            journal.c.municipality == self._tx.municipality,
            journal.c.to_state.in_([PageState.IN_FORCE, PageState.CLOSED]),
        )
        first: dict[int, dict[str, datetime]] = {}
        for number, state, at in await self._tx.connection.execute(
            query.group_by(journal.c.number, journal.c.to_state)
        ):
            first.setdefault(number, {})[state] = at
        return {
            number: (states[PageState.IN_FORCE], states.get(PageState.CLOSED))
            for number, states in first.items()
            if PageState.IN_FORCE in states
        }

    # --- publications ------------------------------------------------------------------------------------------------

    async def publish(self, publication: Publication, entered_by: str | None) -> bool:
        """Store the publication, so that it counts for its page; return False if it is stored already. `entered_by`: the key
        of the person who entered it by hand, or None."""
        return await self._publish(publication, entered_by, None)

    async def _publish(self, publication: Publication, entered_by: str | None, seen_at: datetime | None) -> bool:
        link = cut(t.publications.c.link, publication.link)
        row = {
            "municipality": self._tx.municipality,
            "page": publication.page,
            "link": link,
            "at": publication.at,
            "entered_by": entered_by,
            "seen_at": seen_at,
            "ref": ref_of(link) or publication.ref,
            "formats": _formats(publication),
        }
        result = await self._tx.connection.execute(insert_new(self._tx.dialect, t.publications), row)
        return bool(result.rowcount == 1)

    async def see(self, publication: Publication, now: datetime) -> bool:
        """Store a publication that its network shows; return whether it is new. One that was stored before but not yet seen in
        the network gets the page, moment and formats that the network gives; any other is not changed."""
        if await self._publish(publication, None, now):
            return True
        ref = ref_of(publication.link) or publication.ref
        if ref is not None:
            values = {"page": publication.page, "at": publication.at, "formats": _formats(publication), "seen_at": now}
            unseen = (t.publications.c.ref == ref, t.publications.c.seen_at.is_(None))
            await self._tx.connection.execute(t.publications.update().where(self._ours(), *unseen).values(**values))
        return False

    async def is_published(self, link: str) -> bool:
        """Whether the link leads to a stored publication of one of the office's pages, even one deleted since."""
        ref = ref_of(link)
        query = sa.select(t.publications.c.page).where(self._ours(), t.publications.c.ref == ref)
        return ref is not None and (await self._tx.connection.execute(query)).first() is not None

    async def gone(self, refs: Collection[str], now: datetime) -> int:
        """Mark the publications with these refs as deleted in their networks, so that they no longer count; return how many."""
        values = (self._ours(), t.publications.c.ref.in_(sorted(refs)), t.publications.c.gone_at.is_(None))
        changed = await self._tx.connection.execute(t.publications.update().where(*values).values(gone_at=now))
        return int(changed.rowcount)

    async def seen_since(self, moment: datetime) -> list[Publication]:
        """Return the publications from `moment` on, not deleted, that their network has shown to the bot, the oldest first. (Of
        the others it cannot be told whether they are deleted or only hidden.)"""
        query = sa.select(t.publications.c.link).where(self._ours(), t.publications.c.seen_at.is_not(None))
        seen = set((await self._tx.connection.execute(query.where(t.publications.c.at >= moment))).scalars())
        return [one for one in await self.published_since(moment) if one.link in seen]

    async def published_since(self, moment: datetime, until: datetime | None = None) -> list[Publication]:
        """Return the publications in [moment, until), not deleted, the oldest first; `until` None: without an end."""
        query = sa.select(t.publications).where(
            self._ours(), t.publications.c.at >= moment, t.publications.c.gone_at.is_(None)
        )
        if until is not None:
            query = query.where(t.publications.c.at < until)
        rows = (await self._tx.connection.execute(query)).mappings()
        return [_publication(dict(row)) for row in sorted(rows, key=lambda row: (row["at"], row["link"]))]

    async def page_published(self, ref: str) -> int | None:
        """Return the number of the page on which the publication with this ref was made, even if it was deleted since; None
        if the ref is unknown."""
        query = sa.select(t.publications.c.page).where(self._ours(), t.publications.c.ref == ref)
        found = (await self._tx.connection.execute(query)).scalar_one_or_none()
        return int(found) if found is not None else None

    def _ours(self) -> sa.ColumnElement[bool]:
        return t.publications.c.municipality == self._tx.municipality

    # --- what was reminded of ----------------------------------------------------------------------------------------

    async def reminded(self, number: int) -> date | None:
        """Return the day of the page's protection check since which the last reminder was sent; `date.min` if there had been
        no check; None if no reminder was sent."""
        return _day(await self._tx.mark(_mark(number)))

    async def remind(self, number: int, of: date | None) -> None:
        await self._tx.set_mark(_mark(number), (of or date.min).isoformat())


def _formats(publication: Publication) -> str:
    return ",".join(publication.formats)


def _publication(row: Mapping[str, Any]) -> Publication:
    formats = tuple(Format(one) for one in row["formats"].split(",") if one in tuple(Format))
    return Publication(row["page"], row["at"], row["link"], row["ref"], formats)


def _mark(number: int) -> str:
    return f"page_check:{number}"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
