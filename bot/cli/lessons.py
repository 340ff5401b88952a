"""`lessons`: shows, month by month, how often the bot's guess of the department was right.

Each case is judged by what the earlier ones had taught by then, never by itself. Reads the database and changes
nothing; citizens' words are never printed.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

from bot.cli.books import chosen, transaction_of
from bot.cli.mistake import Mistake
from config.municipality import Municipality, build_office
from config.russian.detection import Guess, detector
from config.russian.lessons import Pupil
from config.russian.words import count
from storage.transaction import Transaction

Months = dict[str, Counter[str]]
"""Counts by month («2026-11»): decided (cases handed over), said (the bot proposed a department), right, in_three (the
right one was among the three likeliest), keywords (the words of the topics alone gave the right one)."""


def lessons(folder: Path, key: str | None, as_json: bool) -> None:
    """Print the table, the latest month last, or the counts as JSON. Raises Mistake if nothing has been learned yet
    (not with JSON)."""
    municipality = chosen(folder, key)
    months = asyncio.run(_read(municipality, folder))
    if as_json:
        print(json.dumps({"municipality": municipality.key, "months": months}, ensure_ascii=False))
        return
    if not months:
        raise Mistake("бот ещё ничему не научился: учат его сообщения, направленные отделам")
    decided = sum(month["decided"] for month in months.values())
    print(f"Научили: {count(decided, 'сообщение|сообщения|сообщений')}. О каждом спрошено то, что бот знал до него.")
    print(f"{'месяц':8} {'решено':>7} {'предложил':>10} {'верно':>7} {'из трёх':>8} {'по словам тем':>14}")
    for month, of in sorted(months.items()):
        shares = _share(of["said"], of), _share(of["right"], of), _share(of["in_three"], of), _share(of["keywords"], of)
        print(f"{month:8} {of['decided']:>7} {shares[0]:>10} {shares[1]:>7} {shares[2]:>8} {shares[3]:>14}")


def _share(part: int, of: Counter[str]) -> str:
    return f"{100 * part / of['decided']:.0f} %"


async def _read(municipality: Municipality, folder: Path) -> Months:
    office = build_office(municipality)
    guess = detector(municipality.places, municipality.danger)
    pupil, months = Pupil(office.departments), Months()
    async with transaction_of(municipality.key, folder) as tx:
        for case, department, at, words in await tx.lessons.in_order():
            text = await _text(tx, case)
            by_words = guess(text, office) if text else Guess()
            thought = pupil.thinks(by_words, words)
            pupil.learns(department, words)
            month = months.setdefault(f"{at.astimezone(municipality.zone):%Y-%m}", Counter())
            month["decided"] += 1
            month["said"] += thought.department is not None
            month["right"] += thought.department == department
            month["in_three"] += department in (thought.department, *thought.departments)
            month["keywords"] += by_words.department == department
    return months


async def _text(tx: Transaction, number: int) -> str:
    """The words of the case; "" for a row of an export that the bot only learned from."""
    case = await tx.case(number) if number > 0 else None
    return case.appeal.words if case is not None else ""
