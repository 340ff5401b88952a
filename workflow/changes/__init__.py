"""What each action changes, once it is permitted. Pure; decides nothing about permission, keeps nothing."""

from workflow.changes import again, answering, handing, standing
from workflow.changes.change import Change, Changer

CHANGES: dict[str, Changer] = {**handing.CHANGES, **answering.CHANGES, **again.CHANGES, **standing.CHANGES}

__all__ = ["CHANGES", "Change", "Changer"]
