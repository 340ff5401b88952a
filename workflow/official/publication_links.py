"""Converts links of publications to refs: every spelling of a link gives the same ref. Pure; makes no requests.

A publication entered by hand, seen in a network or posted by the bot gets the same ref, so it counts once. What
identifies a publication in its network, and the ref, is in `link_forms`.
"""

from __future__ import annotations

import re

from workflow.official.link_forms import FORMS
from workflow.official.page_addresses import split_link

_COMMENT = re.compile(r"(?<=[?&])(?:reply|thread|comment)=\d*&?")
"""How a link leads from a publication on to a comment under it."""


def ref_of(link: str) -> str | None:
    """The ref, or None if the link does not identify a publication of its network."""
    parts = split_link(link)
    if parts is None or parts.network is None:
        return None
    form = FORMS[parts.network]
    if form.not_in_query and form.not_in_query in parts.query:
        return None
    for pattern, ref in form.publications:
        found = pattern.search(parts.tail)
        if found is not None:
            return found.expand(ref)
    return None


def post_of(link: str) -> str | None:
    """The ref of the publication that the link, or the comment it leads to, belongs to."""
    return ref_of(_COMMENT.sub("", link))
