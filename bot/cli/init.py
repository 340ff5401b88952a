"""`init`: creates a municipality's folder with a file ready to edit and an `.env` for its secrets. Never overwrites."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template

from bot.cli.mistake import Mistake
from config import regions, regulations, yamlfile
from config.municipality import FILE, KEY, Municipality, parse
from config.russian.topics import TopicList, load_topics
from config.russian.words import genitive
from config.settings import ENV
from config.yamlfile import BrokenConfiguration

TEMPLATES = Path(regulations.__file__).with_name("init")
ONLY_OWNER = 0o600
WIDTH = 110
WHICH_REGION = "Регион, у него могут быть свои выходные (ключ, например stavropol; пусто: назвать позже)"
NO_REGION = "# region: stavropol               # впишите регион: у него могут быть свои выходные; ключи в regions.yaml"

SECRETS = TEMPLATES / "secrets.env"

Ask = Callable[[str], str]


def init(
    folder: Path,
    regulation: str,
    key: str | None,
    region: str | None = None,
    ask: Ask | None = None,
    name: str | None = None,
) -> None:
    """Create `DIR/<key>/` with municipality.yaml and .env (readable by its owner only). Raises Mistake if either
    exists or an argument is invalid.

    If neither the caller nor the regulation names a region, `ask` is used to ask for one. `name`: the municipality's
    name if it is not the one known for the regulation.
    """
    key = key or regulation
    if KEY.fullmatch(key) is None:
        raise Mistake(f"--key: «{key}» не подходит; нужны строчные латинские буквы, цифры, _ и -")
    if folder.exists() and not folder.is_dir():
        raise Mistake(f"{folder} не папка")
    try:
        rules = regulations.load(regulations.find(regulation, folder))
    except BrokenConfiguration as broken:
        raise Mistake(broken.problems[0].words) from None
    home = folder / key
    for file in (FILE, ENV):
        if (home / file).exists():
            raise Mistake(f"{home / file} уже есть; удалите его или возьмите другой --key")
    known = yamlfile.load(TEMPLATES / "known.yaml").data.get(rules.key, {})
    if name is not None:
        known = {key: value for key, value in known.items() if key != "name_of"} | {
            "name": json.dumps(name, ensure_ascii=False)
        }
    found = _region(region or known.get("region"), regions.table((folder,)), ask)
    text = _filled(rules.key, rules.title, load_topics((folder,)), known, found)
    home.mkdir(parents=True, exist_ok=True)
    _write(home / FILE, text, 0o644)
    _write(home / ENV, SECRETS.read_text(encoding="utf-8"), ONLY_OWNER)
    print(f"Записано: {home / FILE}, {home / ENV}.")
    print(_about(found))
    print(f"Впишите отделы, людей и ключи, потом проверьте: python -m bot check --config {folder}")
    for note in rules.notes:
        print(f"К сведению: {note}")


def offered() -> Municipality:
    """The municipality that `init` would write, under the first regulation that has an example."""
    regulation = next(iter(yamlfile.load(TEMPLATES / "known.yaml").data))
    rules = regulations.load(regulations.find(regulation))
    return parse(_filled(rules.key, rules.title, load_topics(), {}, None), Path(FILE))


def offered_regulations() -> dict[str, str]:
    """The packaged regulations: key → the municipality it belongs to, as `setup` offers them."""
    known = yamlfile.load(TEMPLATES / "known.yaml").data
    return {key: str(known.get(key, {}).get("name") or key) for key in regulations.packaged()}


def _region(named: str | None, known: Mapping[str, regions.Region], ask: Ask | None) -> regions.Region | None:
    """The region that was named or is answered to `ask`; None if there is neither. Raises Mistake if the named one is
    unknown."""
    if named is not None:
        try:
            return regions.find(named, known)
        except ValueError as error:
            raise Mistake(f"--region: {error}") from None
    while ask is not None and (answer := ask(WHICH_REGION).strip()):
        try:
            return regions.find(answer, known)
        except ValueError as error:
            print(error)
    return None


def _about(region: regions.Region | None) -> str:
    if region is None:
        return "Регион не назван: его выходные в сроках учтены не будут, пока не впишете region в municipality.yaml."
    return f"Регион: {region.name} (region: {region.key}). Если у вас другой, поправьте эту строку."


def _filled(
    regulation: str, title: str, topics: TopicList, known: Mapping[str, str], region: regions.Region | None
) -> str:
    name = known.get("name", "Название муниципалитета")
    template = Template((TEMPLATES / FILE).read_text(encoding="utf-8"))
    return template.substitute(
        name=name,
        name_of=known.get("name_of") or genitive(name) or "Названия муниципалитета",
        timezone=known.get("timezone", "Europe/Moscow"),
        region=NO_REGION
        if region is None
        else f"{f'region: {region.key}':<34}# {region.name}; его выходные учитываются",
        regulation=regulation,
        title=title,
        topics="\n".join(_listed(topics)),
    )


def _listed(topics: TopicList) -> list[str]:
    """The groups of topics with their codes, as comment lines not wider than WIDTH."""
    lines: list[str] = []
    for group in topics.groups:
        line = f"#   {group}:"
        for code in topics.of_group(group):
            if len(line) + len(code) + 2 > WIDTH:
                lines.append(line)
                line = "#     "
            line += f" {code},"
        lines.append(line.rstrip(","))
    return lines


def _write(path: Path, text: str, mode: int) -> None:
    """Write a new file with the mode. Raises FileExistsError if it has appeared meanwhile; it is not overwritten."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
