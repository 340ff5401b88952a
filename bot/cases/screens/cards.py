"""Show a case as the card in the working group and as the offer to the curator. Pure: takes a case, returns a screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bot.cases.screens.buttons import CaseButtons, undetermined
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import asks_formally, link
from bot.messenger import Screen
from config.clauses import clause_words
from config.russian.judging import judge
from config.russian.words import clean, excerpt, one_line
from config.texts import Texts
from handlers.several import Chosen
from workflow.case import Case, State
from workflow.office import Office
from workflow.regulation import Event, Source, Step
from workflow.terms.turns import late_in_turn

WAITED_FOR = {
    State.NEW: Step.FORWARD,
    State.FORWARDED: Step.RETURN,
    State.ON_APPROVAL: Step.APPROVAL,
    State.REWORK: Step.REWORK,
    State.APPROVED: Step.POSTING,
    State.NOT_POSTED: Step.POSTING,
    State.INTERIM: Step.FINAL,
}
"""For each state, the step whose due moment the line «Ждёт» of the card shows; the line of terms leaves that step out.
"""


def card(texts: Texts, case: Case, office: Office, now: datetime) -> Screen:
    """Return the case as the working group sees it. After the day it was first posted on, its moments carry their date."""
    words = CaseWords(texts, case, office, now, shown_since=case.parts[0].asked_at if case.parts else None, stays=True)
    if case.is_ended:
        question = link(case.appeal.link, texts.plain("offer.question"))
        text = texts.html("closed_card", c=words, state=case.state, question=question)
        return Screen(str(text), silent=True)
    text = texts.html(
        "card",
        c=words,
        state=case.state,
        reason=return_reason(words),
        why=why_not_posted(words),
        waiting=WAITED_FOR.get(case.state),
    )
    return Screen(str(text), CaseButtons(texts, case, office).card())


def offer(
    texts: Texts,
    case: Case,
    office: Office,
    now: datetime,
    menu: str | None = None,
    earlier: Sequence[Case] = (),
    private: bool = True,
) -> Screen:
    """Return the case as a curator sees it: where to forward it, or what has become of it. `earlier`: similar cases.
    `private`: nobody else reads it, so a hint about the author's language may be shown."""
    words = CaseWords(texts, case, office, now, shown_since=case.arrived, stays=True)
    buttons = CaseButtons(texts, case, office, now).offer(menu, {other.id for other in earlier if not other.is_ended})
    hint = language_hint(words) if private and not case.is_ended else Markup()
    turns = _turns(words, menu)
    if case.state is not State.NEW:
        text = texts.html(
            "settled_offer",
            c=words,
            state=case.state,
            about_state=progress(words),
            hint=hint,
            turns=turns,
            ask=_asked_of_curator(words),
        )
        return Screen(str(text), buttons, silent=True)
    guess = _guess(words)
    text = texts.html(
        "offer",
        c=words,
        heading=heading(words),
        guess=guess,
        words=[excerpt(clean(word), 40) for word in case.suggested_by[:5]] if guess and not _was_wrong(words) else [],
        reason=return_reason(words),
        forward_by=forward_by(words),
        alike=[_alike(words, one) for one in earlier if not _is_above(case, one)] if case.repeat_of is None else [],
        nothing_new=_nothing_new(words),
        formal=_formal(words),
        hint=hint,
        turns=turns,
    )
    return Screen(str(text), buttons)


def past_offer(texts: Texts, case: Case, office: Office, now: datetime) -> Screen:
    """Return one line in place of an older offer, when the same chat has a newer offer of the case below it."""
    return Screen(str(texts.phrase("offer.past", c=CaseWords(texts, case, office, now))), silent=True)


def _asked_of_curator(words: CaseWords) -> str:
    """«Укажите тему и место (пункт 8)»: asks the curator for what is not determined yet; "" if nothing is missing."""
    missing = undetermined(words.case, words.office)
    if not missing:
        return ""
    clause = clause_words(words.office.regulation.determines)
    return words.texts.plain("offer.determine", topic="topic" in missing, place="location" in missing, clause=clause)


def _turns(words: CaseWords, menu: str | None) -> Markup:
    """A warning before forwarding in turn that the turns take longer than the draft's term (MO-14); empty if they do not."""
    chosen = Chosen.of(menu, words.case, words.office)
    if not chosen.in_turn or len(chosen.departments) < 3 or words.case.is_ended:
        return Markup()
    draft = late_in_turn(words.case, chosen.departments, words.office, words.now)
    if draft is None:
        return Markup()
    return words.texts.phrase("offer.turns", until=words.when.until(draft.until), due=words.when.until(draft.due_at))


def language_hint(words: CaseWords) -> Markup:
    """«Похоже на оскорбление: «…»»: a hint about the author's words; a person decides what to do. Empty if nothing was
    found."""
    verdict = judge(words.now_written)
    if not verdict.grounds:
        return Markup()
    shown = [ground.words for ground in verdict.grounds if ground.kind is verdict.kind]
    quoted = ", ".join(f"«{excerpt(one_line(clean(one)), 40)}»" for one in dict.fromkeys(shown[:3]))
    return words.texts.phrase("offer.hint", what=words.texts.plain(f"language.{verdict.kind}"), words=quoted)


def _is_above(case: Case, other: Case) -> bool:
    return case.context is not None and case.context.case.id == other.id


def _alike(words: CaseWords, earlier: Case) -> Markup:
    """A line about a similar earlier case: «Похоже на повтор № 12, ответ размещён: «Воду дали…»»."""
    other = CaseWords(words.texts, earlier, words.office, words.now)
    last = earlier.draft_of(earlier.posting.version) if earlier.posting else None
    answer = excerpt(one_line(clean(last.text)), 160) if last is not None else ""
    key = "offer.alike" if earlier.is_ended else "offer.alike_open"
    return words.texts.phrase(key, number=other.number, state=other.state_words, answer=answer)


def _nothing_new(words: CaseWords) -> Markup:
    """A line that the same author was answered before, as many times as a ground for not processing requires (MO-18);
    empty if fewer. The curator decides whether the message says anything new."""
    answered = words.case.answered_before
    wanted = [ground.answered_before for ground in words.office.regulation.grounds if ground.answered_before]
    if not wanted or len(answered) < min(wanted):
        return Markup()
    return words.texts.phrase("offer.nothing_new", numbers=", ".join(f"№ {case.number}" for case in answered))


def _formal(words: CaseWords) -> Markup:
    """What to tell an author who asks for a formal appeal (59-ФЗ), which the bot does not register (IZ-2, MO-3, KU-2);
    empty if the author does not ask or the bot has said so in private."""
    appeal = words.case.appeal
    told = (
        appeal.network in (Source.TELEGRAM, Source.MAX) and appeal.kind == "message"
    )  # in private the bot has said so itself
    if told or not asks_formally(words.texts, words.now_written):
        return Markup()
    where = words.texts.plain("offer.formal_words", where=clean(words.office.formal_appeals))
    return words.texts.phrase("offer.formal", words=where)


def heading(words: CaseWords) -> Markup:
    """The heading of an offer: «Новое сообщение № 147», or that the case came back to the curator."""
    key = "offer.again" if _was_out(words) else "offer.fresh"
    return words.texts.phrase(key, c=words, mark="🔴 " if words.is_high else "")


def _was_out(words: CaseWords) -> bool:
    return any(happening.event is Event.RETURNED for happening in words.case.history)


def _was_wrong(words: CaseWords) -> bool:
    """Whether the guessed department returned the case, so that the words behind the guess are no longer shown."""
    return words.case.suggested is None and _was_out(words)


def _guess(words: CaseWords) -> str:
    """The guessed topic and department: «вода → Отдел ЖКХ»; the topic alone if no department was guessed; "" without
    both."""
    suggested = words.case.suggested
    if suggested not in words.office.departments:
        return words.topic
    department = words.department_name(suggested)
    return words.texts.plain("offer.to", topic=words.topic, department=department) if words.topic else department


def forward_by(words: CaseWords) -> Markup:
    """«⏰ Направить до 10:02», or that this is overdue; empty if no term for forwarding runs."""
    deadline = words.running.get(Step.FORWARD)
    if deadline is None:
        return Markup()
    late = deadline.until < words.now
    return words.texts.phrase("offer.forward_late" if late else "offer.forward_by", by=words.by(deadline))


def return_reason(words: CaseWords) -> str:
    """The reason for which the executor returned the case; "" if none was given or a department has the case again."""
    returned = words.returned
    return excerpt(one_line(returned.reason), 200) if returned and returned.reason else ""


def why_not_posted(words: CaseWords) -> Markup:
    """Why the answer is not in the network, worded for the middle of a sentence."""
    key = f"not_posted.{words.case.not_posted_because}"
    if not words.texts.has(key):
        key = "not_posted.rejected"
    return words.texts.phrase(key, where=words.of_source("sources_in"))


def progress(words: CaseWords) -> Markup:
    """What an open case waits for, in one line for the curator; empty if the curator has to forward it or the case has
    ended."""
    state = words.case.state
    key = f"progress.{state}"
    if not words.texts.has(key):
        return Markup()
    step = WAITED_FOR.get(state)
    if state is State.FORWARDED and (lapsed := words.lapsed):
        return words.texts.phrase("offer.lapsed", until=words.when.until(lapsed.until))
    until: str = words.waiting_until(step) if step else ""
    if state is State.IN_WORK and (due := words.due_words(Step.DRAFT)):
        until = f", {words.texts.plain('steps.draft')} {due}"
    return words.texts.phrase(
        key, c=words, until=until, since=words.accepted_since, version=words.version, why=why_not_posted(words)
    )
