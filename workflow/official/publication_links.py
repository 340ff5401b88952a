"""Converts links of publications to refs: every spelling of a link gives the same ref. Pure; makes no requests.

A ref is the key of a publication. One publication entered by hand, seen in a network and posted by the bot gets the same
ref, so it counts once. The patterns that find it in each network's links are in `link_forms`.
"""

from __future__ import annotations

import re

from workflow.official.link_forms import FORMS
from workflow.official.page_addresses import split_link

_COMMENT = re.compile(r"(?<=[?&])(?:reply|thread|comment)=\d*&?")
"""The query parameter that makes a publication's link lead to a comment under it."""


def ref_of(link: str) -> str | None:
    """Return the ref of the publication the link leads to, the same for every spelling of the link; None if the link does
    not identify a publication of a known network (a comment's link does not)."""
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
    """Return the ref of the publication that the link leads to, also if it leads to a comment under it; None if the link
    does not identify one."""
    return ref_of(_COMMENT.sub("", link))
