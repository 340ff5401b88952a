"""`why CASE [STEP]`: explains line by line how the terms of a case were calculated, from the database alone. Changes
nothing.

It uses the edition of the regulation under which the case was opened; citizens' words are never printed.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.cases.screens import why as terms
from bot.cli.books import chosen, transaction_of
from bot.cli.mistake import Mistake
from bot.clock import WallClock
from config import regulations
from config.municipality import Municipality, build_office
from config.texts import Texts
from handlers.view import case_number
from workflow.case import Case
from workflow.office import Office
from workflow.regulation import Step


def why(number: str, step: str | None, folder: Path, key: str | None) -> None:
    """Print how each run of the step, or of every step that has begun, was calculated. Raises Mistake if there is no
    such case or step."""
    municipality = chosen(folder, key)
    named = case_number(number)
    if named is None:
        raise Mistake(f"CASE: нужен номер сообщения, например 17, стоит «{number}»")
    texts = Texts(municipality.folders)
    wanted = _step(texts, step) if step is not None else None
    case, office = asyncio.run(_read(municipality, folder, named))
    if wanted is not None and office.regulation.rule(wanted) is None:
        names = terms.step_names(texts, office)
        raise Mistake(
            f"по регламенту, под которым заведено № {case.number}, такого шага нет; есть: {names or 'никаких'}"
        )
    print(terms.printed(texts, case, office, WallClock().now(), wanted))


def _step(texts: Texts, words: str) -> Step:
    found = terms.step_named(texts, words)
    if found is None:
        raise Mistake(f"нет шага «{words}»; можно: {', '.join(Step)}")
    return found


async def _read(municipality: Municipality, folder: Path, number: int) -> tuple[Case, Office]:
    """The case with the number, and the office under the edition of the regulation it was opened under. Raises Mistake
    if either is not in the database."""
    async with transaction_of(municipality.key, folder) as tx:
        case = await tx.case_by_number(number)
        if case is None:
            raise Mistake(f"нет сообщения № {number}")
        if case.regulation == municipality.regulation.text_hash:
            return case, build_office(municipality)
        kept = await tx.edition(case.regulation)
    if kept is None:
        raise Mistake(f"в базе нет регламента, под которым заведено № {number}; запустите сначала run")
    edition = regulations.parse(kept, f"регламент, под которым заведено № {number}", kept=True)
    return case, build_office(municipality, edition)
