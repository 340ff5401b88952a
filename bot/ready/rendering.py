"""Render the list of ready answers and single ones at the moment of sending. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.cases.screens.bases import bare
from bot.delivery import Show
from bot.delivery.wanted import Makers, Wanted
from bot.ready import screens
from config.texts import Texts
from storage.ready import ReadyAnswers
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Office
from workflow.ports import Letter, account_lane
from workflow.ready_answer import ReadyAnswer

KIND, LIST = "ready", "ready_list"


def ready_letter(number: int, account: int) -> Letter:
    """Return a letter (queued message) that shows the ready answer to the account."""
    body = {"which": "ready_one", "ready": number, "quietly": True}
    return Letter("list", account_lane(account), Priority.TAP, account=account, body=body)


async def found(tx: Transaction, office: Office, number: int) -> ReadyAnswer | None:
    """Return the ready answer with this number; a negative number is one from the municipality's file. None if there is
    none."""
    if number < 0:
        return next((one for one in office.ready if one.id == number), None)
    return await ReadyAnswers(tx).get(number)


@dataclass(frozen=True)
class ReadyRendering:
    texts: Texts

    @property
    def makers(self) -> Makers:
        return Makers(
            messages={KIND: self._known, LIST: self._known_list},
            lists={"ready": self._list, "ready_one": self._one},
        )

    async def _one(self, wanted: Wanted) -> Show | None:
        return await self._show(wanted, int(wanted.body["ready"]))

    async def _known(self, wanted: Wanted) -> Show | None:
        number = wanted.known.version if wanted.known is not None else None
        return await self._show(wanted, number) if number is not None else None

    async def _show(self, wanted: Wanted, number: int) -> Show | None:
        ready = await found(wanted.tx, wanted.office, number)
        if ready is None:
            return None
        return Show(screens.one(self.texts, ready, wanted.office), KIND, number, bare=bare(ready.text).text)

    async def _list(self, wanted: Wanted) -> Show:
        return replace(await self._leaf(wanted, 1), reply_to=await wanted.reply_to())

    async def _known_list(self, wanted: Wanted) -> Show:
        return await self._leaf(wanted, int(wanted.menu or 1))

    async def _leaf(self, wanted: Wanted, page: int) -> Show:
        kept = [*await ReadyAnswers(wanted.tx).kept(), *wanted.office.ready]
        return Show(screens.listed(self.texts, kept, page, wanted.office), LIST, menu=str(page))
