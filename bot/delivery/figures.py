"""Delivery's counters for /metrics. Kinds and outcomes only: no chats, no people."""

from __future__ import annotations

from prometheus_client import Counter

LETTERS = Counter("dezhurny_letters", "Letters by how a try to send them ended", ["kind", "outcome"])


def count(kind: str, outcome: str) -> None:
    LETTERS.labels(kind, outcome).inc()
