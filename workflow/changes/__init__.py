"""What each action changes, once it is permitted. Pure; decides nothing about permission, keeps nothing."""

from workflow.changes import again, answering, handing, standing
from workflow.commands import Action
from workflow.engine import Changer

CHANGES: dict[Action, Changer] = {**handing.CHANGES, **answering.CHANGES, **again.CHANGES, **standing.CHANGES}
