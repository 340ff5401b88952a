"""The part of the permission page about ready answers: each action tried by everybody who is somebody."""

from __future__ import annotations

from collections.abc import Callable

from tests.house.permissions_tried import ACTORS, NOW, OUTSIDERS, office
from workflow.case import Other
from workflow.office import Actor
from workflow.outcomes import Refused
from workflow.ready import READY, KeepReady, ReadyCommand, RemoveReady, RewordReady, WidenReady
from workflow.ready_answer import ReadyAnswer

KEPT = ReadyAnswer(3, "okrug", "Воду подключим {срок}.", "zhkh", "вода", 1, "curator", version=1)
SAMPLES: tuple[Callable[[Actor], ReadyCommand], ...] = (
    lambda by: KeepReady(by, 3, "okrug", KEPT.text, Other(1, 147), "zhkh", "вода"),
    lambda by: RewordReady(by, 3, "Воду подключим {срок}, отвечает {кто}."),
    lambda by: WidenReady(by, 3),
    lambda by: RemoveReady(by, 3),
)


def lines() -> list[str]:
    """The heading, and for each action a line for each answer with those who get it."""
    here, found = office("kursky"), ["", "==== ready answers: who may keep, reword, widen and remove one ===="]
    for sample in SAMPLES:
        answers = dict[str, list[str]]()
        for who, actor in {**ACTORS, **OUTSIDERS}.items():
            command = sample(actor)
            decision = READY.decide(None if isinstance(command, KeepReady) else KEPT, command, here, NOW)
            words = f"no: {decision.reason}" if isinstance(decision, Refused) else f"YES → {decision.after.state}"
            answers.setdefault(words, []).append(who)
        found += ["", f"  {sample(ACTORS['curator']).action}"]
        found += [f"  {answer:<24}{' · '.join(who)}" for answer, who in answers.items()]
    return found
