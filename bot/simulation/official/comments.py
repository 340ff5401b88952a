"""Plays events of comments on official pages: a comment appears, somebody decides, and the network carries the
decision out or does not.

As in the running bot, the comment's words decide whether there is a ground to propose it for deletion; whether it also
becomes a case is up to the scenario. A network that the program moderates does only what the scenario says; in the
others a person does it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.answering.toasts import short
from bot.delivery.ports import Act, Carried, Failed
from bot.found.finding import Finding
from bot.found.waves import WaveWatch
from bot.official.moderation.granting import ModerationGranting, answered_by_network
from bot.official.moderation.proposing import Proposing
from bot.official.moderation.rendering import ORDER
from bot.official.moderation.screens import refused
from bot.simulation.official.networks import BY_MACHINE
from bot.simulation.official.orders import COMMENT, DETECT
from bot.simulation.official.stage import Stage
from bot.simulation.scenario import Event
from config.russian import detection, incidents
from networks.port import Found
from storage.moderation import ModerationBook, Proposal
from storage.transaction import Transaction
from workflow.case import Case
from workflow.effects import Priority
from workflow.official.moderation import Matter, Moderate, ModerationAction, ModerationEvent, Offence
from workflow.official.page_items import PageNetwork
from workflow.outcomes import Reason, Refused
from workflow.ports import Letter, network_lane

CITIZEN = "житель"
FAILED = "no_right"


@dataclass
class CommentActs:
    """The player of comments. `became(name, case)` is called when a comment becomes a case."""

    stage: Stage
    became: Callable[[str, Case], None]

    def __post_init__(self) -> None:
        known, offices = self.stage.scenario.municipality, self.stage.offices
        self.proposing = Proposing(offices.today, known.detection.list_after)
        finding = Finding(
            self.stage.desk,
            offices.today,
            detection.detector(known.places, known.danger),
            WaveWatch(known.detection.wave),
            incidents.load_signs(known.folders),
            self.proposing,
        )
        self.granting = ModerationGranting(self.stage.texts, finding)
        self.found: dict[str, Found] = {}

    async def happens(self, tx: Transaction, event: Event) -> None:
        """Play the event: carry it out, or record its refusal."""
        match event.do:
            case str() as do if do == DETECT:
                await self._appears(tx, event)
            case ModerationEvent.WITHDRAWN:
                await self.proposing.gone(tx, self.found[event.name], self.stage.clock.now())
            case ModerationEvent.DONE | ModerationEvent.NOT_DONE:
                await self._network_answers(tx, event)
            case _:
                await self._decided(tx, event)

    async def _appears(self, tx: Transaction, event: Event) -> None:
        on, said, now = event.fields["page"], event.fields, self.stage.clock.now()
        network = self.stage.scenario.networks[on]
        author = said.get("author", "")
        found = self.found[event.name] = Found(
            network=network,
            ref=f"{COMMENT}:{event.name}",
            kind="comment",
            text=said["text"],
            author_name=author or CITIZEN,
            author_ref=author or f"{CITIZEN}:{event.name}",
            written_at=now,
            link=self._link(network, self.stage.addresses.get(on, "")),
            place=on,
            own_page=True,
        )
        await self.proposing.came(tx, found, (), now)
        known = await ModerationBook(tx).by_ref(found.network, found.ref)
        if known is not None:
            self.stage.numbers[COMMENT, event.name] = known.comment.id

    def _link(self, network: PageNetwork, address: str) -> str:
        """A new link that shows which page the comment is on."""
        number = self.stage.one_more()
        return f"{address}?w=wall-1_1&reply={number}" if network is PageNetwork.VK else f"{address}/1?comment={number}"

    async def _decided(self, tx: Transaction, event: Event) -> None:
        ground = event.fields.get("ground")
        look = await self.stage.look(tx, event.by)
        command = Moderate(
            look.actor,
            self.stage.number(COMMENT, event.name),
            ModerationAction(event.do),
            Offence(ground) if ground else None,
        )
        decided = await self.granting.decide(tx, command, look)
        if isinstance(decided, Refused):
            self._refuse(event, decided.reason)
        elif decided[1] is not None:
            self.became(event.case, decided[1])

    def _refuse(self, event: Event, reason: Reason) -> None:
        self.stage.refuse(event, reason, short(refused(self.stage.texts, reason)))

    # --- the network -------------------------------------------------------------------------------------------------

    async def _network_answers(self, tx: Transaction, event: Event) -> None:
        """Let the network report the outcome of every order about the comment that it has not answered yet; record a
        refusal if there is no such order."""
        found = await self._proposal(tx, event.name)
        if found is None or not found.comment.asked:
            reason = Reason.NO_SUCH_COMMENT if found is None else Reason.NOTHING_BY_HAND
            self._refuse(event, reason)
            return
        done = event.do == ModerationEvent.DONE
        outcome = Carried() if done else Failed(event.fields.get("reason", FAILED))
        for matter in found.comment.asked:
            await self._answer(tx, found, matter, outcome, self.stage.clock.now())

    async def told(self, tx: Transaction, letter: Letter) -> None:
        """Pass an order to the network. It waits for the scenario's answer; in a network that the program does not
        moderate it fails at once, so that a person has to carry it out."""
        found = await ModerationBook(tx).get(int(letter.body["comment"]))
        matter = Matter(letter.body["matter"])
        if found is not None and matter in found.comment.asked and found.comment.network not in BY_MACHINE:
            await self._answer(tx, found, matter, Failed("by_hand"), self.stage.clock.now())

    async def _answer(
        self, tx: Transaction, found: Proposal, matter: Matter, outcome: Carried | Failed, now: datetime
    ) -> None:
        comment = found.comment
        body = {"comment": comment.id, "matter": matter.value}
        letter = Letter(ORDER, network_lane(comment.network), Priority.TAP, body=body)
        act = Act(comment.network, comment.order(matter), comment.ref)
        await answered_by_network(tx, letter, act, outcome, self.stage.office, now)

    async def _proposal(self, tx: Transaction, name: str) -> Proposal | None:
        return await ModerationBook(tx).get(self.stage.number(COMMENT, name))
