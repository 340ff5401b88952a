"""The roles that a visitor of the page may take, in the order shown.

Only names and accounts; the real program decides what a role may do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sandbox.messenger.model import User
from sandbox.vk.model import VkUser

Kind = Literal["curator", "executor", "deputy", "head", "editor", "citizen", "press", "stranger"]


@dataclass(frozen=True)
class Role:
    """A role for a visitor: `person` acts in the messenger, `vk_user` in VK; at least one is set. The press service
    (`press`) writes in VK in the name of the community that its `vk_user` administers.
    """

    key: str
    title: str
    person: User | None
    vk_user: VkUser | None
    kind: Kind


class Cast:
    """The roles by their keys, in the order shown. LookupError for an unknown key."""

    def __init__(self) -> None:
        self._roles: dict[str, Role] = {}

    def add(self, role: Role) -> Role:
        """Add a role after the others and return it. ValueError if the key is taken or the role has no account."""
        if role.key in self._roles:
            raise ValueError(f"the role {role.key!r} is already in the cast")
        if role.person is None and role.vk_user is None:
            raise ValueError(f"the role {role.key!r} has neither a messenger nor a VK account")
        self._roles[role.key] = role
        return role

    def __getitem__(self, key: str) -> Role:
        if key not in self._roles:
            raise LookupError(key)
        return self._roles[key]

    def __contains__(self, key: object) -> bool:
        return key in self._roles

    def __iter__(self) -> Iterator[Role]:
        return iter(list(self._roles.values()))

    def __len__(self) -> int:
        return len(self._roles)

    def first(self, *kinds: Kind) -> Role | None:
        """Return the first role of one of the kinds, in the order shown; None if there is none."""
        return next((role for role in self if role.kind in kinds), None)
