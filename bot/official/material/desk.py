"""The only place where decisions about materials are saved, and where a posting's outcome is handled.

`workflow.official.material_rules.MATERIALS` decides everything; a material is saved with its journal entry in the open
transaction, together with its letters to pages and people. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering.accounts import accounts_of
from bot.delivery.ports import Failed
from bot.files import FileStore
from bot.offices import Offices
from bot.official.material.rendering import all_made_true, is_late, material_letter, out_files
from networks.port import Posted, Publishes
from storage.materials import Materials
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.desk import carried
from workflow.effects import Priority, Told
from workflow.office import NETWORK, Office
from workflow.official.link_forms import FORMS
from workflow.official.material import (
    ApproveMaterial,
    HandOverMaterial,
    Material,
    MaterialCommand,
    MaterialNotice,
    MaterialPublished,
    Publish,
    RetryMaterial,
    SendMaterial,
)
from workflow.official.material_rules import MATERIALS, told_at
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_addresses import belongs_to, network_of, page_address
from workflow.official.page_items import PageNetwork
from workflow.official.page_rules import editors
from workflow.official.publications import Publication
from workflow.outcomes import Accepted, Refused
from workflow.ports import Binding, Letter, network_lane
from workflow.reasons import STAND_IN

Done = Accepted[Material, Told | Publish]
Decision = Done | Refused


@dataclass(frozen=True)
class MaterialDesk:
    """Decides on commands about materials and saves the results. `networks`: the networks by name, which say what they
    accept as a post."""

    networks: Mapping[str, object]
    files: FileStore

    async def decide(self, tx: Transaction, command: MaterialCommand, office: Office, now: datetime) -> Decision:
        """Return what the rules decide on the command, without saving anything."""
        before = await Materials(tx).get(command.material)
        return MATERIALS.decide(before, await self._informed(tx, command, before), office, now)

    async def carry(self, tx: Transaction, command: MaterialCommand, office: Office, now: datetime) -> Decision:
        """Decide on the command; if it is accepted, save the material and queue the messages and postings that follow,
        all in the caller's transaction. Return the decision."""
        book = Materials(tx)
        before = None if isinstance(command, SendMaterial) else await book.get(command.material)
        command = await self._informed(tx, command, before)
        decision = await carried(MATERIALS, book, before, command, office, now)
        if isinstance(decision, Refused):
            return decision
        if isinstance(command, MaterialPublished):
            await self._count(tx, command, decision, now)
        bindings = await tx.people.all()
        letters = [*await self._publishing(tx, decision), *self._told(decision, command, office, bindings, now)]
        await tx.outbox.put(letters, now)
        return decision

    async def _informed(self, tx: Transaction, command: MaterialCommand, material: Material | None) -> MaterialCommand:
        """Return the command completed with facts that only the database and the networks know."""
        book = OfficialPages(tx)
        match command:
            case SendMaterial():
                return replace(command, material=await Materials(tx).next_number())
            case ApproveMaterial() if material is not None:
                pages = {one.id: one for one in await book.every() if one.state is PageState.IN_FORCE}
                chosen = [pages[number] for number in command.pages if number in pages]
                problems = [(one.id, said[0]) for one in chosen if (said := self._problems(one, material))]
                return replace(command, in_force=frozenset(pages), problems=tuple(problems))
            case MaterialPublished() if command.by.machine is None:
                found = await book.get(command.page)
                if found is None:
                    return command
                fits = command.link == STAND_IN or _fits(command.link, found)
                return replace(command, fits=fits, keeper=found.responsible)
            case HandOverMaterial():
                found = await book.get(command.page)
                return replace(command, keeper=found.responsible if found is not None else "")
            case RetryMaterial():
                found = await book.get(command.page)
                by_us = found is not None and found.state is PageState.IN_FORCE and self._publishes(found)
                return replace(command, by_us=by_us, keeper=found.responsible if found is not None else "")
            case _:
                return command

    def _problems(self, page: OfficialPage, material: Material) -> list[str]:
        publisher = self.networks.get(page.network)
        if not isinstance(publisher, Publishes):
            return []
        return publisher.post_problems(material.newest.text, out_files(material.newest.files, self.files))

    def _publishes(self, page: OfficialPage) -> bool:
        publisher = self.networks.get(page.network)
        return isinstance(publisher, Publishes) and publisher.may_publish

    async def _count(self, tx: Transaction, command: MaterialPublished, decision: Done, now: datetime) -> None:
        """Count the publication for its page's norm, once, even if it is reported in several ways."""
        person = decision.entry.by if command.by.machine is None else None
        await OfficialPages(tx).publish(Publication(command.page, now, command.link), person)

    async def _publishing(self, tx: Transaction, decision: Done) -> list[Letter]:
        """Return a letter (queued posting) for each page on which the decision publishes the material, not before the
        approved time."""
        material, letters = decision.after, list[Letter]()
        for number in [effect.page for effect in decision.effects if isinstance(effect, Publish)]:
            found = await OfficialPages(tx).get(number)
            network = found.network if found is not None else PageNetwork.VK
            place = material.place(number)
            tries = place.tries if place is not None else 0
            body = {"material": material.id, "page": number, "approval": material.approval, "tries": tries}
            fold = f"publish:{material.id}:{number}:{material.approval}:{tries}"
            letters.append(Letter(
                "publish", network_lane(network), Priority.DEADLINE, fold=fold, body=body, not_before=material.publish_at,
            ))  # fmt: skip
        return letters

    def _told(
        self,
        decision: Done,
        command: MaterialCommand,
        office: Office,
        bindings: Sequence[Binding],
        now: datetime,
    ) -> list[Letter]:
        letters: dict[int, Letter] = {}
        page = command.page if isinstance(command, MaterialPublished | HandOverMaterial) else 0
        for told in [effect for effect in decision.effects if isinstance(effect, Told)]:
            heard = accounts_of(told.people, bindings)
            if not heard and told.notice is MaterialNotice.HANDED_OVER:
                heard = accounts_of(editors(office, now), bindings)
            for account in heard - {command.by.account}:
                made = material_letter(decision.after.id, account, notice=str(told.notice), page=page)
                if told.notice is MaterialNotice.ARRIVED and office.approval_delay:
                    made = replace(made, not_before=told_at(decision.after, office))
                letters.setdefault(account, made)
        return list(letters.values())


def _fits(link: str, page: OfficialPage) -> bool:
    """Whether the link may be a post of the page: it leads into the page's network, not to a page as such, and to this
    page if links of this network show that."""
    if network_of(link) is not page.network or page_address(link) is not None:
        return False
    return not FORMS[page.network].tells_page or belongs_to(link, page.address)


@dataclass(frozen=True)
class MaterialReporting:
    """Turns the outcome of posting a material on a page into a command to the desk: published, or handed over to a
    person."""

    desk: MaterialDesk
    offices: Offices

    async def outcome(self, tx: Transaction, letter: Letter, outcome: Posted | Failed, now: datetime) -> None:
        number, place = int(letter.body["material"]), int(letter.body["page"])
        command: MaterialCommand
        match outcome:
            case Posted(ref, link):
                command = MaterialPublished(NETWORK, number, place, link, ref)
            case Failed(reason):
                found = await Materials(tx).get(number)
                late = reason == "by_hand" and found is not None and is_late(found, found.place(place), now)
                command = HandOverMaterial(NETWORK, number, place, "late" if late else reason)
        await self.desk.carry(tx, command, self.offices.today(tx.municipality), now)
        await all_made_true(tx, number, None, now)
