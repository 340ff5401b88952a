"""The part of the permission page about reported shortcomings: tried by everybody who is somebody."""

from __future__ import annotations

from tests.house.permissions_tried import ACTORS, NOW, OUTSIDERS, office
from workflow.outcomes import Refused
from workflow.shortcomings import SHORTCOMINGS, ReportShortcoming


def lines() -> list[str]:
    """The heading and a line for each answer, with those who get it."""
    here, answers = office("kursky"), dict[str, list[str]]()
    for who, actor in {**ACTORS, **OUTSIDERS}.items():
        command = ReportShortcoming(actor, "zhkh", "Отвечают отпиской")
        decision = SHORTCOMINGS.decide(None, command, here, NOW)
        words = f"no: {decision.reason}" if isinstance(decision, Refused) else f"YES → {decision.after.state}"
        answers.setdefault(words, []).append(who)
    told = [f"  {answer:<24}{' · '.join(who)}" for answer, who in answers.items()]
    return ["", "==== a shortcoming of a department: who may report it ====", "", *told]
