"""What each permitted action changes in a case: one function for each action. Pure: checks no permissions, stores nothing."""

from workflow.changes import again, answering, handing, standing, taking_back
from workflow.commands import Action
from workflow.engine import Changer

CHANGES: dict[Action, Changer] = {
    **handing.CHANGES,
    **answering.CHANGES,
    **again.CHANGES,
    **standing.CHANGES,
    **taking_back.CHANGES,
}
