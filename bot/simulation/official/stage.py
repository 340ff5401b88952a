"""What the players of pages, materials and comments share: who acts, how things are named, which refusals and notices
are recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.answering.view import Look
from bot.clock import HeldClock
from bot.offices import Offices
from bot.simulation.outcome import Notice, Refusal
from bot.simulation.scenario import Event, Scenario
from config.texts import Texts
from handlers.public import Citizens
from storage.transaction import Transaction
from workflow.desk import Desk
from workflow.office import NETWORK, Actor, Office, Role
from workflow.official.page_items import PageNetwork

BY_NETWORK = "network"
SPOKEN_OF = (Role.CURATOR, Role.HEAD, Role.EDITOR)
"""The posts under which a notice is reported; other people are reported by their department, or as `Cast.called` says.
"""


@dataclass
class Stage:
    """The state shared by the players of pages, materials and comments. `numbers`: numbers in the database by kind and
    the scenario's name; `addresses`: the pages' addresses by name."""

    scenario: Scenario
    clock: HeldClock
    offices: Offices
    desk: Desk
    texts: Texts
    refused: list[Refusal]
    notices: list[Notice]
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    _made: int = 0

    @property
    def key(self) -> str:
        return self.scenario.municipality.key

    @property
    def office(self) -> Office:
        return self.offices.today(self.key)

    def number(self, about: str, name: str) -> int:
        """The number in the database of the thing of this kind and name; 0, which nothing has, if it was never
        created."""
        return self.numbers.get((about, name), 0)

    def name(self, about: str, number: int) -> str:
        """The scenario's name for the thing of this kind and number; the number itself as text if it has none."""
        return next((name for (kind, name), n in self.numbers.items() if (kind, n) == (about, number)), str(number))

    # --- who ---------------------------------------------------------------------------------------------------------

    def person(self, word: str) -> str:
        """The key of the person that a name in the scenario means. If the file has no editor, the curator is the
        editor."""
        cast = self.scenario.cast
        if word == Role.EDITOR and not cast.knows(word):
            return cast.person(Role.CURATOR)
        return cast.person(word)

    def actor(self, by: str | None) -> Actor:
        if by is None:
            return NETWORK
        person = self.person(by)
        return Actor((person,), self.scenario.cast.accounts[person])

    async def look(self, tx: Transaction, by: str | None) -> Look:
        """The context that a handler gets when this person presses a button in a private chat (None: when the network
        reports)."""
        return Look(
            tx=tx,
            office=self.office,
            now=self.clock.now(),
            actor=self.actor(by),
            group=None,
            bot_name="",
            kept={},
            is_admin_here=False,
            linked=None,
            bindings=tuple(await tx.people.all()),
            citizens=Citizens(),
        )

    def called(self, account: int | None) -> list[str]:
        """The names under which the holders of the account are reported."""
        cast = self.scenario.cast
        return [self._called(person) for person, own in cast.accounts.items() if own == account]

    def _called(self, person: str) -> str:
        found = self.scenario.cast.people[person]
        for post in SPOKEN_OF:
            if post in found.roles:
                return post.value
        executor = found.department is not None and Role.EXECUTOR in found.roles
        return str(found.department) if executor else self.scenario.cast.called(person, None)

    # --- what came of it ---------------------------------------------------------------------------------------------

    def refuse(self, event: Event, reason: str, words: str) -> None:
        by = event.by or BY_NETWORK
        row = Refusal(self.clock.now(), "", event.do, by, reason, event.about, event.name, words)
        self.refused.append(row)

    def tell(self, account: int | None, kind: str, about: str, name: str) -> None:
        """Record a notice now to everybody who has the account."""
        now = self.clock.now()
        self.notices += [Notice(now, "", kind, None, to, about, name) for to in self.called(account)]

    # --- what nobody has written -------------------------------------------------------------------------------------

    def one_more(self) -> int:
        self._made += 1
        return self._made

    def link(self, network: PageNetwork, address: str) -> str:
        """Make up a plausible address for a publication on the page; a new one each time."""
        number = self.one_more()
        if network is PageNetwork.VK:
            community = address.rpartition("/club")[2]
            return f"https://vk.com/wall-{community if community.isdecimal() else 1}_{number}"
        own = address or f"https://{network}.ru/page"
        return f"{own}/topic/{number}" if network is PageNetwork.OK else f"{own}/{number}"
