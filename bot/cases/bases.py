"""Find what a department may write its draft from: earlier posted answers to similar messages, and ready answers. Only
reads."""

from __future__ import annotations

from dataclasses import replace

from bot.cases.screens.bases import Bases
from config.russian.earlier import likeliest
from config.russian.placed import filled
from storage.ready import ReadyAnswers
from storage.transaction import Transaction
from workflow.basis import answer_seen, offered, served
from workflow.case import Case, Other
from workflow.commands import TakeBasis
from workflow.office import Office


async def bases_for(tx: Transaction, case: Case, department: str, office: Office) -> Bases:
    """Return the ready answers and the earlier cases that the department may use as a basis for its draft of this case."""
    repeated = await repeated_by(tx, case)
    near = await tx.answers.near(case, department)
    found = [*([repeated] if repeated is not None else []), *near]
    kept = await ReadyAnswers(tx).kept()
    return Bases(offered((*kept, *office.ready), case, department), likeliest(case, department, found), repeated)


async def repeated_by(tx: Transaction, case: Case) -> Case | None:
    """Return the case that this one repeats, if it was answered and the answer may be shown here (MO-15); else None."""
    earlier = await tx.case(case.repeat_of.id) if case.repeat_of is not None else None
    return earlier if earlier is not None and answer_seen(earlier, case) is not None else None


async def with_words(tx: Transaction, command: TakeBasis, office: Office) -> TakeBasis:
    """Return the command with `text` set to the answer it asks for: an earlier case's answer, or a ready answer with
    this case's location filled in. `text` is "" if there is no such answer or it may not be used."""
    if command.of is not None:
        other = await tx.case(command.of.id)
        draft = served(other) if other is not None else None
        if other is None or draft is None or other.id == command.case:
            return replace(command, text="")
        return replace(command, text=draft.text, of=Other(other.id, other.number))
    kept = {one.id: one for one in (*await ReadyAnswers(tx).kept(), *office.ready)}
    ready = kept.get(command.ready)
    case = await tx.case(command.case)
    if ready is None or case is None:
        return replace(command, text="")
    return replace(command, text=filled(ready.text, case.location) if case.location else ready.text)
