"""The way in: a message found in a network or handed in becomes a case, a reply on a case, or an entry in the list of
messages left alone. Runs within the open transaction and never touches the network.

`config.russian.detection` decides what is an incident, `bot.found.waves` what is a wave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.answering.accounts import accounts_of
from bot.answering.letters import appeal_of, named
from bot.found.context import answered, context_of, guessed_from, is_to_us, stands_above
from bot.found.left import found_in, left_alone
from bot.found.measure import within_measure
from bot.found.pieces import begun, is_kept_reply, said_so_far
from bot.found.waves import WaveWatch, alike, answered_before
from config.russian.detection import Guess, Sorting, Taken, is_incident
from config.russian.incidents import Idle, Signs
from config.russian.judging.lexicon import lexicon
from config.russian.lessons import LIKELIEST, taught, telling
from config.russian.likeness import ALIKE, likeness
from networks.port import Found
from storage.ahead import Ahead, AheadBook
from storage.lessons import Learned
from storage.transaction import Transaction
from workflow.case import Appeal, Case, Context, FileRef, Loss, State
from workflow.commands import AuthorDeleted, AuthorEdited, AuthorReplied, AuthorRestored, Detect, Forward, Posted
from workflow.desk import Desk
from workflow.effects import Priority
from workflow.office import DETECTOR, NETWORK, Actor, Office, Role
from workflow.outcomes import Accepted, Decision
from workflow.ports import Letter, account_lane
from workflow.regulation import Importance

REMEMBERED = timedelta(days=365)
"""How old an earlier case may be for a new message to count as its repeat."""

LIKE_TAKEN = 50
"""How many of the messages that curators took up after all are compared before a new one is left alone."""


class Comments(Protocol):
    """Decides about comments on our own pages."""

    async def came(self, tx: Transaction, found: Found, files: tuple[FileRef, ...], now: datetime) -> None:
        """Take note of a comment that is new or has been edited."""

    async def gone(self, tx: Transaction, found: Found, now: datetime) -> bool:
        """Take note that the comment was deleted; return whether we had it deleted ourselves."""

    async def decide(self, tx: Transaction, found: Found) -> bool:
        """Whether the message is a comment that waits for its page's moderators, who can make it a case."""


@dataclass(frozen=True)
class Finding:
    desk: Desk
    office_today: Callable[[str], Office]
    guess: Callable[[str, Office], Guess]
    watch: WaveWatch
    signs: Signs | None = None
    proposing: Comments | None = None

    def prepare(self, office: Office) -> None:
        """Load word lists and keywords now, so that the first message does not wait for them."""
        lexicon().read_all()
        self.guess("", office)

    async def detect(
        self, tx: Transaction, found: Found, arrived: datetime, now: datetime, files: tuple[FileRef, ...] = ()
    ) -> None:
        """Take in a message from a network: open a case, unless it belongs to one, is no appeal, or is the office's
        own. `files`: those of its pictures that are stored here."""
        found = within_measure(found)
        if found.ours:
            await self._office_wrote(tx, found, now)
        elif found.change == "deleted":
            by_us = self.proposing is not None and await self.proposing.gone(tx, found, now)
            await self._deleted(tx, found, now, by_us=by_us)
        else:
            ahead = await self._told_ahead(tx, found, now)
            if found.change == "new" and ahead.edited:
                await self._first_text(tx, found, now)
                return
            if self.proposing is not None and not ahead.deleted:
                await self.proposing.came(tx, found, files, now)
            await self._came(tx, found, files, arrived, now, gone=ahead.deleted)

    async def set_aside(self, tx: Transaction, found: Found, now: datetime, files: tuple[FileRef, ...] = ()) -> None:
        """Take in a comment over one person's limit: moderate it like any other comment on our page and list it among
        the messages left alone, without opening a case."""
        if self.proposing is not None:
            await self.proposing.came(tx, found, files, now)
        known = await tx.case_by_ref(found.network, found.ref)
        if known is not None:
            if found.change == "edited":
                await self._edited(tx, known, found, now)
            return
        await tx.seen.keep(left_alone(found, files, Sorting(Taken.NOT, Idle.FLOOD)), now)

    def is_dangerous(self, text: str, office: Office) -> bool:
        """Whether the text may report a danger that must not wait in a list."""
        return self.guess(text, office).importance is Importance.HIGH

    def is_appeal(self, text: str, office: Office) -> bool:
        """Whether the text by itself would be taken for a citizen's message that needs an answer."""
        return is_incident(text, self.guess(text, office), signs=self.signs).taken is Taken.INCIDENT

    async def _told_ahead(self, tx: Transaction, found: Found, now: datetime) -> Ahead:
        """Return what the network reported about the message before this update, and store this one too: an edit or a
        deletion can arrive before the message itself."""
        book = AheadBook(tx)
        ahead = await book.of(found.network, found.ref)
        after = ahead
        if found.change == "restored":
            ahead = after = replace(ahead, deleted=False)
        elif found.change == "new":
            after = replace(ahead, edited=False)
        elif await self._is_unknown(tx, found):
            after = replace(ahead, edited=True)
        if after != ahead or found.change == "restored":
            await book.note(found.network, found.ref, after, now)
        return ahead

    async def _is_unknown(self, tx: Transaction, found: Found) -> bool:
        known = await tx.case_by_ref(found.network, found.ref)
        return known is None and await tx.seen.by_ref(found.network, found.ref) is None

    async def _first_text(self, tx: Transaction, found: Found, now: datetime) -> None:
        """The original text arrived after an edit of it: store it as the case's first text, if there is a case."""
        known = await tx.case_by_ref(found.network, found.ref)
        case = await tx.case(known) if known is not None else None
        if case is not None and case.erased_at is None and case.appeal.text != found.text:
            first = AuthorEdited(NETWORK, case.id, found.text, first=True)
            await self.desk.carry_out(tx, first, now, tx.municipality)

    async def _came(
        self,
        tx: Transaction,
        found: Found,
        files: tuple[FileRef, ...],
        arrived: datetime,
        now: datetime,
        *,
        gone: bool,
    ) -> None:
        """Take in a new, edited or restored message. `gone`: its author has already deleted it."""
        known = await tx.case_by_ref(found.network, found.ref)
        if known is not None:
            if found.change == "restored":
                await self._restored(tx, known, now)
            if found.change in ("edited", "restored"):
                await self._edited(tx, known, found, now)
            return
        seen = await tx.seen.by_ref(found.network, found.ref)
        if seen is not None and (found.change == "new" or seen.case is not None):
            return
        if await self._author_replied(tx, found, files, now):
            return
        if seen is not None:
            await tx.seen.drop(seen.id)
            files = files or found_in(seen)[1]
        await self._sort(tx, found, files, arrived, now, gone=gone)

    async def _sort(
        self,
        tx: Transaction,
        found: Found,
        files: tuple[FileRef, ...],
        arrived: datetime,
        now: datetime,
        *,
        gone: bool,
    ) -> None:
        """Open a case, or list the message among those left alone (no case). A deleted message is not listed; as a case
        it carries the deletion mark and is not forwarded automatically."""
        office = self.office_today(tx.municipality)
        guess = await self.guessed(tx, found.words, office)
        to_us, more = await is_to_us(tx, found), found.holds_more or bool(files)
        sorting = is_incident(found.words, guess, attached=more, addressed=to_us, signs=self.signs)
        theirs = sorting.why is not None and self.proposing is not None and await self.proposing.decide(tx, found)
        if (sorting.taken is Taken.NOT or theirs) and not await self._is_like_taken(tx, found.words):
            if not gone:
                await tx.seen.keep(left_alone(found, files, sorting), now)
            return
        decision = await self.open_found(tx, found, files, DETECTOR, (arrived, now), office, guess)
        if gone and isinstance(decision, Accepted):
            await self.desk.carry_out(tx, AuthorDeleted(NETWORK, decision.after.id), now, tx.municipality)
            return
        sure = sorting.taken is Taken.INCIDENT and guess.sure
        if office.triage_auto and sure and guess.department and isinstance(decision, Accepted):
            forward = Forward(DETECTOR, decision.after.id, (guess.department,))
            await self.desk.carry_out(tx, forward, now, tx.municipality)

    async def open_found(
        self,
        tx: Transaction,
        found: Found,
        files: tuple[FileRef, ...],
        by: Actor,
        moments: tuple[datetime, datetime],
        office: Office,
        guess: Guess | None = None,
    ) -> Decision:
        """Open a case from the message; the case it answers is its context. `moments`: when it arrived, and now."""
        appeal, above = replace(appeal_of(found), files=files), await answered(tx, found, moments[1])
        if above is None:
            return await self.open(tx, appeal, by, *moments, office, guess)
        context = context_of(found, above)
        guess = guessed_from(guess or await self.guessed(tx, found.words, office), above, context)
        return await self.open(tx, appeal, by, *moments, office, guess, context)

    async def guessed(self, tx: Transaction, text: str, office: Office) -> Guess:
        """Return the guess from the text, improved by what the departments' earlier cases teach."""
        guess, words = self.guess(text, office), telling(text)
        if guess.sure:
            return guess
        return taught(guess, words, await tx.lessons.about([*words]), await tx.lessons.totals(), office.departments)

    async def _is_like_taken(self, tx: Transaction, text: str) -> bool:
        """Whether a curator has taken up a similar message although the rules would have left it alone."""
        return any(likeness(text, other.text) >= ALIKE for other in await tx.seen.taken(LIKE_TAKEN))

    # --- what becomes of a message afterwards --------------------------------------------------

    async def _edited(self, tx: Transaction, known: int, found: Found, now: datetime) -> None:
        case = await tx.case(known)
        if case is None or case.erased_at is not None or _stands(case) == found.text:
            return
        office = self.desk.office_of(tx.municipality, case.regulation)
        guess = self.guess(found.text, office)
        edited = AuthorEdited(
            NETWORK,
            known,
            found.text,
            location=self._moved(case, found.text, office),
            topics=guess.topics,
            suggested=guess.department,
        )
        await self.desk.carry_out(tx, edited, now, tx.municipality)

    def _moved(self, case: Case, text: str, office: Office) -> str | None:
        """The place that the author's new text names; None if it names no other, or a person chose the place."""
        was, now_there = (self.guess(words, office).location or "" for words in (_stands(case), text))
        return now_there if now_there and was == case.location and now_there != was else None

    async def _deleted(self, tx: Transaction, found: Found, now: datetime, *, by_us: bool) -> None:
        """Take note of a deletion. `by_us`: our moderator did it; the case goes on, as its author withdrew nothing."""
        known = await tx.case_by_ref(found.network, found.ref)
        if known is None:
            seen = await tx.seen.by_ref(found.network, found.ref)
            if seen is not None and seen.case is None:
                await tx.seen.drop(seen.id)
            book = AheadBook(tx)
            ahead = await book.of(found.network, found.ref)
            await book.note(found.network, found.ref, replace(ahead, deleted=True), now)
            return
        case = await tx.case(known)
        if case is not None and case.deleted_at is None and not by_us:
            await self.desk.carry_out(tx, AuthorDeleted(NETWORK, known), now, tx.municipality)

    async def _restored(self, tx: Transaction, known: int, now: datetime) -> None:
        case = await tx.case(known)
        if case is not None and case.deleted_at is not None:
            await self.desk.carry_out(tx, AuthorRestored(NETWORK, known), now, tx.municipality)

    async def _author_replied(self, tx: Transaction, found: Found, files: tuple[FileRef, ...], now: datetime) -> bool:
        """Store a message that is its author's reply on an open case of theirs: under the original message, under our
        answer, or the next piece of a private message. Return whether it was one."""
        if not (found.words or found.holds_more or files):
            return False
        if await is_kept_reply(tx, found, now):
            return True
        office = self.office_today(tx.municipality)
        case = await stands_above(tx, found) or await begun(tx, found, lambda: self.guess(found.words, office), now)
        if case is None or not found.author_ref or case.appeal.author_ref != found.author_ref:
            return False
        guess = self.guess(said_so_far(case, found), office)
        command = AuthorReplied(
            NETWORK,
            case.id,
            found.text,
            named(found.attachments),
            files,
            found.ref,
            guess.topics,
            guess.department,
            guess.location or "",
        )
        return isinstance(await self.desk.carry_out(tx, command, now, tx.municipality), Accepted)

    async def _office_wrote(self, tx: Transaction, found: Found, now: datetime) -> None:
        """The office itself wrote under the message of a case, not through us: ask each curator whether that is the
        answer. If its text equals an answer whose posting was never confirmed, count that answer as posted."""
        known = await tx.case_by_ref(found.network, found.reply_to) if found.reply_to is not None else None
        case = await tx.case(known) if known is not None else None
        if case is None or found.change != "new" or _is_posted_by_us(case, found.ref):
            return
        if case.is_ended and case.loss is None:
            return
        if _is_the_doubtful(case, found.text):
            posted = Posted(NETWORK, case.id, found.link, found.ref)
            await self.desk.carry_out(tx, posted, now, tx.municipality)
            return
        curators = set(self.office_today(tx.municipality).holders(Role.CURATOR, now))
        accounts = sorted(accounts_of(curators, await tx.people.all()))
        body = {"text": found.text[:300], "link": found.link, "ref": found.ref}
        for account in accounts:
            question = await tx.questions.ask(account, "ours_posted", case.id, body, now)
            asked = {"question": question, "kind": "ours_posted"}
            letter = Letter("ask", account_lane(account), Priority.TAP, case.id, account, body=asked)
            await tx.outbox.put([letter], now)

    # --- cases are opened ----------------------------------------------------------------------

    async def open(
        self,
        tx: Transaction,
        appeal: Appeal,
        by: Actor,
        arrived: datetime,
        now: datetime,
        office: Office,
        guess: Guess | None = None,
        context: Context | None = None,
    ) -> Decision:
        """Open a case from the appeal, with the guess from its text, the earlier cases it resembles, and the wave it
        belongs to. Return the desk's decision."""
        guess = guess or await self.guessed(tx, appeal.words, office)
        above = [context.case] if context is not None else []
        near = await tx.cases_near(appeal, guess.location or "", now - REMEMBERED)
        command = Detect(
            by=by,
            case=await tx.next_case_id(),
            municipality=tx.municipality,
            number=await tx.next_number("case"),
            appeal=appeal,
            arrived=arrived,
            importance=guess.importance,
            topics=guess.topics,
            location=guess.location or "",
            suggested=guess.department,
            suggested_by=guess.words,
            likeliest=guess.departments[:LIKELIEST],
            sure=guess.sure,
            alike=tuple(dict.fromkeys([*above, *alike(appeal, guess.location or "", near)])),
            answered_before=answered_before(appeal, near),
            context=context,
        )
        begun = await self.watch.came(tx, command, now)
        decision = await self.desk.carry_out(tx, command, now, tx.municipality)
        if begun is not None and isinstance(decision, Accepted):
            await self.watch.report(tx, begun, office, now)
        return decision

    async def take(self, tx: Transaction, number: int, by: Actor, office: Office, now: datetime) -> Case | None:
        """Open a case from a message left alone, as if it were found now. None if it is gone, a case already, or
        refused."""
        seen = await tx.seen.get(number)
        if seen is None or seen.case is not None or await tx.case_by_ref(seen.network, seen.ref) is not None:
            return None
        found, files = found_in(seen)
        decision = await self.open_found(tx, found, files, by, (now, now), office)
        if not isinstance(decision, Accepted):
            return None
        await tx.seen.became(number, decision.after.id)
        return decision.after

    async def learn(self, tx: Transaction, case: Case, now: datetime) -> None:
        """After a case was forwarded, count its words for that department, for later guesses."""
        if case.lead is not None:
            topic, words = next(iter(case.topics), ""), tuple(telling(case.appeal.words))
            await tx.lessons.learn([Learned(case.id, case.lead.department, topic, words, now)])


def _stands(case: Case) -> str:
    """The author's newest text that the bot knows: of the last edit, or the original one."""
    return case.rewritten[-1].text if case.rewritten else case.appeal.text


def _is_the_doubtful(case: Case, text: str) -> bool:
    """Whether the text repeats, word for word, our answer whose posting was never confirmed."""
    draft = case.draft_of(case.approved) if case.approved is not None else None
    doubtful = case.state is State.NOT_POSTED and case.not_posted_because == "ambiguous"
    return doubtful and draft is not None and _bare(text) == _bare(draft.text)


def _bare(text: str) -> str:
    """Return letters and digits only: networks insert, drop or collapse joiners and blanks."""
    return "".join(letter for letter in text if letter.isalnum())


def _is_posted_by_us(case: Case, ref: str) -> bool:
    """Whether the post is our own answer, or may be, because our answer is on its way."""
    on_its_way = (case.state is State.APPROVED and case.post_at is None) or case.loss is Loss.ON_ITS_WAY
    return on_its_way or any(posting.ref == ref for posting in case.postings)
