"""Send one letter (queued message) to the messenger: take it from the outbox, render it, send it piece by piece, record
the outcome.

No network call is awaited inside a transaction. A letter is marked `sending` before its first call, so that a request
made meanwhile becomes a separate letter and a killed process leaves a trace. A message that may have arrived is sent
again with a repeat mark, unless the messenger can say whether it did; one that never left this machine does not count
as a try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from bot.delivery.attempts import Attempt, found, link_work, moment, refresh
from bot.delivery.known import EDITED_IN_PLACE, card_address, known_message, to_be_posted_anew
from bot.delivery.ledger import GONE, Ledger, doubts, with_trace
from bot.delivery.limits import AHEAD, Left, Pace
from bot.delivery.parcel import Album, Piece, above, digest, fits_one_message, held_up, marked, pieces, weight
from bot.delivery.parts import split
from bot.delivery.pinning import Pinner
from bot.delivery.ports import Act, First, Post, Renderer, Show
from bot.delivery.trying import Lines
from bot.messenger import (
    Address,
    Gone,
    Later,
    LooksUp,
    Manners,
    Messenger,
    Moved,
    NotSeen,
    Rejected,
    Screen,
    Sending,
    Sent,
    Unknown,
    Unreachable,
)
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.ports import GROUP_LANE, Known, Letter, account_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter (queued message) marked `sending`, with its rendered content. `edits`: the message to edit; None to send
    a new one."""

    letter: Letter
    chat: int
    show: Show
    edits: Known | None


@dataclass
class Carrier:
    """Sends one letter at a time within the messenger's limits. A lane is the queue of letters to one chat. Calls
    `hold(lane, seconds)` when the limits make a lane wait, and `counted(lane)` once every message of a letter has been
    admitted."""

    ledger: Ledger
    messenger: Messenger
    render: Renderer
    pace: Pace
    lines: Lines
    hold: Callable[[str, float], None]
    counted: Callable[[str], None]

    @property
    def manners(self) -> Manners:
        return self.messenger.manners

    async def take(self, waiting: Letter, chat: int) -> Taken | None:
        """Render the letter (queued message) and mark it `sending`. Return None if there is nothing to send; its
        outcome is then recorded."""
        letter_id = waiting.id
        if not await self._is_settled(waiting, chat):
            return None
        async with self.ledger.write() as tx:
            letter = await tx.outbox.get(letter_id)
            if letter is None or letter.state != "waiting":
                return None
            known = await known_message(tx, letter, chat)
            rendered = await self._rendered(tx, letter, known, chat)
            if rendered is None:
                return None
            if isinstance(rendered, Show) and rendered.later is None:
                return await self._take_show(tx, letter, chat, rendered, known)
        if isinstance(rendered, First):
            await rendered.work()
            return await self.take(waiting, chat)
        assert rendered.later is not None
        made = replace(await rendered.later(), mark=rendered.mark)
        async with self.ledger.write() as tx:
            letter = await tx.outbox.get(letter_id)
            if letter is None or letter.state != "waiting":
                return None
            return await self._take_show(tx, letter, chat, made, known)

    async def _rendered(self, tx: Transaction, letter: Letter, known: Known | None, chat: int) -> Show | First | None:
        """Render the letter; None if it has nothing to show or is out of date (its outcome is then recorded)."""
        about = await to_be_posted_anew(tx, letter) if letter.kind == "edit" and known is None else known
        rendered = (
            None if letter.kind == "edit" and about is None else await self.render.render(tx, letter, about, chat)
        )
        match rendered:
            case None:
                await self.ledger.done(tx, letter, "dropped")
            case Post() | Act():
                await self.ledger.given_up(tx, letter, "broken", "a posting outside a network's lane")
            case Show() if not await self.ledger.is_worth_trying(tx, letter, rendered.expires):
                await self.ledger.given_up(tx, letter, "given_up", "no longer worth sending")
            case Show() | First():
                return rendered
        return None

    async def _take_show(
        self, tx: Transaction, letter: Letter, chat: int, show: Show, known: Known | None
    ) -> Taken | None:
        edits = known if letter.progress == 0 else None
        if edits is not None and edits.shown == digest(show.screen):
            await self.ledger.done(tx, letter, "unchanged")
            return None
        if show.reply_to is None and letter.kind == "notice" and letter.lane == GROUP_LANE:
            show = replace(show, reply_to=await card_address(tx, letter, chat))
        if edits is None:
            parcel = pieces(show, self.manners, letter.body.get("screen_at"))
            letter = self._at(letter, show, parcel, letter.progress)
        await self.ledger.sending(tx, letter, **({} if edits is not None else {"body": with_trace(letter)}))
        return Taken(letter, chat, show, edits)

    def _at(self, letter: Letter, show: Show, parcel: list[Piece], number: int) -> Letter:
        """The letter with what it sends next, where that can be looked up."""
        if not isinstance(self.messenger, LooksUp) or number >= len(parcel):
            return letter
        attempt = Attempt.at(show, parcel, number, self.manners.size)
        return replace(letter, body={**letter.body, "attempt": attempt.written})

    async def carry(self, taken: Taken) -> None:
        if taken.edits is None:
            await self._send(taken)
        elif not fits_one_message(taken.show.screen, self.manners.size):
            await self._cannot_be_edited(taken, taken.edits, anew=taken.letter.priority is Priority.TAP)
        else:
            await self._edit(taken, taken.edits)

    # --- an edit -----------------------------------------------------------------------------------------------------

    async def _edit(self, taken: Taken, known: Known) -> None:
        address = Address(known.chat_id, known.message_id)
        left = await self._may_go(taken.letter, address.chat, 1)
        if left is None:
            return
        self.counted(taken.letter.lane)
        outcome = await self.messenger.edit(address, taken.show.screen)
        await self._heard(taken.letter, left, outcome)
        match outcome:
            case Sent():
                async with self.ledger.write() as tx:
                    await self._now_shows(tx, known, taken.show)
                    await self.ledger.done(tx, taken.letter, "edited")
                await self._pinned(taken.show.pin, address)
            case Gone():
                await self._cannot_be_edited(taken, known)
            case Moved() if known.chat_id != taken.chat:
                await self._cannot_be_edited(taken, known)
            case Unknown():
                await self.ledger.later(taken.letter, 0.0, outcome.detail)
            case _:
                await self._not_sent(taken, outcome)

    async def _now_shows(self, tx: Transaction, known: Known, show: Show) -> None:
        """Record the new content of the edited message. If a person switched its menu meanwhile, keep that menu: a
        letter that shows it is queued already."""
        current = await tx.messages.at(known.chat_id, known.message_id)
        if current is None:
            return
        menu = show.menu if show.menu is not None and current.menu == known.menu else current.menu
        shown = replace(current, shown=digest(show.screen), menu=menu)
        await tx.messages.remember(shown, self.ledger.clock.now())

    async def _cannot_be_edited(self, taken: Taken, known: Known, *, anew: bool = False) -> None:
        """Mark the message as gone, and post a new one if its kind is edited in place or `anew` is set (an answer to a
        button press that no longer fits one message). Otherwise finish the letter without sending."""
        anew = anew or taken.letter.kind in EDITED_IN_PLACE
        letter = replace(taken.letter, body={**taken.letter.body, "anew": True})
        # The case's files were already posted under its first card.
        show = replace(taken.show, bare=None, files=())
        letter = self._at(letter, show, pieces(show, self.manners), 0)
        async with self.ledger.write() as tx:
            await tx.messages.remember(replace(known, shown=GONE), self.ledger.clock.now())
            if anew:
                await tx.outbox.change(letter.id, body=with_trace(letter))
            else:
                await self.ledger.done(tx, letter, "gone")
        if anew:
            await self._send(replace(taken, letter=letter, edits=None, show=show))

    # --- a send ------------------------------------------------------------------------------------------------------

    async def _send(self, taken: Taken) -> None:
        letter = taken.letter
        parcel = pieces(taken.show, self.manners, letter.body.get("screen_at"))
        if letter.progress >= len(parcel):
            async with self.ledger.write() as tx:
                await self.ledger.done(tx, letter, "sent")
            return
        while (number := letter.progress) < len(parcel):
            piece = parcel[number]
            attempt = Attempt.at(taken.show, parcel, number, self.manners.size)
            further = self._at(letter, taken.show, parcel, number + 1).body.get("attempt")
            shown = digest(taken.show.screen)
            arrived: Sent | NotSeen | None = NotSeen("")
            if doubts(letter):
                arrived = await found(self.ledger, self.messenger, letter, taken.chat, attempt.looks)
            if isinstance(arrived, NotSeen) and arrived.passing and await self.ledger.unseen(letter, arrived.detail):
                return
            if isinstance(arrived, Sent):
                letter = await self.ledger.surely(partial(self._went_out, letter, attempt, further, arrived, shown))
                await self._pinned(attempt.pin, arrived.addresses[-1])
                continue
            doubted = doubts(letter) > 0 and arrived is not None
            repeats = bool((doubted or letter.body.get("again") == number) and taken.show.mark)
            with_mark = marked(piece, taken.show.mark, self.manners.size) if repeats else piece
            marks = with_mark is None
            left = await self._may_go(letter, taken.chat, weight(piece, self.manners.albums) + marks + taken.show.pin)
            if left is None:
                return
            if number == len(parcel) - 1:
                self.counted(letter.lane)
            outcome = await self._call(replace(taken, letter=letter), with_mark or piece, marks)
            await self._heard(letter, left, outcome)
            if held_up(
                outcome, parcel, letter.progress, doubts(letter), moved=letter.body.get("screen_at") is not None
            ):
                letter = await self.ledger.surely(partial(self._screen_first, letter, taken.show))
                parcel = pieces(taken.show, self.manners, number)
                continue
            if not isinstance(outcome, Sent):
                await self.ledger.surely(partial(self._not_sent, replace(taken, letter=letter), outcome))
                return
            letter = await self.ledger.surely(partial(self._went_out, letter, attempt, further, outcome, shown))
            if outcome.addresses:
                await self._pinned(attempt.pin, outcome.addresses[-1])

    async def _is_settled(self, letter: Letter, chat: int) -> bool:
        """Look for the message an earlier try may have sent, and record it if it is there. Return False if the letter
        is finished, or waits because the messenger does not show its messages now."""
        attempt = Attempt.of(letter)
        if not doubts(letter) or attempt is None:
            return True
        there = await found(self.ledger, self.messenger, letter, chat, attempt.looks)
        if isinstance(there, NotSeen):
            return not (there.passing and await self.ledger.unseen(letter, there.detail))
        if there is not None:
            await self.ledger.surely(partial(self._went_out, letter, attempt, None, there, None))
            await self._pinned(attempt.pin, there.addresses[-1])
        return there is None or not attempt.is_last

    async def _pinned(self, wanted: bool, address: Address) -> None:
        if wanted:
            await Pinner(self.ledger, self.messenger).pin(address)

    async def _call(self, taken: Taken, piece: Piece, marks: bool) -> Sending:
        """Send one piece and return the messenger's answer. An album replies to the text before it, the first message
        to `reply_to`. `marks`: first send the repeat mark as a separate message, because people copy a bare text whole
        and an album has no text."""
        if marks:
            said = await self.messenger.send(taken.chat, Screen(taken.show.mark, silent=True))
            if not isinstance(said, Sent):
                return said
        if isinstance(piece, Album):
            return await self.messenger.send_files(taken.chat, piece.files, above(taken.letter))
        reply_to = None if taken.letter.progress else taken.show.reply_to
        return await self.messenger.send(taken.chat, piece.screen, reply_to)

    async def _screen_first(self, letter: Letter, show: Show) -> Letter:
        """Note that the message with the buttons goes before the piece that cannot be sent, so that it arrives anyway.
        Return the changed letter."""
        number = letter.progress
        body = {name: value for name, value in letter.body.items() if name not in ("doubts", "attempt")}
        body |= {"screen_at": number}
        if doubts(letter):
            body["again"] = number + len(split(show.screen.text, self.manners.size))
        further = self._at(replace(letter, body=body), show, pieces(show, self.manners, number), number)
        async with self.ledger.write() as tx:
            await tx.outbox.change(letter.id, body=with_trace(further))
        return further

    async def _went_out(
        self, letter: Letter, attempt: Attempt, further: dict[str, Any] | None, sent: Sent, shown: str | None
    ) -> Letter:
        """Record that one more piece was sent, before the next one (`further`) is. Return the letter with its new
        progress. `shown`: the digest of the screen; None if an earlier version of it was found, which is refreshed."""
        body = {name: value for name, value in letter.body.items() if name not in ("doubts", "attempt")}
        if further is not None:
            body["attempt"] = further
        if attempt.texts and sent.addresses:
            body["above"] = [sent.addresses[-1].chat, sent.addresses[-1].message]
        gone_on = replace(letter, progress=letter.progress + 1, body=body)
        async with self.ledger.write() as tx:
            for address in sent.addresses:
                if (known := attempt.known(letter, address, shown)) is not None:
                    await tx.messages.remember(known, self.ledger.clock.now())
            if attempt.is_head and sent.addresses:
                await self._head_went_out(tx, letter, attempt, sent.addresses[-1], stale=shown is None)
            await tx.outbox.change(letter.id, progress=gone_on.progress, body=with_trace(gone_on))
            if attempt.is_last:
                await self.ledger.done(tx, gone_on, "sent")
        return gone_on

    async def _head_went_out(
        self, tx: Transaction, letter: Letter, attempt: Attempt, head: Address, *, stale: bool
    ) -> None:
        now = self.ledger.clock.now()
        if attempt.question is not None:
            await tx.questions.shown_at(attempt.question, head.chat, head.message)
        if letter.case_id is not None:
            await link_work(tx, letter.case_id, attempt.kind, now)
        if stale:
            await refresh(tx, head, None, now)
        if (at := moment(attempt.redraw_at)) is not None:
            await refresh(tx, head, at, now)

    # --- what did not go out -----------------------------------------------------------------------------------------

    async def _may_go(self, letter: Letter, chat: int, messages: int) -> Left | None:
        """Wait a moment for the limits if need be, count the messages as sent and return the count. If the wait is
        longer, put the letter back, make its chat wait and return None."""
        clock, is_group = self.ledger.clock, self.manners.is_group(chat)
        while 0 < (wait := self.pace.wait_for(chat, is_group, clock.monotonic(), messages)) <= 2 * AHEAD:
            await clock.sleep(wait)
        if wait > 0:
            self.hold(letter.lane, wait)
            await self.ledger.held(letter, "limits")
            return None
        return self.pace.spent(chat, is_group, clock.monotonic(), messages)

    async def _heard(self, letter: Letter, left: Left, outcome: Sending) -> None:
        """Update the limits and the state of the connection from the outcome of a call. When a long outage ends,
        letters that wait to be repeated may go at once."""
        now = self.ledger.clock.monotonic()
        self.pace.answered(left, now)
        if isinstance(outcome, Unknown) or (isinstance(outcome, Later) and not outcome.limited):
            left_us = isinstance(outcome, Unknown) or outcome.left
            if self.lines.broke(letter.lane, letter.id, now, left=left_us):
                log.warning("nothing leaves for the messenger", detail=outcome.detail)
            return
        back = self.lines.carried(letter.lane)
        if back.messenger:
            log.info("letters leave for the messenger again")
        if back.messenger or back.chat:
            await self.ledger.surely(partial(self._let_repeats_go, None if back.messenger else letter.lane))

    async def _let_repeats_go(self, lane: str | None) -> None:
        async with self.ledger.write() as tx:
            await tx.outbox.let_repeats_go(lane)

    async def _not_sent(self, taken: Taken, outcome: Sending) -> None:
        letter, chat = taken.letter, taken.chat
        match outcome:
            case Later(limited=True):
                where = taken.edits.chat_id if taken.edits is not None else chat
                is_group = self.manners.is_group(where)
                self.pace.obey(where, is_group, outcome.seconds, self.ledger.clock.monotonic())
                self.hold(letter.lane, outcome.seconds)
                await self.ledger.held(letter, "too many requests")
            case Later(left=False):
                await self.ledger.held(letter, outcome.detail)
            case Later():
                await self.ledger.later(letter, outcome.seconds, outcome.detail)
            case Unknown():
                await self.ledger.doubtful(letter, outcome.detail)
            case Moved() if outcome.chat != chat:
                await self.ledger.moved(letter, chat, outcome.chat)
            case Unreachable():
                await self._unreachable(letter, outcome.detail)
            case Rejected() | Gone() | Moved() | Sent():
                async with self.ledger.write() as tx:
                    await self.ledger.given_up(tx, letter, "rejected", getattr(outcome, "detail", ""))

    async def _unreachable(self, letter: Letter, detail: str) -> None:
        if letter.lane == GROUP_LANE:
            await self.ledger.group_lost(letter, detail)
        elif (account := account_of(letter.lane)) is not None:
            await self.ledger.unreachable(letter, account, detail)
        else:
            async with self.ledger.write() as tx:
                await self.ledger.failed(tx, letter, "unreachable", detail)
