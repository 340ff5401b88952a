"""The common root of verbs without prefixes and endings: «поотшибать», «отшибить» and «вышибу» share one.

Cuts letters only; knows no dictionary and no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from config.russian.morphology import KEPT

SHORTEST = 3
"""The shortest usable root, in letters."""

_PREFIX = r"(?:по|на|за|ото|от|изо|из|ис|про|при|пере|вы|разо|раз|рас|со|с|до|обо|об|о|подо|под|взо|вз|вс|низ|не|у)"
_PREFIXES = re.compile(rf"^{_PREFIX}{{1,3}}(?=\w{{3}})")
_ENDING = re.compile(r"(?:ывать|ивать|ануть|нуть|овать|евать|ать|ять|ить|еть|уть|оть)$")


@lru_cache(maxsize=KEPT)
def stem(verb: str) -> str:
    """The root of a verb given in its dictionary form; "" if too little is left."""
    bare = verb.removesuffix("ся").removesuffix("сь")
    cut = _ENDING.sub("", _PREFIXES.sub("", bare, count=1))
    return cut if len(cut) >= SHORTEST else ""


def roots(listed: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The listed verbs by root: root → the name it is listed under. ValueError for a verb too short to have a root,
    because it would match everything.
    """
    found = {(verb, stem(verb)): name for name, verbs in listed.items() for verb in verbs}
    if rootless := [verb for verb, root in found if not root]:
        raise ValueError(f"no root is left of {', '.join(rootless)}")
    return {root: name for (_, root), name in found.items()}
