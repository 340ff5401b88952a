"""The author's photos («было») and those of the answer («стало»), which stand together wherever the case is shown. Pure.

The author's own are never posted again: the answer stands under his message, beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow.case import Case, FileRef, State

PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Photos:
    """`before`: those the author sent that are stored here; `links`: addresses of those that stand in the network alone.
    `after`: those of the answer."""

    before: tuple[FileRef, ...] = ()
    links: tuple[str, ...] = ()
    after: tuple[FileRef, ...] = ()

    @property
    def were(self) -> int:
        return len(self.before) + len(self.links)


def photos_of(case: Case) -> Photos:
    """`after`: of the final answer where it is posted, else of the draft being made."""
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
    """Whether the author sent a photo and the draft being made has none: the answer should show what became of it."""
    photos = photos_of(case)
    return photos.were > 0 and not photos.after and not case.is_ended
