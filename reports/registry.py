"""The registry of official pages for the official site: HTML without scripts, and JSON (MO-A2.7, SL-3, KU-5).

Pages in, text out. Only publishable facts go in: nothing about protection or people with access.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined, TemplateError

from config.clauses import clause_words
from config.russian.words import clean, one_line
from config.templates import find
from config.texts import Texts
from config.yamlfile import BrokenConfiguration, Problem, read
from workflow.office import Office
from workflow.official.page import OfficialPage
from workflow.official.page_items import Whose
from workflow.official.page_rules import published

TEMPLATE = "registry.html"
MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря")  # fmt: skip


@dataclass(frozen=True)
class Registry:
    """The published part of one municipality's registry: the pages in force on the day `as_of` of its calendar."""

    office: Office
    pages: tuple[OfficialPage, ...]
    as_of: date
    texts: Texts

    @classmethod
    def of(cls, office: Office, pages: Sequence[OfficialPage], as_of: date, texts: Texts) -> Registry:
        return cls(office, published(pages), as_of, texts)

    def as_json(self) -> str:
        """The registry as one JSON object; keys in English, values in the words people entered."""
        rules = self.office.regulation.of_pages or self.office.regulation
        found = {
            "municipality": self.office.key,
            "name": self.office.name,
            "as_of": self.as_of.isoformat(),
            "regulation": {"key": rules.key, "number": rules.number, "date": rules.date.isoformat()},
            "published_by_clause": rules.registry_published or None,
            "pages": [self._plain(page) for page in self.pages],
        }
        return json.dumps(found, ensure_ascii=False, indent=2) + "\n"

    def as_html(self, folders: Sequence[Path] = ()) -> str:
        """The registry as a complete HTML document. Raises BrokenConfiguration if the installation's own template is
        invalid."""
        path = find(TEMPLATE, folders)
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        environment.globals.update(clause_words=clause_words)
        day = f"{self.as_of.day} {MONTHS[self.as_of.month - 1]} {self.as_of.year} года"
        rules = self.office.regulation.of_pages or self.office.regulation
        try:
            return environment.from_string(read(path)).render(
                name=self.office.name, day=day, as_of=self.as_of.isoformat(), groups=self._groups(), rules=rules
            )
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            raise BrokenConfiguration([Problem(TEMPLATE, line, f"шаблон не читается: {error.message}")]) from None

    def _groups(self) -> list[tuple[Whose, list[dict[str, Any]]]]:
        found = [(whose, [self._plain(page) for page in self.pages if page.whose is whose]) for whose in Whose]
        return [(whose, pages) for whose, pages in found if pages]

    def _plain(self, page: OfficialPage) -> dict[str, Any]:
        departments = self.office.departments
        unit = departments[page.unit].name if page.unit in departments else page.unit
        network = self.texts.plain(f"page_networks.{page.network}")
        return {
            "network": page.network.value,
            "network_name": network,
            "address": page.address,
            "shown": _shown(page.address),
            "whose": page.whose.value,
            "unit": _line(unit),
            "title": _line(page.title),
            "decision": _line(page.decision),
            "description": _line(page.description),
            "contacts": _line(page.contacts),
            "formats": [self.texts.plain(f"page_formats.{one}") for one in page.formats],
        }


def _line(text: str) -> str:
    return one_line(clean(text))


def _shown(address: str) -> str:
    """The address as people read it, without the scheme."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"
