"""Render the question whether an answer helped at the moment of sending, if it still makes sense. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.delivery import Post, Show
from bot.delivery.ports import Failed
from bot.delivery.wanted import Makers, Wanted
from bot.found.citizens import wrote_last
from bot.helped import screens
from bot.messenger import Address
from config.texts import Texts
from networks.port import Answer, Posted
from storage.transaction import Transaction
from workflow.case import Case
from workflow.helped import NOWHERE, AskedIn, daytime, is_to_be_asked
from workflow.ports import Letter

KIND = "helped"
ASKED = "if_helped_asked"
"""The journal's name for the question, where a network shows it: what its author writes may be the answer."""


@dataclass(frozen=True)
class HelpedRendering:
    """Renders the question whether an answer helped. `asks_in`: where citizens are asked; nowhere if the office does not want
    it any more."""

    texts: Texts
    asks_in: AskedIn = NOWHERE

    @property
    def makers(self) -> Makers:
        return Makers(letters={KIND: self._new}, messages={KIND: self._known})

    async def _new(self, wanted: Wanted) -> Show | Post | None:
        """Return the question whether the answer helped, or the thanks for a reply to it; None if it no longer makes sense.
        In the evening it is put off to the next day, in a new letter (queued message)."""
        case = wanted.case
        if case is None:
            return None
        if (words := wanted.body.get("words")) is not None:
            return self._thanks(case, str(words), str(wanted.body["after"]))
        if not is_to_be_asked(case, await self._wrote_last(wanted, case)):
            return None
        at = daytime(wanted.now, wanted.office)
        if at > wanted.now:
            fold = f"{KIND}:{case.id}:{at:%Y%m%d}"
            again = replace(wanted.letter, body={}, fold=fold, not_before=at)
            await wanted.tx.outbox.put([again], wanted.now)
            return None
        if case.appeal.network in self.asks_in.networks:
            return self._in_network(case, wanted)
        if wanted.letter.account is None or case.appeal.network != self.asks_in.messenger:
            return None
        screen = screens.asked(self.texts, case, wanted.office, wanted.now)
        return Show(screen, KIND, reply_to=_answer_of(case))

    def _in_network(self, case: Case, wanted: Wanted) -> Post | None:
        """The question under our answer; decided with it, so that a restored copy asks nobody twice."""
        posting = case.posting
        if posting is None or case.appeal.network is None:
            return None
        text, choices = screens.asked_in_network(self.texts, case, wanted.office, wanted.now)
        attempt = f"{case.municipality}-{case.id}-{KIND}"
        answer = Answer(answer_in_network(case), "message", text, (), attempt, choices=choices)
        return Post(case.appeal.network, answer, posting.at)

    def _thanks(self, case: Case, words: str, after: str) -> Post | None:
        """What its author is told once he has said it. It stands under our answer, so that it is not taken for one to
        what he wrote now."""
        if case.appeal.network is None:
            return None
        attempt = f"{case.municipality}-{case.id}-{KIND}-{after}"
        answer = Answer(answer_in_network(case), "message", self.texts.plain(words), (), attempt)
        return Post(case.appeal.network, answer)

    async def _wrote_last(self, wanted: Wanted, case: Case) -> datetime | None:
        if wanted.letter.account is not None:
            return await wrote_last(wanted.tx, wanted.letter.account, wanted.now)
        return await wanted.tx.wrote_last(case.appeal)

    async def _known(self, wanted: Wanted) -> Show | None:
        case = wanted.case
        return Show(screens.asked(self.texts, case, wanted.office, wanted.now), KIND) if case is not None else None


def answer_in_network(case: Case) -> str:
    """The address of our answer in its network, otherwise of the message it answers."""
    return (case.posting.ref if case.posting is not None else "") or case.appeal.ref or ""


async def asked(tx: Transaction, letter: Letter, outcome: Posted | Failed, now: datetime) -> None:
    """Note in the journal that a network shows the question. One that could not be put is not asked again, and nobody
    needs to hear of it."""
    if isinstance(outcome, Posted) and letter.case_id is not None and "words" not in letter.body:
        await tx.journal_line(letter.case_id, ASKED, {}, now)


def _answer_of(case: Case) -> Address | None:
    """Return the address of our answer in the person's chat; None if it is not known."""
    chat, _, message = (case.posting.ref if case.posting is not None else "").partition(":")
    return Address(int(chat), int(message)) if chat.lstrip("-").isdigit() and message.isdigit() else None
