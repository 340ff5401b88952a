"""«Помогло?»: whether and when the author of a private message is asked about our answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workflow.case import Case, State
from workflow.office import Office

UNPROMISED = timedelta(days=3)
"""How long after an answer without a promised day its author is asked whether it helped."""
ASKED_AT = time(10)
"""The local time at which the author is asked on the day after the promised one."""
DAYTIME = (8 * 60, 20 * 60)
"""From and until when a citizen may be written to unasked, in minutes of the municipality's local day."""
STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class AskedIn:
    """Where citizens are asked: the messenger, "" if not there, and the networks to which we write in private."""

    messenger: str = ""
    networks: frozenset[str] = frozenset()

    def __contains__(self, network: str) -> bool:
        return network in self.networks or (network == self.messenger and network != "")


NOWHERE = AskedIn()


def stands_in_private(case: Case) -> bool:
    """Whether the author wrote in private and the bot itself posted the answer there, not a person by hand."""
    posting = case.posting
    return case.appeal.kind == "message" and posting is not None and not posting.by_hand and posting.network is None


def is_to_be_asked(case: Case, wrote_last: datetime | None) -> bool:
    """Whether to ask the author if the answer helped: the case is closed, its answer is still visible, he has not been heard
    on it, and he has written nothing since. `wrote_last`: when he last wrote in private; None: never."""
    posting = case.posting
    if case.state is not State.CLOSED or posting is None or case.loss is not None or case.deleted_at is not None:
        return False
    return case.helped is None and (wrote_last is None or wrote_last < posting.at)


def asks_at(posted_at: datetime, promised: date | None, office: Office) -> datetime:
    """Return when to ask the author if the answer helped: the day after the promised one, else three days after posting,
    moved into the daytime. The moment is aware, in UTC or the office's zone."""
    if promised is None:
        return daytime(posted_at + UNPROMISED, office)
    return daytime(datetime.combine(promised + timedelta(days=1), ASKED_AT, office.zone), office)


def daytime(moment: datetime, office: Office) -> datetime:
    """Return the first moment, from this one on, at which a citizen may be written to: within `DAYTIME` and outside the
    office's quiet hours. Return the moment unchanged if the quiet hours leave no such time within two days."""
    local = moment.astimezone(office.zone)
    first = local - timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    later = (first + STEP * step for step in range(1, 2 * 24 * 4))
    return next((one for one in (local, *later) if _may_be_written_to(one, office)), moment)


def _may_be_written_to(local: datetime, office: Office) -> bool:
    since, until = DAYTIME
    return since <= local.hour * 60 + local.minute < until and not office.is_quiet(local)
