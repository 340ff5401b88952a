"""The book of official pages and of their journal. What may be done with a page, others decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage import tables as t
from storage.codec import dump, load
from storage.dialects import insert_new
from workflow.official_page import OfficialPage, PageEntry, PageState
from workflow.publications import Publication

if TYPE_CHECKING:
    from storage.page import Page


class OfficialPages:
    """The registry of one municipality, within one transaction."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def every(self) -> list[OfficialPage]:
        """All pages there ever were, closed ones too, the oldest first."""
        query = sa.select(t.official_pages.c.body).where(self._here()).order_by(t.official_pages.c.number)
        return [load(OfficialPage, body) for body in (await self._page.connection.execute(query)).scalars()]

    async def get(self, number: int) -> OfficialPage | None:
        """The page by the number people see."""
        query = sa.select(t.official_pages.c.body).where(self._here(), t.official_pages.c.number == number)
        body = (await self._page.connection.execute(query)).scalar_one_or_none()
        return load(OfficialPage, body) if body is not None else None

    async def at_address(self, address: str) -> int | None:
        """The number of the page that has the address and is not closed."""
        query = sa.select(t.official_pages.c.number).where(
            self._here(), t.official_pages.c.address == address, t.official_pages.c.state != PageState.CLOSED
        )
        return (await self._page.connection.execute(query)).scalars().first() if address else None

    async def next_number(self) -> int:
        query = sa.select(sa.func.max(t.official_pages.c.number)).where(self._here())
        return int((await self._page.connection.execute(query)).scalar_one() or 0) + 1

    async def save(self, page: OfficialPage, entry: PageEntry) -> bool:
        """Keep the page and its journal line; False, and nothing kept, where the version in the book is another."""
        values = {
            "state": page.state,
            "address": page.address or None,
            "version": page.version,
            "changed_at": entry.at,
            "body": dump(page),
        }
        if page.version == 1:
            await self._page.connection.execute(
                t.official_pages.insert().values(municipality=self._page.municipality, number=page.id, **values)
            )
        else:
            changed = await self._page.connection.execute(
                t.official_pages.update()
                .where(self._here(), t.official_pages.c.number == page.id)
                .where(t.official_pages.c.version == page.version - 1)
                .values(**values)
            )
            if changed.rowcount != 1:
                return False
        await self._page.connection.execute(
            t.page_journal.insert().values(
                municipality=self._page.municipality,
                number=page.id,
                version=page.version,
                at=entry.at,
                who=entry.by,
                on_behalf=entry.on_behalf,
                action=entry.action,
                from_state=entry.from_state,
                to_state=entry.to_state,
                details=json.dumps(dict(entry.details), ensure_ascii=False),
            )
        )
        return True

    async def history(self, number: int, most: int) -> list[Mapping[str, Any]]:
        """The newest lines of the page's journal, the oldest of them first."""
        query = (
            sa.select(t.page_journal)
            .where(t.page_journal.c.municipality == self._page.municipality, t.page_journal.c.number == number)
            .order_by(t.page_journal.c.id.desc())
            .limit(most)
        )
        rows = (await self._page.connection.execute(query)).mappings().all()
        return [{**row, "details": json.loads(row["details"])} for row in reversed(rows)]

    # --- publications ------------------------------------------------------------------------------------------------

    async def publish(self, publication: Publication, entered_by: str | None) -> bool:
        """The publication counts from now on; False where it did already. `entered_by` None: seen in the network."""
        row = {
            "municipality": self._page.municipality,
            "page": publication.page,
            "link": publication.link[:320],
            "at": publication.at,
            "entered_by": entered_by,
            "ref": publication.ref,
        }
        result = await self._page.connection.execute(insert_new(self._page.dialect, t.publications), row)
        return bool(result.rowcount == 1)

    async def published_since(self, moment: datetime) -> list[Publication]:
        """The oldest first."""
        query = (
            sa.select(t.publications)
            .where(t.publications.c.municipality == self._page.municipality, t.publications.c.at >= moment)
            .order_by(t.publications.c.at)
        )
        rows = (await self._page.connection.execute(query)).mappings()
        return [Publication(row["page"], row["at"], row["link"], row["ref"]) for row in rows]

    # --- what was reminded of ----------------------------------------------------------------------------------------

    async def reminded(self, number: int) -> date | None:
        """The day of the check whose age somebody was last reminded of; `date.min` where there had been no check."""
        return _day(await self._page.mark(_mark(number)))

    async def remind(self, number: int, of: date | None) -> None:
        await self._page.set_mark(_mark(number), (of or date.min).isoformat())

    def _here(self) -> sa.ColumnElement[bool]:
        return t.official_pages.c.municipality == self._page.municipality


def _mark(number: int) -> str:
    return f"page_check:{number}"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
