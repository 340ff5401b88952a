"""Where a link that a person pasted leads: into which of our networks, and to what there. Asks no network."""

from __future__ import annotations

from collections.abc import Iterable

from networks.port import LooksAfter, Network


def address_of(networks: Iterable[Network], link: str) -> tuple[str, str] | None:
    """The network's key and the ref there; None where none of ours could look after it."""
    for network in networks:
        ref = network.ref_of(link) if isinstance(network, LooksAfter) else None
        if ref is not None:
            return network.key, ref
    return None
