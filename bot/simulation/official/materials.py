"""Plays events of material for publication, and what happens to a material at its time.

A network does only what the scenario says: posts to VK and Telegram wait for their `published` event; if a person is
named in that event, the network has handed the post over at its time. In other networks people publish themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.answering.toasts import short
from bot.delivery.ports import Failed
from bot.files import FileStore
from bot.official.material.desk import MaterialDesk, MaterialReporting
from bot.official.material.rendering import MaterialRendering
from bot.official.material.screens import page_names, refused
from bot.simulation.official.networks import BY_MACHINE, Takers
from bot.simulation.official.orders import MATERIAL, PAGE
from bot.simulation.official.stage import Stage
from bot.simulation.scenario import Event
from storage.materials import Materials
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.case import FileRef
from workflow.office import NETWORK
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialAction,
    MaterialCommand,
    MaterialPublished,
    PlaceState,
    RecallMaterial,
    ResendMaterial,
    ReturnMaterial,
    SendMaterial,
    WithdrawMaterial,
)
from workflow.outcomes import Accepted, Reason, Refused
from workflow.ports import Letter

NO_FILES = Path("no-files")
"""The folder of a store of files that stays empty, because pictures in a scenario have no bytes."""


@dataclass
class MaterialActs:
    """The player of materials. `held`: letters to networks that wait for their time."""

    stage: Stage
    held: list[Letter] = field(default_factory=list)

    def __post_init__(self) -> None:
        store, takers = FileStore(NO_FILES), Takers()
        self.desk = MaterialDesk(takers, store)
        self.shown = MaterialRendering(self.stage.texts, store, takers)
        self.reporting = MaterialReporting(self.desk, self.stage.offices)
        told = [event for event in self.stage.scenario.events if event.about == MATERIAL and "page" in event.fields]
        by_machine = {(event.name, event.fields["page"]) for event in told if event.by is None}
        self.by_hand = {(event.name, event.fields["page"]) for event in told} - by_machine

    async def happens(self, tx: Transaction, event: Event) -> None:
        """Play the event: carry it out, or record its refusal."""
        found = await Materials(tx).get(self.stage.number(MATERIAL, event.name))
        command = self._command(event, found)
        if isinstance(command, MaterialPublished | HandOverMaterial) and found is not None:
            if self._is_early(found, command.page):
                await self._refuse(tx, event, Refused(Reason.NOT_NOW, {"state": found.state}))
                return
            if event.by is not None:
                await self._given_back(tx, found, command.page)
        decision = await self.desk.carry(tx, command, self.stage.office, self.stage.clock.now())
        if isinstance(decision, Accepted):
            self.stage.numbers[MATERIAL, event.name] = decision.after.id
        else:
            await self._refuse(tx, event, decision)

    async def _refuse(self, tx: Transaction, event: Event, refusal: Refused) -> None:
        texts, pages = self.stage.texts, {one.id: one for one in await OfficialPages(tx).every()}
        words = refused(texts, refusal, page_names(texts, self.stage.office, pages))
        self.stage.refuse(event, refusal.reason, short(words))

    def _command(self, event: Event, found: Material | None) -> MaterialCommand:
        said, by = event.fields, self.stage.actor(event.by)
        number = self.stage.number(MATERIAL, event.name)
        text, files = said.get("text", ""), tuple(self._pictures(said.get("pictures", 0)))
        version = int(said.get("version", found.newest.number if found is not None else 0))
        match event.do:
            case MaterialAction.SEND:
                return SendMaterial(by, 0, self.stage.key, text, files)
            case MaterialAction.RESEND:
                return ResendMaterial(by, number, text, files)
            case MaterialAction.EDIT:
                return EditMaterial(by, number, version, text, files)
            case MaterialAction.RETURN:
                return ReturnMaterial(by, number, version, said["remarks"])
            case MaterialAction.APPROVE:
                pages = tuple(self.stage.number(PAGE, name) for name in said["pages"])
                return ApproveMaterial(by, number, version, pages, said.get("publish_at"))
            case MaterialAction.RECALL:
                return RecallMaterial(by, number)
            case MaterialAction.WITHDRAW:
                return WithdrawMaterial(by, number)
            case MaterialAction.PUBLISHED:
                return MaterialPublished(by, number, self._page(event), said.get("link") or self._link(event))
            case _:
                return HandOverMaterial(by, number, self._page(event), said.get("reason", "no_right"))

    def _pictures(self, count: int) -> Iterator[FileRef]:
        for _ in range(count):
            number = self.stage.one_more()
            yield FileRef(f"{number:064x}", "photo", f"{number}.jpg", 0)

    def _page(self, event: Event) -> int:
        return self.stage.number(PAGE, event.fields["page"])

    def _link(self, event: Event) -> str:
        name = event.fields["page"]
        return self.stage.link(self.stage.scenario.networks[name], self.stage.addresses.get(name, ""))

    def _is_early(self, material: Material, page: int) -> bool:
        """Whether the post cannot have been published yet: its time is further away than the delay after an approval."""
        place, at = material.place(page), material.publish_at
        if place is None or place.state is not PlaceState.PLANNED or at is None:
            return False
        return at - self.stage.clock.now() > self.stage.office.approval_delay

    async def _given_back(self, tx: Transaction, material: Material, number: int) -> None:
        """Hand the post over to people if the network still has it: a person can publish only what was handed over."""
        place = material.place(number)
        if place is not None and place.state is PlaceState.PLANNED and place.page == number:
            command = HandOverMaterial(NETWORK, material.id, number, "by_hand")
            await self.desk.carry(tx, command, self.stage.office, self.stage.clock.now())

    # --- at its time -------------------------------------------------------------------------------------------------

    def next_moment(self) -> datetime | None:
        """The time of the earliest held letter, which may be past; None if none waits."""
        return min((one.not_before for one in self.held if one.not_before is not None), default=None)

    async def bring(self, tx: Transaction) -> None:
        """Send the due letters to their networks, or hand them over to people where the program does not publish."""
        now = self.stage.clock.now()
        due = [one for one in self.held if one.not_before is None or one.not_before <= now]
        self.held = [one for one in self.held if one not in due]
        for letter in due:
            post = await self.shown.publishing(tx, letter, now)
            if post is None:
                continue
            name = self.stage.name(MATERIAL, int(letter.body["material"]))
            there = (name, self.stage.name(PAGE, int(letter.body["page"])))
            if post.network not in BY_MACHINE or there in self.by_hand:
                await self.reporting.outcome(tx, letter, Failed("by_hand"), now)
