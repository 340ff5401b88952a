"""«Помогло?»: whether and when the author of a private message is asked about our answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workflow.case import Case, State
from workflow.office import Office

UNPROMISED = timedelta(days=3)
"""How long after an answer that promised no day its author is asked."""
ASKED_AT = time(10)
"""The hour of the day after a promised one."""
DAYTIME = (8 * 60, 20 * 60)
"""When a citizen may be written to unasked: minutes of the municipality's day."""
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
    """Whether the bot itself answered in private, where the author wrote."""
    posting = case.posting
    return case.appeal.kind == "message" and posting is not None and not posting.by_hand and posting.network is None


def is_to_be_asked(case: Case, wrote_last: datetime | None) -> bool:
    """Whether the question still makes sense: the answer stands, and the author has written nothing since, neither thanks
    nor anything else. `wrote_last`: when he last wrote in private."""
    posting = case.posting
    if case.state is not State.CLOSED or posting is None or case.loss is not None or case.deleted_at is not None:
        return False
    return case.helped is None and (wrote_last is None or wrote_last < posting.at)


def asks_at(posted_at: datetime, promised: date | None, office: Office) -> datetime:
    """When to ask: the day after the promised one, otherwise three days after posting; in the daytime. UTC or local."""
    if promised is None:
        return daytime(posted_at + UNPROMISED, office)
    return daytime(datetime.combine(promised + timedelta(days=1), ASKED_AT, office.zone), office)


def daytime(moment: datetime, office: Office) -> datetime:
    """The first moment from this one on at which a citizen may be written to: by day, outside the quiet hours. The moment
    itself if the quiet hours leave no such time."""
    local = moment.astimezone(office.zone)
    first = local - timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    later = (first + STEP * step for step in range(1, 2 * 24 * 4))
    return next((one for one in (local, *later) if _may_be_written_to(one, office)), moment)


def _may_be_written_to(local: datetime, office: Office) -> bool:
    since, until = DAYTIME
    return since <= local.hour * 60 + local.minute < until and not office.is_quiet(local)
