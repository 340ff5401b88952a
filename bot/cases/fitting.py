"""Whether a wording fits where it would be posted: where its case asked, and where those put under it did. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from networks.port import Network
from storage.transaction import Transaction
from workflow.case import Case


def kind_of(case: Case) -> Any:
    """The kind of place the answer goes to, as networks know it."""
    return case.appeal.kind if case.appeal.kind in ("comment", "post", "message") else "comment"


async def too_long(tx: Transaction, networks: Mapping[str, Network], case: Case, text: str) -> str:
    """The first network that would take no text of this length, in words; empty where each of them does."""
    for one in (case, *[await tx.case(other.id) for other in case.merged]):
        network = networks.get(one.appeal.network or "") if one is not None else None
        words = network.too_long(text, kind_of(one)) if network is not None and one is not None else ""
        if words:
            return words if one is case else f"№ {one.number}: {words}" if one is not None else words
    return ""
