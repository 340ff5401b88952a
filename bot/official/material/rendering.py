"""Render material for publication, and its posts, at the moment of sending, from what the database holds then."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.answering.accounts import reader_of
from bot.answering.letters import made_true, others_made_true
from bot.delivery.ports import Post, Show
from bot.delivery.wanted import Makers, Wanted
from bot.files import FileStore
from bot.messenger import OutFile
from bot.official.material import plan_screens as plan_words
from bot.official.material import screens as words
from config.russian.judging.style import style_hints
from config.texts import Texts
from handlers.incoming import Incoming
from networks.port import OutFile as NetworkFile
from networks.port import Publishes, WallPost
from storage.materials import Materials
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.case import FileRef
from workflow.effects import Priority
from workflow.office import Office
from workflow.official.content_plan import WeekPlan, monday, week_plan
from workflow.official.material import (
    Material,
    MaterialNotice,
    MaterialState,
    Place,
    PlaceState,
)
from workflow.official.material_rules import nobody_knows, told_at
from workflow.official.page import OfficialPage, PageState
from workflow.ports import Known, Letter, account_lane

KIND = "material"
"""The kind of a message that shows a material; the message's `version` is the material's number."""
PLAN = "content_plan"
"""The kind of a message with the content plan; its menu is the ordinal of the week's first day, empty for the present
week."""
LATE = timedelta(hours=6)
PLAN_KEPT = timedelta(days=15)
WITHOUT_TEXT = frozenset({
    MaterialNotice.RETURNED, MaterialNotice.APPROVED, MaterialNotice.RECALLED, MaterialNotice.WITHDRAWN,
    MaterialNotice.PUBLISHED,
})  # fmt: skip
"""Notices about a material that do not repeat its text."""


def material_letter(
    number: int, account: int, *, menu: str = "", notice: str = "", done: str = "", page: int = 0
) -> Letter:
    """Return a letter (queued message) that shows the material as it is when sent. Above it stands a `notice` about it,
    or what the reader has just done (`done`); `page`: the official page it is about."""
    body = {"material": number, "menu": menu, "notice": notice, "done": done, "page": page}
    fold = f"material:{number}:{account}:{notice or done}:{page}"
    return Letter(KIND, account_lane(account), Priority.TAP, account=account, fold=fold, body=body)


def plan_letter(account: int, week: int = 0) -> Letter:
    """Return a letter (queued message) with the content plan of the week that begins on the day `week` (an ordinal; 0:
    the present week)."""
    fold, body = f"{PLAN}:{account}:{week}", {"menu": str(week) if week else ""}
    return Letter(PLAN, account_lane(account), Priority.TAP, account=account, fold=fold, body=body)


def out_files(files: Sequence[FileRef], store: FileStore) -> tuple[NetworkFile, ...]:
    """Return the files in the form in which networks take them."""
    return tuple(NetworkFile(f.name, _mime(f), store.path(f.key)) for f in files)


def _mime(file: FileRef) -> str:
    if file.kind == "photo":
        return "image/jpeg"
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def is_late(found: Material, place: Place | None, now: datetime) -> bool:
    """Whether the post is more than six hours late (words like «сегодня» may be stale). After a retry the time of the
    retry counts: the person who asked for it has just read the text."""
    at = place.at if place is not None and place.tries else found.publish_at
    return at is not None and now - at > LATE


async def plan_messages(tx: Transaction, now: datetime) -> list[Known]:
    """Return each person's newest message with a content plan, of the last 15 days: these are kept refreshed."""
    shown = await tx.messages.shown(PLAN, since=now - PLAN_KEPT)
    return list({known.account: known for known in shown}.values())


async def plans_made_true(tx: Transaction, now: datetime) -> list[Letter]:
    """Return letters (queued messages) that refresh every person's message with the content plan."""
    return [made_true(known) for known in await plan_messages(tx, now)]


@dataclass(frozen=True)
class MaterialRendering:
    texts: Texts
    files: FileStore
    networks: Mapping[str, object]

    @property
    def makers(self) -> Makers:
        return Makers(
            letters={"publish": self._publish, KIND: self._new, PLAN: self._new_plan},
            messages={KIND: self._known, PLAN: self._plan},
        )

    async def _publish(self, wanted: Wanted) -> Post | None:
        return await self.publishing(wanted.tx, wanted.letter, wanted.now)

    async def _new(self, wanted: Wanted) -> Show | None:
        return await self.letter(wanted.tx, wanted.letter, wanted.office, wanted.now)

    async def _known(self, wanted: Wanted) -> Show | None:
        if wanted.known is None:
            return None
        return await self.known(wanted.tx, wanted.known, wanted.office, wanted.now)

    async def _new_plan(self, wanted: Wanted) -> Show:
        menu = str(wanted.body["menu"])
        return await self.plan(wanted.tx, wanted.letter.account, menu, wanted.office, wanted.now)

    async def _plan(self, wanted: Wanted) -> Show | None:
        known = wanted.known
        if known is None:
            return None
        return await self.plan(wanted.tx, known.account, known.menu or "", wanted.office, wanted.now)

    async def letter(self, tx: Transaction, letter: Letter, office: Office, now: datetime) -> Show | None:
        """Return a new message with the material: its head, and the text and pictures unless the reader knows them.
        None if there is no such material, or it was withdrawn before its arrival was reported."""
        found = await Materials(tx).get(int(letter.body["material"]))
        if found is None:
            return None
        notice, done = str(letter.body["notice"]), str(letter.body["done"])
        if notice == MaterialNotice.ARRIVED and found.state is MaterialState.WITHDRAWN:
            return None
        about = words.News(notice, done, int(letter.body["page"]))
        shown = await self._shown(tx, found, letter.account, str(letter.body["menu"]), about, office, now)
        quiet = bool(notice) and office.is_quiet(now)
        shown = replace(shown, screen=replace(shown.screen, silent=quiet))
        if done or notice in WITHOUT_TEXT:
            return shown
        before = found.versions[-2].files if len(found.versions) > 1 else None
        same = notice in (MaterialNotice.NEW_VERSION, MaterialNotice.EDITED) and before == found.newest.files
        pictures = () if same else tuple(OutFile(f.kind, f.name, self.files.path(f.key)) for f in found.newest.files)
        return replace(shown, bare=words.bare(found) if found.newest.text else "", files=pictures)

    async def known(self, tx: Transaction, known: Known, office: Office, now: datetime) -> Show | None:
        """Return the refreshed content of a message that shows the material; None if there is no such material."""
        found = await Materials(tx).get(known.version or 0)
        if found is None:
            return None
        return await self._shown(tx, found, known.account, known.menu or "", words.News(), office, now)

    async def _shown(
        self,
        tx: Transaction,
        found: Material,
        account: int | None,
        menu: str,
        news: words.News,
        office: Office,
        now: datetime,
    ) -> Show:
        pages = {one.id: one for one in await OfficialPages(tx).every()}
        asks = office.regulation.style
        seen = words.Seen(
            found,
            await reader_of(tx, account),
            menu,
            news,
            pages,
            self._rooms(found, pages),
            tuple(style_hints(found.newest.text)) if asks is not None else (),
        )
        until = told_at(found, office) if nobody_knows(found, office, now) else None
        return Show(words.one(self.texts, seen, office, now), KIND, found.id, menu=menu or None, redraw_at=until)

    def _rooms(self, found: Material, pages: Mapping[int, OfficialPage]) -> tuple[words.Room, ...]:
        """Return, for the network of each page in force, its limits and what it would refuse in the newest version."""
        rooms = []
        files = out_files(found.newest.files, self.files)
        for network in dict.fromkeys(one.network for one in pages.values() if one.state is PageState.IN_FORCE):
            publisher = self.networks.get(network)
            if isinstance(publisher, Publishes):
                problems = tuple(publisher.post_problems(found.newest.text, files))
                rooms.append(words.Room(network, publisher.post_limits, publisher.may_publish, problems))
        return tuple(rooms)

    async def publishing(self, tx: Transaction, letter: Letter, now: datetime) -> Post | None:
        """Return the approved version, ready to be posted on a page; None if the approval has been withdrawn meanwhile.
        If the page is no longer in force or the post is more than six hours late, it goes to no network, so that the
        page's responsible person gets it instead; a posting whose outcome is unknown is still looked up in the network.
        """
        body = letter.body
        found = await Materials(tx).get(int(body["material"]))
        official = await OfficialPages(tx).get(int(body["page"]))
        place = found.place(int(body["page"])) if found is not None else None
        if found is None or official is None or place is None or found.approval != int(body["approval"]):
            return None
        if place.state is not PlaceState.PLANNED or place.tries != int(body.get("tries", 0)):
            return None
        in_doubt = bool(body.get("doubts"))
        may = official.state is PageState.IN_FORCE and not is_late(found, place, now)
        network = official.network if may or in_doubt else ""
        attempt = f"{found.municipality}-m{found.id}-{found.approval}-{official.id}-{place.tries}"
        files = out_files(found.newest.files, self.files)
        return Post(network, WallPost(official.address, found.newest.text, files, attempt))

    # --- the plan ----------------------------------------------------------------------------------------------------

    async def plan(self, tx: Transaction, account: int | None, menu: str, office: Office, now: datetime) -> Show:
        """Return the content plan of the week as it is now. `menu`: the ordinal of the week's first day; "" for the
        present week."""
        today = now.astimezone(office.zone).date()
        first = monday(date.fromordinal(int(menu))) if menu else monday(today)
        plan = await week_of(tx, first, office)
        pages = await OfficialPages(tx).every()
        waiting = await Materials(tx).waiting()
        seen = plan_words.Seen(plan, tuple(waiting), {one.id: one for one in pages}, await reader_of(tx, account))
        return Show(plan_words.plan(self.texts, seen, office, now), PLAN, menu=menu or None)


async def week_of(tx: Transaction, first: date, office: Office) -> WeekPlan:
    """Return the content plan of the week that begins on Monday `first`, from what the database holds now."""
    since = datetime.combine(first, time(), office.zone)
    until = datetime.combine(first + timedelta(days=7), time(), office.zone)
    book = OfficialPages(tx)
    planned = await Materials(tx).planned(since, until)
    published = [one for one in await book.published_since(since) if one.at < until]
    return week_plan(first, planned, published, await book.every(), office.regulation, office.working_time)


async def all_made_true(tx: Transaction, number: int, incoming: Incoming | None, now: datetime) -> None:
    """Queue refreshes of every message that shows this material or a content plan, except the message whose button was
    pressed."""
    shown = [*await tx.messages.shown(KIND, number), *await plan_messages(tx, now)]
    await tx.outbox.put(others_made_true(shown, incoming), now)
