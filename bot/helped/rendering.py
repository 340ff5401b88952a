"""Render the question whether an answer helped at the moment of sending, if it still makes sense. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.delivery import Show
from bot.delivery.wanted import Makers, Wanted
from bot.found.citizens import wrote_last
from bot.helped import screens
from bot.messenger import Address
from config.texts import Texts
from workflow.case import Case
from workflow.helped import daytime, is_to_be_asked

KIND = "helped"


@dataclass(frozen=True)
class HelpedRendering:
    """Renders the question whether an answer helped. `asks_in`: the messenger in which citizens are asked; "" if the
    office does not want it any more."""

    texts: Texts
    asks_in: str = ""

    @property
    def makers(self) -> Makers:
        return Makers(letters={KIND: self._new}, messages={KIND: self._known})

    async def _new(self, wanted: Wanted) -> Show | None:
        """Return the question whether the answer helped; None if it no longer makes sense. In the evening it is put off
        to the next day, in a new letter (queued message)."""
        case, account = wanted.case, wanted.letter.account
        if case is None or account is None or case.appeal.network != self.asks_in:
            return None
        if not is_to_be_asked(case, await wrote_last(wanted.tx, account, wanted.now)):
            return None
        at = daytime(wanted.now, wanted.office)
        if at > wanted.now:
            fold = f"{KIND}:{case.id}:{at:%Y%m%d}"
            again = replace(wanted.letter, body={}, fold=fold, not_before=at)
            await wanted.tx.outbox.put([again], wanted.now)
            return None
        screen = screens.asked(self.texts, case, wanted.office, wanted.now)
        return Show(screen, KIND, reply_to=_answer_of(case))

    async def _known(self, wanted: Wanted) -> Show | None:
        case = wanted.case
        return Show(screens.asked(self.texts, case, wanted.office, wanted.now), KIND) if case is not None else None


def _answer_of(case: Case) -> Address | None:
    """Return the address of our answer in the person's chat; None if it is not known."""
    chat, _, message = (case.posting.ref if case.posting is not None else "").partition(":")
    return Address(int(chat), int(message)) if chat.lstrip("-").isdigit() and message.isdigit() else None
