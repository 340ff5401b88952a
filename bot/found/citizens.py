"""Take in what citizens write through the messenger: a message opens a case or joins one, within a limit for each
person, and its author gets a reply. Citizens get ready-made texts only: nothing about the office, no case numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.answering.letters import reply
from bot.answering.view import Look
from bot.cases.screens.common import asks_formally
from bot.found.pieces import ONE_TALK
from config.texts import Texts
from handlers.citizens import POST
from handlers.incoming import Incoming
from handlers.incoming import Kind as Update
from handlers.wishes import ChannelPost, CitizenWrote
from networks.port import Attachment, Change, Found, Kind
from storage.transaction import Transaction
from workflow.case import Appeal, Case, FileRef
from workflow.office import Office
from workflow.ports import Known

HOUR = timedelta(hours=1)
MEASURE: Mapping[str, int] = {"message": 5, "comment": 20}
"""How many messages of one person may become cases in an hour. Private messages beyond the limit are not kept. Comments
beyond it are public, so they are still moderated and listed; those that may report a danger still become cases, up to
twice the limit."""


class Finding(Protocol):
    """Takes in every message found in a network; `bot.found.finding.Finding` implements it."""

    async def detect(
        self, tx: Transaction, found: Found, arrived: datetime, now: datetime, files: tuple[FileRef, ...] = ()
    ) -> None: ...

    async def set_aside(
        self, tx: Transaction, found: Found, now: datetime, files: tuple[FileRef, ...] = ()
    ) -> None: ...

    def is_dangerous(self, text: str, office: Office) -> bool: ...


@dataclass(frozen=True, slots=True)
class Talk:
    """What the bot remembers of one person's messages: how many came since `since` (in one hour), when the last one
    came, the id (`ref`) of the message that began the talk, and whether the person has been notified of the limit."""

    since: datetime
    count: int
    last: datetime
    ref: str = ""
    told: bool = False

    @classmethod
    def of(cls, kept: str | None, now: datetime) -> Talk:
        """Return the stored talk, with the count begun anew once its hour is over; a new talk if none is stored."""
        if kept is None:
            return cls(now, 0, now - ONE_TALK)
        raw = json.loads(kept)
        since, last = datetime.fromisoformat(raw["since"]), datetime.fromisoformat(raw["last"])
        if now - since >= HOUR:
            return cls(now, 0, last, raw["ref"])
        return cls(since, raw["count"], last, raw["ref"], raw["told"])

    def kept(self) -> str:
        return json.dumps({**asdict(self), "since": self.since.isoformat(), "last": self.last.isoformat()})


@dataclass(frozen=True)
class CitizenGranting:
    texts: Texts

    async def grant(
        self, tx: Transaction, wish: CitizenWrote | ChannelPost, incoming: Incoming, look: Look, finding: Finding
    ) -> None:
        if isinstance(wish, ChannelPost):
            known = Known(wish.chat, wish.message, POST, version=wish.post)
            await tx.messages.remember(known, look.now)
            return
        talk = await self._talk(tx, wish.appeal.kind, incoming, look.now)
        if talk.count >= MEASURE[wish.appeal.kind] and incoming.private:
            await self._enough(tx, talk, incoming, look)
            return
        known_case = await self._case(tx, wish, finding, talk, incoming, look)
        goes_on = _goes_on(talk, incoming, look.now)
        ref = talk.ref if goes_on or wish.edited else wish.appeal.ref or ""
        heard = replace(talk, count=talk.count + 1, last=look.now, ref=ref)
        await tx.set_mark(_mark(wish.appeal.kind, incoming), heard.kept())
        await self._remember(tx, known_case, incoming, look)
        if incoming.private and not wish.edited:
            await self._receive(tx, wish.appeal, goes_on, incoming, look)

    async def is_within_measure(self, tx: Transaction, incoming: Incoming, now: datetime) -> bool:
        """Whether the person's next message is still within the hourly limit of `MEASURE`."""
        kind = "message" if incoming.private else "comment"
        return (await self._talk(tx, kind, incoming, now)).count < MEASURE[kind]

    async def _talk(self, tx: Transaction, kind: str, incoming: Incoming, now: datetime) -> Talk:
        return Talk.of(await tx.mark(_mark(kind, incoming)), now)

    async def _case(
        self, tx: Transaction, wish: CitizenWrote, finding: Finding, talk: Talk, incoming: Incoming, look: Look
    ) -> Case | None:
        """Take the message in and return the case it opened or joined, None if neither. A private message continues the
        case of the current talk (`bot.found.pieces`)."""
        appeal, answered = wish.appeal, wish.reply_to
        begun = talk.ref if _goes_on(talk, incoming, look.now) else None
        found = _found(appeal, answered, "edited" if wish.edited else "new")
        most = MEASURE[appeal.kind]
        dangerous = talk.count < 2 * most and finding.is_dangerous(appeal.text, look.office)
        if talk.count < most or dangerous:
            await finding.detect(tx, found, look.now, look.now, appeal.files)
        else:
            await finding.set_aside(tx, found, look.now, appeal.files)
        for ref in (found.ref, answered, begun):
            if ref is not None and (number := await tx.case_by_ref(found.network, ref)) is not None:
                return await tx.case(number)
        return None

    async def _remember(self, tx: Transaction, case: Case | None, incoming: Incoming, look: Look) -> None:
        """Remember the citizen's own message with its case: replies to it then count as comments, and updates about the
        case keep their order."""
        post = None
        for message in (incoming.thread, incoming.reply_to):
            known = await tx.messages.at(incoming.chat, message) if message is not None else None
            post = known.version if post is None and known is not None else post
        for message in (incoming.message, *incoming.items):
            account = incoming.sender.account if incoming.sender else None
            known = Known(incoming.chat, message, "citizen", case.id if case else None, post, account)
            await tx.messages.remember(known, look.now)

    # --- what he is told ---------------------------------------------------------------------------------------------

    async def _receive(self, tx: Transaction, appeal: Appeal, goes_on: bool, incoming: Incoming, look: Look) -> None:
        """Confirm to the author that a message arrived; if it asks for a formal appeal, also say where to send one
        (IZ-2, MO-3, KU-2). The first confirmation also says which data about the person are stored."""
        if asks_formally(self.texts, appeal.text):
            told = {"where": look.citizens.formal_appeals, "notice": await self._notice(tx, incoming, look)}
            await self._say(tx, "citizen_formal", told, incoming, look)
        elif not goes_on and (appeal.words or appeal.files):
            await self._say(tx, "citizen_received", {"notice": await self._notice(tx, incoming, look)}, incoming, look)
        if appeal.missing:
            await self._say(tx, "citizen_files_missing", {}, incoming, look)

    async def _notice(self, tx: Transaction, incoming: Incoming, look: Look) -> str:
        """Return the notice about personal data for a person who has not had it yet, or whose data were erased since;
        "" for anybody else."""
        mark = _mark("notice", incoming)
        if not look.citizens.notice or await tx.mark(mark) is not None:
            return ""
        await tx.set_mark(mark, look.now.date().isoformat())
        return look.citizens.notice

    async def _enough(self, tx: Transaction, talk: Talk, incoming: Incoming, look: Look) -> None:
        """Send one polite notice an hour about the limit, in private only."""
        if talk.told or not incoming.private or incoming.kind is not Update.MESSAGE:
            return
        await tx.set_mark(_mark("message", incoming), replace(talk, told=True).kept())
        await self._say(tx, "citizen_enough", {}, incoming, look)

    async def _say(self, tx: Transaction, key: str, facts: Mapping[str, Any], incoming: Incoming, look: Look) -> None:
        body = {"key": key, "facts": dict(facts), "roles": []}
        await tx.outbox.put([reply("say", body, incoming, look)], look.now)


async def wrote_last(tx: Transaction, account: int, now: datetime) -> datetime | None:
    """Return when the person last wrote to the bot in private; None if they never did."""
    kept = await tx.mark(f"citizen:message:{account}")
    return Talk.of(kept, now).last if kept is not None else None


async def begin_talk(tx: Transaction, ref: str, incoming: Incoming, now: datetime) -> None:
    """From now on, what the person adds within the next minutes continues the message with the id `ref`."""
    mark = _mark("message", incoming)
    await tx.set_mark(mark, replace(Talk.of(await tx.mark(mark), now), last=now, ref=ref).kept())


def _goes_on(talk: Talk, incoming: Incoming, now: datetime) -> bool:
    return incoming.private and talk.ref != "" and now - talk.last < ONE_TALK


def _found(appeal: Appeal, answered: str | None, change: Change) -> Found:
    assert appeal.network is not None
    assert appeal.ref is not None
    kind: Kind = "message" if appeal.kind == "message" else "comment"
    return Found(
        network=appeal.network,
        ref=appeal.ref,
        kind=kind,
        text=appeal.text,
        author_name=appeal.author,
        author_ref=appeal.author_ref,
        written_at=appeal.written_at,
        link=appeal.link,
        place=appeal.place,
        attachments=(
            *(Attachment("photo", appeal.link, "") for _ in appeal.missing),
            *(Attachment(one.kind, one.link, one.words, one.remote) for one in appeal.beside),
        ),
        reply_to=answered,
        change=change,
        own_page=kind == "comment",
    )


def _mark(kind: str, incoming: Incoming) -> str:
    who = incoming.voice.chat if incoming.voice is not None else incoming.sender.account if incoming.sender else 0
    return f"citizen:{kind}:{who}"
