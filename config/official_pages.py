"""Official pages listed in a municipality's file under `pages`: read, checked, made into pages of the registry.

Errors name their line. The file holds nothing about protection: no passwords, no lists of people with access.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.complain import Complain
from config.yamlfile import suggestion
from workflow.official.link_forms import FORMS
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_addresses import network_of, page_address
from workflow.official.page_items import Format, PageNetwork, Whose
from workflow.official.secrecy import looks_secret

EXAMPLES = {network: f"https://{form.hosts[0]}/{form.example}" for network, form in FORMS.items()}

Text = Annotated[str, Field(min_length=1, max_length=1000)]


class Entry(BaseModel):
    """An official page as the file lists it. `unit`: a department's key or its name; `responsible`: a person's key or
    free text."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    network: PageNetwork
    address: Text
    whose: Whose
    unit: Text | None = None
    title: Text | None = None
    responsible: Text | None = None
    decision: Text | None = None
    description: Text | None = None
    contacts: Text | None = None
    design: bool | None = None
    formats: list[Format] = []


WORDS = ("unit", "title", "responsible", "decision", "description", "contacts")


def check(
    entries: Sequence[Entry], departments: Mapping[str, object], people: Mapping[str, object], complain: Complain
) -> None:
    """Check that each address is a page of its network and none is listed twice, that a unit's page names its unit, and
    that no value looks like a secret; record every error in `complain`.
    """
    lines: dict[str, int | None] = {}
    for index, entry in enumerate(entries):
        _check_address(entry, index, lines, complain)
        if entry.whose is Whose.UNIT and entry.unit is None:
            known = suggestion("", departments)
            complain.wrong(("pages", index), f"unit: назовите подразделение, чья это страница{known}")
        if entry.whose is not Whose.UNIT and entry.unit is not None:
            complain.wrong(
                ("pages", index, "unit"), "unit: подразделение пишут только при whose: unit; уберите одно из двух"
            )
        for name in WORDS:
            said = getattr(entry, name) or ""
            if looks_secret(said, strict=name == "responsible" and said not in people):
                words = (
                    f"{name}: похоже на пароль или ключ; таких вещей в реестре быть не должно, уберите и смените пароль"
                )
                complain.wrong(("pages", index, name), words)


def _check_address(entry: Entry, index: int, lines: dict[str, int | None], complain: Complain) -> None:
    where = ("pages", index, "address")
    found = page_address(entry.address, entry.network)
    if found is None:
        another = network_of(entry.address)
        if another is not None and another is not entry.network:
            words = f"address: адрес не из сети {entry.network}; поправьте network (похоже, {another}) или адрес"
        else:
            words = f"address: «{entry.address[:80]}» не адрес страницы; нужен, например, {EXAMPLES[entry.network]}"
        complain.wrong(where, words)
        return
    if found.address in lines:
        complain.wrong(
            where, f"address: {found.address} уже есть в строке {lines[found.address]}; оставьте одну запись"
        )
        return
    lines[found.address] = complain.lines.of(where)


def channels(names: Sequence[str]) -> tuple[str, ...]:
    """The addresses of the governor's Telegram channels with these names (with or without @); unusable names are left
    out."""
    found = (page_address(f"@{name.removeprefix('@')}") for name in names)
    return tuple(one.address for one in found if one is not None)


def listed(entries: Sequence[Entry], municipality: str) -> tuple[OfficialPage, ...]:
    """The official pages of the file, in force, in its order. Their ids count from 1 and are not numbers of the
    registry."""
    return tuple(_page(entry, number, municipality) for number, entry in enumerate(entries, 1))


def _page(entry: Entry, number: int, municipality: str) -> OfficialPage:
    found = page_address(entry.address, entry.network)
    chosen = set(entry.formats)
    return OfficialPage(
        id=number,
        municipality=municipality,
        version=1,
        state=PageState.IN_FORCE,
        network=entry.network,
        whose=entry.whose,
        address=found.address if found is not None else "",
        unit=entry.unit or "",
        title=entry.title or "",
        responsible=entry.responsible or "",
        decision=entry.decision or "",
        description=entry.description or "",
        contacts=entry.contacts or "",
        design=entry.design,
        formats=tuple(one for one in Format if one in chosen),
    )
