"""A regulation is amended while cases are open: each lives by the edition it was opened under, side by side."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from config.municipality import load
from config.regulations import PACKAGED, text_hash
from storage import tables
from tests.stories.building import a_max, bot_of
from tests.stories.town import KEY, MOSCOW, Town

FIRST = (PACKAGED / "kursky.yaml").read_text(encoding="utf-8")
SECOND = (
    FIRST.replace("revision: первоначальная", "revision: с изменениями от 12.01.2026")
    .replace("within: 9 часов", "within: 6 часов")
    .replace("within: 5 часов", "within: 3 часа")
    .replace("reason_required: true", "reason_required: false")
)


async def restarts(town: Town) -> None:
    """The process ends and another begins on the same database and the files as they are now."""
    await town.bot.messenger.close()
    for network in town.bot.networks:
        await network.network.close()
    sandbox, folder = town.players.town, town.municipality.path.parent.parent
    town.municipality = load(town.municipality.path, (town.municipality.path.parent, folder))
    side = await a_max(sandbox, town.municipality) if town.bot.messenger.key == "max" else None
    town.bot = bot_of(sandbox, town.municipality, town.books, folder, side=side)
    await town.bot.start()
    await town.settles()


def amend(town: Town, text: str) -> None:
    """The office's own file of the regulation, beside municipality.yaml."""
    _own(town).write_text(text, encoding="utf-8")


def _own(town: Town) -> Path:
    return town.municipality.path.parent / "kursky.yaml"


async def kept_terms(town: Town, number: int) -> dict[str, str]:
    """The due moments that stand in the books for the case, by the municipality's clock."""
    case = await town.case(number)
    t = tables.deadlines
    async with town.books.write(KEY) as tx:
        rows = (await tx.connection.execute(sa.select(t.c.step, t.c.due_at).where(t.c.case_id == case.id))).all()
    return {step.partition("@")[0]: f"{due.astimezone(MOSCOW):%d %H:%M}" for step, due in rows}


async def test_an_amended_regulation_holds_for_new_cases_and_the_old_ones_keep_theirs(town: Town) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    town.curator.sees("Третий день нет воды")
    amend(town, SECOND)
    await restarts(town)
    await town.resident_writes("Не вывозят мусор на Мира, 2, вторая неделя")
    town.curator.sees("Не вывозят мусор")
    first, second = await town.case(1), await town.case(2)
    assert (first.regulation, second.regulation) == (text_hash(FIRST), text_hash(SECOND))
    old = {"forward": "12 10:00", "draft": "12 13:00", "answer": "13 10:00"}
    new = {"forward": "12 10:00", "draft": "12 12:00", "answer": "12 16:00"}
    assert (await kept_terms(town, 1), await kept_terms(town, 2)) == (old, new)

    for message in list(town.curator.private):
        if any(b.text.endswith("ЖКХ") for row in message.buttons for b in row):
            await town.curator.presses("ЖКХ", message)
    both = {"return": "12 09:30"}
    assert (await kept_terms(town, 1), await kept_terms(town, 2)) == (old | both, new | both)

    _own(town).unlink()
    await restarts(town)
    assert (await kept_terms(town, 1), await kept_terms(town, 2)) == (old | both, new | both)
    offices = town.bot.offices
    reasons = [offices.at(KEY, (await town.case(n)).regulation).regulation.return_reason_required for n in (1, 2)]
    assert reasons == [True, False]
    await town.resident_writes("Яма на дороге у школы")
    assert (await town.case(3)).regulation == text_hash(FIRST)
    _everybody_looks(town)


def _everybody_looks(town: Town) -> None:
    for key in town.players.people:
        town.person(key).looks_at_everything()
    for message in town.players.in_group():
        town.seen.add((message.chat.id, message.id))
