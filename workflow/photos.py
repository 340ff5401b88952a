"""The author's photos («было») and those of the answer («стало»), which are shown together wherever the case is shown. Pure.

The author's photos are never posted again with the answer, because it appears under his message, next to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow.case import Case, FileRef, State

PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos of one case. `before`: the author's photos stored here; `links`: addresses of the author's photos that are
    only in the network; `after`: the photos of the answer."""

    before: tuple[FileRef, ...] = ()
    links: tuple[str, ...] = ()
    after: tuple[FileRef, ...] = ()

    @property
    def were(self) -> int:
        return len(self.before) + len(self.links)


def photos_of(case: Case) -> Photos:
    """Return the photos of the case. Those `after` are of the posted answer if the case is closed, else of the newest draft
    if it is newer than the last posting; () if there is none."""
    sent = (*case.appeal.files, *(file for reply in case.replies for file in reply.files))
    answer = case.answer if case.state is State.CLOSED else None
    draft = case.draft_of(answer.version) if answer is not None else case.draft
    made = draft is not None and (answer is not None or draft.version > (case.posting.version if case.posting else 0))
    return Photos(
        tuple(file for file in sent if file.kind == PHOTO),
        tuple(address for kind, address in case.appeal.attached if kind == PHOTO),
        tuple(file for file in draft.files if file.kind == PHOTO) if draft is not None and made else (),
    )


def wants_photo(case: Case) -> bool:
    """Whether the author of an open case sent a photo and the draft in work has none, so that the executor should be
    reminded to show the result."""
    photos = photos_of(case)
    return photos.were > 0 and not photos.after and not case.is_ended
