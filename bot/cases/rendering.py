"""Render letters about a case at the moment of sending, from the case as it is then (DESIGN: «delivery … renders at the
moment of sending»). Awaits nothing of the network."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cases.bases import bases_for, repeated_by
from bot.cases.fitting import kind_of, too_long
from bot.cases.screens import bases as base_screens
from bot.cases.screens import cards, drafts, sayings
from bot.cases.screens import history as history_screens
from bot.cases.screens import why as terms
from bot.cases.screens.history import REGISTERED
from bot.cases.screens.sayings import case_buttons
from bot.delivery import Post, Show
from bot.delivery.wanted import Makers, Wanted
from bot.files import FileStore
from bot.messenger import OutFile
from bot.offices import Offices
from config.russian.words import neutralise
from config.texts import Texts
from networks.port import Answer, Network
from networks.port import OutFile as NetworkFile
from storage.transaction import Transaction
from workflow.case import Appeal, Case, FileRef, Loss, Reply, State
from workflow.commands import Action
from workflow.office import Actor, Office, Role
from workflow.ports import GROUP_LANE, Known
from workflow.regulation import Event
from workflow.visibility import cases_of, may_read


@dataclass(frozen=True)
class CaseRendering:
    texts: Texts
    offices: Offices
    files: FileStore
    networks: Mapping[str, Network]

    @property
    def makers(self) -> Makers:
        return Makers(
            letters={
                "card": self._new_card,
                "offer": self._new_offer,
                "draft": self._new_draft,
                "post": self._post,
                "undoable": self._new_undoable,
            },
            messages={"card": self._card, "offer": self._offer, "draft": self._draft, "undoable": self._undoable},
            lists={
                "case": self.history,
                "why": self._why,
                "unprocessed": self._unprocessed,
                "bases": self._bases,
                "basis": self._basis,
            },
        )

    # --- messages of a case ------------------------------------------------------------------

    async def _new_card(self, wanted: Wanted) -> Show | None:
        shown = await self._card(wanted)
        if shown is None or wanted.case is None:
            return None
        hushed = await _all_are_called(wanted.tx, wanted.case, wanted.office, wanted.now)
        screen = replace(shown.screen, silent=shown.screen.silent or hushed)
        return replace(shown, screen=screen, files=citizens_files(self.files, wanted.case.appeal))

    async def _card(self, wanted: Wanted) -> Show | None:
        if wanted.case is None:
            return None
        return Show(cards.card(self.texts, wanted.case, wanted.office, wanted.now), "card")

    async def _new_offer(self, wanted: Wanted) -> Show | None:
        case = wanted.case
        if case is None:
            return None
        private = wanted.letter.lane != GROUP_LANE
        alike = await _alike(wanted.tx, case)
        screen = cards.offer(self.texts, case, wanted.office, wanted.now, wanted.menu, alike, private)
        is_private = case.appeal.kind == "message"  # nobody in the office could open its files in the network
        return Show(screen, "offer", files=citizens_files(self.files, case.appeal) if is_private else ())

    async def _offer(self, wanted: Wanted) -> Show | None:
        case, known = wanted.case, wanted.known
        if case is None or known is None:
            return None
        alike = await _alike(wanted.tx, case)
        private = known.chat_id == known.account
        screen = cards.offer(self.texts, case, wanted.office, wanted.now, known.menu, alike, private)
        if await _is_past(wanted.tx, known, case):
            screen = cards.past_offer(self.texts, case, wanted.office, wanted.now)
        return Show(screen, "offer", menu=known.menu)

    async def _new_draft(self, wanted: Wanted) -> Show | None:
        if wanted.case is None:
            return None
        return await self.draft_of(wanted, wanted.case, int(wanted.body["version"]))

    async def _draft(self, wanted: Wanted) -> Show | None:
        known = wanted.known
        if wanted.case is None or known is None or known.version is None:
            return None
        return await self.draft_of(wanted, wanted.case, known.version)

    async def draft_of(self, wanted: Wanted, case: Case, version: int) -> Show | None:
        draft = case.draft_of(version)
        if draft is None:
            return None
        network = self.networks.get(case.appeal.network or "")
        sent = [NetworkFile(f.name, _mime(f.name), self.files.path(f.key)) for f in draft.files if f.key]
        problems = network.limits(draft.text, kind_of(case), tuple(sent)) if network is not None else []
        over = await too_long(wanted.tx, self.networks, case, draft.text)
        problems = [*problems, *([over] if over and over not in problems else [])]
        repeated = await repeated_by(wanted.tx, case)
        screen = drafts.head(self.texts, case, version, wanted.office, wanted.now, problems, repeated)
        bare = _as_written(drafts.whole(case, version).text, draft.text)
        before = case.draft_of(version - 1)
        seen_before = before is not None and before.files == draft.files
        return Show(
            screen, "draft", version, bare=bare, files=() if seen_before else out_files(self.files, draft.files)
        )

    async def _new_undoable(self, wanted: Wanted) -> Show | None:
        """Return the confirmation of what somebody has just done, with «Отменить» while it can be taken back; None if
        the journal has no such act."""
        return await self._done(wanted, int(wanted.body["line"]))

    async def _undoable(self, wanted: Wanted) -> Show | None:
        line = wanted.known.version if wanted.known is not None else None
        return await self._done(wanted, line) if line is not None else None

    async def _done(self, wanted: Wanted, line: int) -> Show | None:
        case = wanted.case
        entries = [entry for entry in await wanted.tx.history(case.id) if entry["version"] == line] if case else []
        if case is None or not entries:
            return None
        done = entries[0]  # notes on the version follow the act that made it
        action, details = Action(done["action"]), done["details"]
        screen = sayings.undoable(self.texts, case, line, action, details, wanted.office, wanted.now)
        until = case.former.until if case.former is not None and screen.buttons else None
        return Show(screen, "undoable", line, reply_to=await wanted.reply_to(), redraw_at=until)

    # --- what a draft is written from --------------------------------------------------------

    async def _bases(self, wanted: Wanted) -> Show | None:
        """Return the earlier and ready answers that the lead executor may take as a basis; a reply to this message
        becomes the draft. None if there are none."""
        case, tx = wanted.case, wanted.tx
        if case is None or case.lead is None:
            return None
        bases = await bases_for(tx, case, case.lead.department, wanted.office)
        screen = base_screens.offered_screen(self.texts, case, bases, wanted.office, wanted.now)
        return Show(screen, "notice") if screen is not None else None

    async def _basis(self, wanted: Wanted) -> Show:
        return Show(base_screens.bare(str(wanted.body["text"])), "basis")

    # --- lists -------------------------------------------------------------------------------

    async def history(self, wanted: Wanted) -> Show:
        """Return the answer to /case: the case's state and journal. The citizen's text and the answers are only shown
        in private, to people who may read the case."""
        body, office = wanted.body, wanted.office
        case = await wanted.tx.case_by_number(int(body["number"]))
        if case is None:
            return await self._no_such_case(wanted)
        history = await wanted.tx.history(case.id)
        people = office.acting(Actor(tuple(body["people"])), wanted.now)
        whole = bool(body["private"]) and may_read(cases_of(people), case)
        screen = history_screens.case_history(self.texts, case, history, office, wanted.now, whole=whole)
        if body["private"]:
            screen = replace(screen, buttons=case_buttons(self.texts, case, office, whole))
        return Show(screen, reply_to=await wanted.reply_to())

    async def _no_such_case(self, wanted: Wanted) -> Show:
        facts = {"number": wanted.body["number"]}
        screen = sayings.say(self.texts, "no_such_case", facts, wanted.office, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _unprocessed(self, wanted: Wanted) -> Show:
        tx = wanted.tx
        cases = await tx.cases_in([State.NOT_PROCESSED.value], limit=10_000)
        decided: list[tuple[Case, Mapping[str, Any] | None]] = []
        for case in reversed(cases[-REGISTERED:]):
            entries = [line for line in await tx.history(case.id) if line["action"] == Action.NOT_PROCESS]
            decided.append((case, entries[-1] if entries else None))
        screen = history_screens.unprocessed(self.texts, decided, len(cases), wanted.office, wanted.now)
        return Show(screen, reply_to=await wanted.reply_to())

    async def _why(self, wanted: Wanted) -> Show:
        """Explain the case's terms by the edition of the regulation that the case was opened under."""
        case = await wanted.tx.case_by_number(int(wanted.body["number"]))
        if case is None:
            return await self._no_such_case(wanted)
        own = self.offices.at(case.municipality, case.regulation)
        screen = terms.why(self.texts, case, own, wanted.now, wanted.body.get("step", ""))
        return Show(screen, reply_to=await wanted.reply_to())

    # --- posting -----------------------------------------------------------------------------

    async def _post(self, wanted: Wanted) -> Post | None:
        """Return the approved wording, ready for its network; None if the approval has been withdrawn meanwhile or the
        case is in no network."""
        case = wanted.case
        draft = case.draft_of(int(wanted.body["version"])) if case is not None else None
        if case is None or draft is None:
            return None
        again = case.loss is Loss.ON_ITS_WAY
        if not again and (case.state is not State.APPROVED or case.approved != draft.version):
            return None
        files = tuple(NetworkFile(f.name, _mime(f.name), self.files.path(f.key)) for f in draft.files if f.key)
        attempt = f"{case.municipality}-{case.id}-{draft.version}"
        if again:
            attempt += f"-{len(case.postings)}"
        network, ref = case.appeal.network, case.appeal.ref
        if network is None or ref is None:
            return None
        approved = max((h.at for h in case.history if h.event is Event.APPROVED), default=None)
        return Post(network, Answer(ref, kind_of(case), draft.text, files, attempt), None if again else approved)


def citizens_files(store: FileStore, written: Appeal | Reply) -> tuple[OutFile, ...]:
    """Return the files that came with a citizen's message: those stored here, and those that only the messenger holds
    and can forward."""
    held = (OutFile(one.kind, one.words, Path(), remote=one.remote) for one in written.beside if one.remote)
    return (*out_files(store, written.files), *held)


def out_files(store: FileStore, files: Sequence[FileRef]) -> tuple[OutFile, ...]:
    return tuple(OutFile(f.kind, f.name, store.path(f.key)) for f in files if f.key)


async def _all_are_called(tx: Transaction, case: Case, office: Office, now: datetime) -> bool:
    """Whether every department on the case gets a private message about it, so that the card can be posted without
    sound."""
    there = {b.person for b in await tx.people.all() if b.reachable}
    called = [set(office.holders(Role.EXECUTOR, now, part.department)) for part in case.active_parts]
    return all(people & there for people in called)


async def _alike(tx: Transaction, case: Case) -> tuple[Case, ...]:
    """Return the earlier cases that this one may repeat, as they are now."""
    found = [await tx.case(other.id) for other in case.alike]
    return tuple(other for other in found if other is not None)


def _as_written(text: str, plain: str) -> str:
    """Return the draft's bare text, for copying. If the messenger would find a mention, a command or a link in it, wrap
    it in <pre>, where it finds none: then no invisible joiners have to be inserted between the letters."""
    return text if neutralise(plain) == plain else f"<pre>{text}</pre>"


def _mime(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


async def _is_past(tx: Transaction, known: Known, case: Case) -> bool:
    """Whether the same chat has a newer offer of this case, so that this older one shows no buttons."""
    shown = await tx.messages.of_case(case.id, "offer")
    return any(k.chat_id == known.chat_id and k.message_id > known.message_id for k in shown)
