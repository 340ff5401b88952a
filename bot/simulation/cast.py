"""Who takes part in a scenario: the people in the municipality's file, and a stand-in for every post that nobody
holds.

A scenario says `curator`, `deputy`, `head` and the departments' keys, whoever holds the post; notices are reported
under the same names. Account numbers are made up here; there is no messenger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.municipality import KEY, Municipality, key_of, of_data
from config.yamlfile import Lines
from workflow.office import Actor, Person, Role

POSTS = (Role.CURATOR, Role.DEPUTY, Role.HEAD)
NAMELESS = "simulation"
"""The key given to a municipality whose file name cannot be a key."""


@dataclass(frozen=True)
class Cast:
    """The people of a scenario. `posts`: the name of a post or department → the key of its person; `accounts`: the
    account number of each person."""

    posts: Mapping[str, str]
    people: Mapping[str, Person]
    accounts: Mapping[str, int]

    def knows(self, word: str) -> bool:
        return word in self.posts or word in self.people

    def words(self) -> list[str]:
        """All names that an event may have in its field `by`: posts, departments and people's keys."""
        return list(dict.fromkeys([*self.posts, *self.people]))

    def person(self, word: str) -> str:
        """The key of the person that a name in the scenario means: the holder of the post, or else the person with
        that key."""
        return self.posts.get(word, word)

    def actor(self, word: str) -> Actor:
        person = self.person(word)
        return Actor((person,), self.accounts[person])

    def called(self, person: str, department: str | None) -> str:
        """The name under which a notice to the person is reported, one of those `by` accepts: the department if the
        notice is about its own duty, otherwise the person's post.

        All curators are reported as one, and so is the head. If there are several deputies, each is reported by their
        own key; so is a person who holds no post or substitutes for another.
        """
        found = self.people[person]
        if department is not None and found.department == department and Role.EXECUTOR in found.roles:
            return department
        for post in (Role.CURATOR, Role.HEAD):
            if post in found.roles:
                return post.value
        deputies = [one.key for one in self.people.values() if Role.DEPUTY in one.roles]
        return Role.DEPUTY.value if deputies == [person] else person


def municipality_of(data: Mapping[str, Any], lines: Lines, shown: str, path: Path) -> Municipality:
    """Load the municipality from the data, with a stand-in for every post nobody holds. Raises BrokenConfiguration.

    A file without any people may still name an overseer or a supervisor. A substitute whom the file does not describe
    has the rights of the person they substitute for, and none of their own.
    """
    key = key_of(path)
    own = path if KEY.fullmatch(key) is not None else path.with_name(f"{NAMELESS}.yaml")
    filled, substitutes = _filled(dict(data))
    found = of_data(filled, lines, shown, own, (path.parent,))
    people = dict(found.people)
    for person, substitute in substitutes.items():
        people[person] = replace(people[person], substitute=substitute)
        people.setdefault(substitute, Person(substitute, substitute, ()))
    return replace(found, people=people)


def _filled(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The data with stand-ins added to its people; and the substitutes that are named but not described, by the person
    they substitute for."""
    departments, written = data.get("departments"), data.get("people") or {}
    if not isinstance(written, dict):
        return data, {}
    people = {key: dict(entry) if isinstance(entry, dict) else entry for key, entry in written.items()}
    described = {key: entry for key, entry in people.items() if isinstance(entry, dict)}
    roles = {key: _listed(entry.get("role")) for key, entry in described.items()}
    substitutes = {
        key: str(entry.pop("substitute"))
        for key, entry in described.items()
        if entry.get("substitute") is not None and str(entry["substitute"]) not in people
    }
    if not people:
        named = [entry.get("overseen_by") for entry in _mappings(departments).values()]
        for overseer in [*named, data.get("supervisor")]:
            if overseer is not None:
                people[str(overseer)] = {"role": "deputy", "name": str(overseer)}
                roles[str(overseer)] = ["deputy"]
    for post in POSTS:
        if not any(post.value in held for held in roles.values()):
            people[_free(post.value, people)] = {"role": post.value, "name": post.value}
    for key in _mappings(departments):
        staff = [k for k, e in described.items() if str(e.get("department")) == key and "executor" in roles[k]]
        if not staff:
            people[_free(str(key), people)] = {"role": "executor", "department": str(key), "name": str(key)}
    return {**data, "people": people}, substitutes


def _mappings(value: Any) -> dict[str, Mapping[str, Any]]:
    return {k: v for k, v in value.items() if isinstance(v, dict)} if isinstance(value, dict) else {}


def _listed(value: Any) -> list[str]:
    return [str(word) for word in (value if isinstance(value, list) else [value])]


def _free(key: str, taken: Mapping[str, Any]) -> str:
    while key in taken:
        key = f"{key}_"
    return key


def cast_of(municipality: Municipality) -> Cast:
    """The cast of the municipality. A role's name means the first person in the file with that role, a department's
    key its first executor."""
    posts: dict[str, str] = {}
    for person in municipality.people.values():
        for role in person.roles:
            if role is not Role.EXECUTOR:
                posts.setdefault(role.value, person.key)
    for person in municipality.people.values():
        if person.department is not None and Role.EXECUTOR in person.roles:
            posts.setdefault(person.department, person.key)
    accounts = {person: number for number, person in enumerate(municipality.people, 1)}
    return Cast(posts, municipality.people, accounts)
