"""Choose the updates of the next batch: the office's people before comments, and of one author or network only a share.

A share is a limit only while others wait: the remaining room is filled in the order of arrival. What one person sent is
never reordered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest

from storage.inbox import MESSENGER, Arrival, Inbox

BATCH = 32
"""How many updates are handled in one transaction at most."""
OF_OTHERS = 8
"""How many of a batch may come from people outside the office: so a press of the office waits for one batch at most."""
OF_ONE = 4
"""How many of a batch may be one author's while others wait."""
FLOODS = 3
"""How many times a queue is read anew without the authors who fill it."""
NOBODY = ""
"""The author of updates that no person wrote (a new member, a moved group). They are handled with the office's."""


@dataclass(frozen=True)
class Lines:
    """The queues of updates that could be handled now, each in the order of arrival: `office`, from the office's
    people; `others`, everybody else's by source."""

    office: Sequence[Arrival]
    others: Mapping[str, Sequence[Arrival]]

    def without(self, rows: Collection[int]) -> Lines:
        """Return the same queues without these rows of the inbox."""
        others = {source: [row for row in line if row.id not in rows] for source, line in self.others.items()}
        return Lines([row for row in self.office if row.id not in rows], others)


def chosen(lines: Lines) -> tuple[list[Arrival], list[Arrival]]:
    """Divide the queues into one batch: first the updates of the office's people, which are always handled; then, in
    turns, those of citizens and networks, which are handled while time is left and otherwise stay in the inbox."""
    first, later = _fair(lines.office)
    shares = [_fair(line) for line in lines.others.values()]
    others = [*_by_turns([share for share, _ in shares]), *_by_turns([rest for _, rest in shares])][:OF_OTHERS]
    return first[:BATCH], [*others, *later][: max(0, BATCH - len(first))]


async def waiting_in_lines(
    inbox: Inbox, now: datetime, office: Collection[int], busy: Collection[int], more: int
) -> Lines:
    """Read the beginnings of the queues from the inbox. `office`: the accounts of its people; `busy`: accounts whose
    updates must wait; `more`: how many rows the caller will leave out afterwards."""
    ours, waits = {NOBODY, *map(str, office)}, set(map(str, busy))
    sources = await inbox.sources()
    asks = MESSENGER in sources
    first = await _head(inbox, now, MESSENGER, BATCH + more, waits, of=ours - waits) if asks else []
    others = {}
    for source in sorted(sources):
        but = ours | waits if source == MESSENGER else set[str]()
        others[source] = await _head(inbox, now, source, OF_OTHERS + more, but)
    return Lines(first, others)


async def _head(
    inbox: Inbox, now: datetime, source: str, most: int, but: set[str], of: Collection[str] | None = None
) -> list[Arrival]:
    """Return the first rows of a queue and, if a few authors fill it, the first rows of other authors too. `but`:
    authors to leave out; `of`: the only authors wanted."""
    rows: list[Arrival] = []
    for _ in range(FLOODS):
        came = await inbox.waiting(now, most, source, of=of, but=but)
        rows += came
        crowds = {author for author, times in Counter(row.author for row in came).items() if times > OF_ONE and author}
        if len(came) < most or not crowds:
            break
        but = but | crowds
    return rows


def _fair(rows: Sequence[Arrival]) -> tuple[list[Arrival], list[Arrival]]:
    """Divide the rows into everybody's share and what goes beyond it."""
    taken: Counter[str] = Counter()
    first, later = list[Arrival](), list[Arrival]()
    for row in rows:
        taken[row.author] += 1
        (first if taken[row.author] <= OF_ONE or row.author == NOBODY else later).append(row)
    return first, later


def _by_turns(lines: Sequence[Sequence[Arrival]]) -> Iterator[Arrival]:
    return (row for row in chain.from_iterable(zip_longest(*lines)) if row is not None)
