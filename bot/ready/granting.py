"""Do what the curator asks about ready answers; `workflow.ready.READY` decides. Puts letters into the outbox, sends
nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answering.answered import Answered
from bot.answering.letters import made_true, pressed
from bot.answering.view import Look
from bot.ready import screens
from bot.ready.rendering import KIND, found, ready_letter
from config.russian.placed import blanked
from config.texts import Texts
from handlers.incoming import Incoming, Kind
from handlers.wishes import ShowReady
from storage.ready import ReadyAnswers
from storage.transaction import Transaction
from workflow.basis import served
from workflow.case import Other
from workflow.desk import carried
from workflow.outcomes import Reason, Refused
from workflow.ready import READY, KeepReady, ReadyCommand


@dataclass(frozen=True)
class ReadyGranting:
    texts: Texts

    async def show(self, tx: Transaction, wish: ShowReady, look: Look) -> Answered:
        """Send the ready answer to the person who asked for it, or return a refusal if there is none with this number."""
        if await found(tx, look.office, wish.ready) is None or look.actor.account is None:
            return self._refused(Refused(Reason.NO_SUCH_READY))
        await tx.outbox.put([ready_letter(wish.ready, look.actor.account)], look.now)
        return Answered()

    async def carry(self, tx: Transaction, command: ReadyCommand, incoming: Incoming, look: Look) -> Answered:
        """Carry out the command, or refuse it in words; return the toast. The ready answer is then shown as it is now."""
        book = ReadyAnswers(tx)
        if isinstance(command, KeepReady):
            command = await self._with_words(tx, command)
        before = await book.get(command.ready) if not isinstance(command, KeepReady) else None
        decision = await carried(READY, book, before, command, look.office, look.now)
        if isinstance(decision, Refused):
            return self._refused(decision)
        ready, known = decision.after, await pressed(tx, incoming)
        if known is not None and known.kind == KIND:
            await tx.outbox.put([made_true(known)], look.now)
        elif look.actor.account is not None and look.reachable(look.actor.account):
            await tx.outbox.put([ready_letter(ready.id, look.actor.account)], look.now)
        done = screens.done(self.texts, ready, command.action, look.office)
        return Answered(done if incoming.kind is Kind.PRESS else "")

    async def _with_words(self, tx: Transaction, command: KeepReady) -> KeepReady:
        """Return the command with the posted answer's text (the place in it replaced by a blank), and the department
        and topic it is offered for; `text` is "" if that answer may not be used."""
        book, case = ReadyAnswers(tx), await tx.case(command.of.id)
        known = next((one.id for one in await book.kept() if one.case == command.of.id), 0)
        draft = served(case) if case is not None else None
        if case is None or draft is None:
            return replace(command, text="", known=known)
        return replace(
            command,
            ready=await book.next_number(),
            text=blanked(draft.text, case.location),
            of=Other(case.id, case.number),
            department=draft.department or "",
            topic=case.topics[0] if case.topics else "",
            known=known,
        )

    def _refused(self, refusal: Refused) -> Answered:
        return Answered(screens.refused(self.texts, refusal), refused=True)
