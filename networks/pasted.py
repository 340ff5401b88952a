"""Turn a pasted link into one of our networks and a ref there, without a request."""

from __future__ import annotations

from collections.abc import Iterable

from networks.port import LooksAfter, Network


def address_of(networks: Iterable[Network], link: str) -> tuple[str, str] | None:
    """The key of the network to which the link leads, and the ref there; None if none of our networks knows the
    link."""
    for network in networks:
        ref = network.ref_of(link) if isinstance(network, LooksAfter) else None
        if ref is not None:
            return network.key, ref
    return None
