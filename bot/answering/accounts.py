"""Find who is behind an account, and which accounts people have. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from handlers.incoming import Incoming
from storage.transaction import Transaction
from workflow.case import ENDED, State
from workflow.office import Actor
from workflow.ports import Binding

OPEN_STATES = [state.value for state in State if state not in ENDED]


def actor_of(incoming: Incoming, bindings: tuple[Binding, ...]) -> Actor:
    """Return the sender as an actor, by the account's bindings. A person who has left the working group has no rights
    until they return."""
    if incoming.sender is None:
        return Actor(standing="stranger")
    if incoming.sender.anonymous:
        return Actor(standing="anonymous")
    account = incoming.sender.account
    return _known_as([b for b in bindings if b.account == account], account)


async def reader_of(tx: Transaction, account: int | None) -> Actor:
    """Return the actor behind the account, as if they had sent something; a stranger if it belongs to nobody in the
    office."""
    return _known_as(await tx.people.of_account(account) if account is not None else (), account)


def _known_as(own: Sequence[Binding], account: int | None) -> Actor:
    if not own:
        return Actor(account=account, standing="stranger")
    standing = "ok" if all(b.in_group for b in own) else "left"
    return Actor(tuple(b.person for b in own), account, standing)


def accounts_of(people: Collection[str], bindings: Iterable[Binding]) -> set[int]:
    """Return those accounts of these people that the bot can write to in private."""
    return {b.account for b in bindings if b.person in people and b.reachable}
