"""Check that an answer is short enough for every network it will be posted to: the case's own network and those of the
cases merged into it. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from networks.port import Network
from storage.transaction import Transaction
from workflow.case import Case


def kind_of(case: Case) -> Any:
    """Return where the answer is posted, in the networks' terms: "comment", "post" or "message"; an unknown kind is
    "comment"."""
    return case.appeal.kind if case.appeal.kind in ("comment", "post", "message") else "comment"


async def too_long(tx: Transaction, networks: Mapping[str, Network], case: Case, text: str) -> str:
    """Return why the first network that does not accept so long a text refuses it, in Russian words; "" if all accept
    it."""
    for one in (case, *[await tx.case(other.id) for other in case.merged]):
        network = networks.get(one.appeal.network or "") if one is not None else None
        words = network.too_long(text, kind_of(one)) if network is not None and one is not None else ""
        if words:
            return words if one is case else f"№ {one.number}: {words}" if one is not None else words
    return ""
