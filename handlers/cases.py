"""Turn button presses into wishes. The desk checks permissions.

If a button asks a question first («Вернуть», «На доработку», «Опубликовано»), the command is tried with a stand-in
answer, so nobody is asked about an action they may not take; the trial changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from handlers import (
    absence,
    asked,
    found,
    helped,
    kept_answers,
    leadership,
    material,
    moderation,
    notices,
    official_pages,
    practice,
    ready,
    several,
    shortcomings,
    striking,
)
from handlers.callbacks import NUMBER, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View
from handlers.waiting import draft_of
from handlers.wishes import (
    Ask,
    Bind,
    Carry,
    Close,
    ForwardGuessed,
    ImportSheet,
    Lists,
    Refuse,
    Toast,
    Turn,
    Wish,
    WorkingGroup,
)
from workflow.case import Mark, Other
from workflow.commands import (
    PRESSED,
    Accept,
    Action,
    AnyCommand,
    Approve,
    AuthorReplied,
    BeginDraft,
    CloseWithoutPosting,
    Correct,
    Forward,
    LinkRepeat,
    MarkAnswer,
    MarkSignificant,
    Merge,
    NotProcess,
    PassContribution,
    PostAgain,
    Posted,
    ProposeInterim,
    ProposeTerm,
    Recall,
    Reopen,
    Retry,
    Return,
    SendBack,
    SendBackContribution,
    SetImportance,
    SetKind,
    SetLocation,
    SetSource,
    SetTerm,
    SetTopic,
    Split,
    TakeBack,
    TakeBasis,
    Undo,
)
from workflow.decide import decide
from workflow.office import Actor, Role
from workflow.outcomes import Reason, Refused
from workflow.ports import Question
from workflow.regulation import DraftKind, Event, Importance, Source
from workflow.terms.deadlines import has_happened

DOORS: tuple[tuple[frozenset[Verb], Callable[[Callback, View], list[Wish]]], ...] = (
    (found.VERBS, found.pressed),
    (official_pages.VERBS, official_pages.pressed),
    (moderation.VERBS, moderation.pressed),
    (practice.VERBS, practice.pressed),
    (ready.VERBS, ready.pressed),
    (helped.VERBS, helped.pressed),
)
"""Buttons whose handlers need no look-up, each set of verbs with its handler."""
ASKED_FIRST = {Action.MARK_SIGNIFICANT: "to_head"}
"""Actions that cannot be undone, each with the question asked before it is carried out."""
NOTHING = "0"
NOWHERE = Other(0, 0)
"""A reference to a case that does not exist: linking to it is refused, and the refusal explains what to do."""

STAND_IN = "https://example.org"
"""A stand-in for the person's answer: the command is tried with it before the question is asked."""


async def pressed(incoming: Incoming, view: View) -> list[Wish]:
    """Turn a button press into wishes. A button that is unknown, outdated or not for this person gets an
    explanation."""
    callback = Callback.parse(incoming.data)
    if callback is None:
        return [Toast("unknown_button")]
    if (wishes := await _about_no_case(callback, incoming, view)) is not None:
        return wishes
    if (command := _command(callback, view)) is not None:
        return await _carrying(command, view)
    match callback.verb:
        case Verb.WITHOUT_FILES:
            return await _without_files(callback, view)
        case Verb.RETURN:
            return await _asking(Return(view.actor, callback.subject, STAND_IN), "return_reason", {}, view)
        case Verb.SEND_BACK:
            version = _number(callback.argument)
            trial = SendBack(view.actor, callback.subject, version, STAND_IN)
            return await _asking(trial, "remark", {"version": version}, view)
        case Verb.SEND_BACK_PART:
            return await _send_back_part(callback, view)
        case Verb.POSTED:
            return await _asking(Posted(view.actor, callback.subject, STAND_IN), "link", {}, view)
        case Verb.MENU:
            return _menu(callback.argument, view)
        case Verb.SEEN:
            return notices.seen(callback, view)
        case Verb.LATER:
            return await notices.later(callback, view)
        case Verb.HEAR:
            return notices.chose(callback, view)
        case Verb.TOPIC:
            return await _topic(callback, view)
        case Verb.LOCATION:
            return await _asking(SetLocation(view.actor, callback.subject, ""), "location", {}, view)
        case Verb.PICK | Verb.FORWARD_PICKED if not _is_curator(view):
            return [Toast("menu_is_curators")]
        case Verb.PICK:
            return await several.picked(callback, incoming, view)
        case Verb.FORWARD_PICKED:
            return await several.forwarded(callback, incoming, view)
        case Verb.REPEAT | Verb.MERGE if callback.argument:
            return await _with_another(callback, view)
        case Verb.MERGE:
            return await _asking(Merge(view.actor, callback.subject, NOWHERE), "merge_into", {}, view)
        case Verb.AUTHOR_SAID:
            return await _asking(AuthorReplied(view.actor, callback.subject, STAND_IN), "author_said", {}, view)
        case Verb.OWN_TERM:
            return await _own_term(callback, view)
        case Verb.WHY:
            return await _why(callback, incoming, view)
        case Verb.END_ABSENCE:
            return absence.ended(callback.subject, view)
        case Verb.GROUP_YES:
            return _working_group(incoming, view)
        case Verb.BIND_YES | Verb.BIND_NO | Verb.YES | Verb.NO | Verb.RETURN_REASON | Verb.NEW_CASE_YES:
            return await _answered(callback, incoming, view)
        case _:
            return [Toast("unknown_button")]


async def _send_back_part(callback: Callback, view: View) -> list[Wish]:
    department = callback.argument
    trial = SendBackContribution(view.actor, callback.subject, department, STAND_IN)
    return await _asking(trial, "part_remark", {"departments": [department]}, view)


async def _about_no_case(callback: Callback, incoming: Incoming, view: View) -> list[Wish] | None:
    """Let another door handle a press that is not about a case's own action; None if no other door handles this
    verb."""
    for verbs, door in DOORS:
        if callback.verb in verbs:
            return door(callback, view)
    if callback.verb in striking.VERBS:
        return await striking.pressed(callback, incoming, view)
    if callback.verb in leadership.VERBS:
        return await leadership.pressed(callback, incoming, view)
    if callback.verb in shortcomings.VERBS:
        return await shortcomings.pressed(callback, view)
    if callback.verb in material.VERBS:
        return await material.pressed(callback, incoming, view)
    return None


async def _without_files(callback: Callback, view: View) -> list[Wish]:
    """Submit the draft's text again as a new version without its files."""
    version = _number(callback.argument)
    case = await view.case(callback.subject)
    draft = case.draft_of(version) if case is not None else None
    text = draft.text if draft is not None else ""
    return [Carry(Correct(view.actor, callback.subject, version, text, without_files=True))]


async def _carrying(command: AnyCommand, view: View) -> list[Wish]:
    first = ASKED_FIRST.get(command.action)
    if isinstance(command, CloseWithoutPosting | NotProcess):
        return await _ending(command, view)
    return await _asking(command, first, {}, view) if first else [Carry(command)]


async def _ending(command: CloseWithoutPosting | NotProcess, view: View) -> list[Wish]:
    """End the case without an answer. If an answer was promised by a date, name the promise and ask for confirmation
    first."""
    decision = decide(await view.case(command.case), command, view.office, view.now)
    if not isinstance(decision, Refused) or decision.reason is not Reason.PROMISE_STANDS:
        return [Carry(command)]
    because = command.reason if isinstance(command, CloseWithoutPosting) else command.ground
    due = decision.facts.get("due")
    body = {
        "action": str(command.action),
        "because": because,
        "due": due.isoformat() if isinstance(due, datetime) else "",
    }
    return [Toast("asked_give_up"), Ask("give_up", command.case, body)]


def _given_up(question: Question, case: int, view: View) -> AnyCommand:
    because = str(question.body["because"])
    if question.body["action"] == Action.NOT_PROCESS:
        return NotProcess(view.actor, case, because, confirmed=True)
    return CloseWithoutPosting(view.actor, case, because, confirmed=True)


def _command(callback: Callback, view: View) -> AnyCommand | None:
    """The command of a button that needs no further input; None for buttons that ask something first or are not a
    case's."""
    by, case, argument = view.actor, callback.subject, callback.argument
    match callback.verb:
        case Verb.FORWARD:
            return Forward(by, case, tuple(argument.split(",")))
        case Verb.ACCEPT:
            return Accept(by, case)
        case Verb.BEGIN_DRAFT:
            return BeginDraft(by, case)
        case Verb.BASIS:
            return _taking(by, case, argument)
        case Verb.APPROVE:
            version, _, kind = argument.partition(".")
            return Approve(by, case, _number(version), DraftKind(kind)) if kind in set(DraftKind) else None
        case Verb.UNDO:
            return Undo(by, case, _number(argument))
        case Verb.TAKE_BACK:
            return TakeBack(by, case, _number(argument))
        case Verb.RECALL:
            return Recall(by, case)
        case Verb.CLOSE:
            return CloseWithoutPosting(by, case, argument)
        case Verb.NOT_PROCESS:
            return NotProcess(by, case, argument)
        case Verb.REOPEN:
            return Reopen(by, case)
        case Verb.IMPORTANCE:
            return SetImportance(by, case, Importance.HIGH if argument == Importance.HIGH else Importance.NORMAL)
        case Verb.SOURCE if argument in set(Source):
            return SetSource(by, case, Source(argument))
        case Verb.RETRY:
            return Retry(by, case)
        case Verb.MARK:
            return MarkAnswer(by, case, Mark(argument) if argument in set(Mark) else None)
        case Verb.POST_AGAIN:
            return PostAgain(by, case)
        case Verb.PASS_ON:
            return PassContribution(by, case, argument)
        case Verb.KIND:
            version, _, kind = argument.partition(".")
            return SetKind(by, case, _number(version), DraftKind(kind)) if kind in set(DraftKind) else None
        case Verb.INTERIM:
            return ProposeInterim(by, case, "")
        case Verb.ACT if argument in set(PRESSED):
            return PRESSED[Action(argument)](by, case)
        case Verb.SPLIT:
            return Split(by, case)
        case Verb.LOCATION if argument == NOTHING:
            return SetLocation(by, case, "")
        case _:
            return None


def _taking(by: Actor, case: int, argument: str) -> TakeBasis | None:
    """The command to start a draft from an earlier answer: `argument` is a case's id, or `r` and a ready answer's
    number.

    The text of the answer is looked up when the command is carried out. None if there is no valid number."""
    ready, number = argument.startswith("r"), argument.removeprefix("r")
    if NUMBER.fullmatch(number) is None:
        return None
    return TakeBasis(by, case, "", ready=int(number)) if ready else TakeBasis(by, case, "", Other(int(number), 0))


async def _topic(callback: Callback, view: View) -> list[Wish]:
    """Add the button's topic to the case or remove it; a case may have several topics (MO-6.2, KU-8.1)."""
    case = await view.case(callback.subject)
    topics, code = case.topics if case is not None else (), callback.argument
    chosen = tuple(t for t in topics if t != code) if code in topics else (*topics, code)
    return [Carry(SetTopic(view.actor, callback.subject, chosen))]


async def _with_another(callback: Callback, view: View) -> list[Wish]:
    """Handle «Это повтор № 12» and «Вместе с № 12»; for a repeat, the argument `0` removes the link to the original."""
    by, subject, other = view.actor, callback.subject, await view.case(_number(callback.argument))
    if callback.verb is Verb.REPEAT:
        if other is None and callback.argument != NOTHING:
            return [Toast("unknown_button")]
        return [Carry(LinkRepeat(by, subject, Other(other.id, other.number) if other is not None else None))]
    return [Carry(Merge(by, subject, Other(other.id, other.number) if other is not None else NOWHERE))]


async def _own_term(callback: Callback, view: View) -> list[Wish]:
    """Handle the button «Назвать срок…»: ask for the new deadline, or set it if the button carries a moment (Unix
    seconds).

    Someone who may not set a deadline is asked for a proposal instead, or refused."""
    case = await view.case(callback.subject)
    if NUMBER.fullmatch(callback.argument):  # the moment that the executor proposed
        return [Carry(SetTerm(view.actor, callback.subject, datetime.fromtimestamp(int(callback.argument), UTC)))]
    soon = SetTerm(view.actor, callback.subject, view.now + timedelta(seconds=1))
    if isinstance(decide(case, soon, view.office, view.now), Refused):
        return await _proposed_term(callback, soon, view)
    final = case is not None and has_happened(case.history, Event.INTERIM_POSTED)
    return [Toast("asked_own_term"), Ask("own_term", callback.subject, {"final": final})]


async def _proposed_term(callback: Callback, soon: SetTerm, view: View) -> list[Wish]:
    """Ask an executor which deadline to propose (MO-13); someone who may not propose one gets the refusal of the
    curator's command `soon`."""
    trial = ProposeTerm(view.actor, callback.subject, soon.due)
    case = await view.case(callback.subject)
    if isinstance(decide(case, trial, view.office, view.now), Refused):
        return [Carry(soon)]
    return [Toast("asked_own_term"), Ask("own_term", callback.subject, {"final": True, "proposed": True})]


def _number(argument: str) -> int:
    return int(argument) if NUMBER.fullmatch(argument) else 0


async def _asking(trial: AnyCommand, kind: str, body: dict[str, object], view: View) -> list[Wish]:
    """Ask the question of this `kind` if the actor may give the command `trial`; otherwise carry `trial`, which is
    refused."""
    case = await view.case(trial.case)
    if isinstance(decide(case, trial, view.office, view.now), Refused):
        return [Carry(trial)]
    return [Toast(f"asked_{kind}"), Ask(kind, trial.case, body)]


def _menu(argument: str, view: View) -> list[Wish]:
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    if not _is_curator(view):
        return [Toast("menu_is_curators")]
    return [Turn(argument or None)]


def _is_curator(view: View) -> bool:
    return view.office.has_role(view.actor, Role.CURATOR, view.now) is not None


async def _why(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Show why the case's deadlines are what they are: to members of the office, and to anyone who presses the button
    in the working group. Others are refused."""
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    if not view.actor.people and incoming.chat != view.group:
        return [Refuse(Reason.STRANGER)]
    case = await view.case(callback.subject)
    return [Lists("why", case.number)] if case is not None else [Toast("unknown_button")]


def _working_group(incoming: Incoming, view: View) -> list[Wish]:
    """Make this chat the working group; only a member of the office who administers the chat may do so, and only if no
    other chat is the working group. Otherwise say why not."""
    if not view.office.acting(view.actor, view.now) or view.actor.standing == "stranger":
        return [Toast("group_needs_office")]
    if not view.is_admin_here:
        return [Toast("group_needs_admin")]
    if view.group is not None and view.group != incoming.chat:
        return [Toast("group_is_another")]
    return [WorkingGroup(incoming.chat, incoming.title), Toast("group_set")]


async def _answered(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a button under a question: only the person who was asked may press it. Closes the question or carries out
    its command."""
    question = await view.question(callback.subject)
    if question is None:
        return [Toast("question_is_over")]
    if incoming.sender is None or question.account != incoming.sender.account:
        return [Toast("question_is_not_yours")]
    if callback.verb is Verb.NO and question.kind == "why_early":
        return [Close(question.id, keeps=True), Toast("waits_for_contributions")]
    if callback.verb is Verb.NO and question.kind == asked.WHICH:
        return kept_answers.left(question)
    if callback.verb is Verb.NO and question.kind == "hinted_draft":
        return [Close(question.id), Toast("send_a_better_one")]
    if callback.verb in (Verb.NO, Verb.BIND_NO):
        return [Close(question.id), Toast("never_mind")]
    if question.kind == "ours_posted":
        return await found.is_the_answer(question, view)
    return await _answer(question, callback, view)


async def _answer(question: Question, callback: Callback, view: View) -> list[Wish]:
    match question.kind:
        case "return_reason" if question.case_id is not None:
            reasons = view.office.regulation.reasons_to_return
            index = _number(callback.argument) if NUMBER.fullmatch(callback.argument) else -1
            reason = reasons[index] if 0 <= index < len(reasons) else ""
            return [Carry(Return(view.actor, question.case_id, reason), answers=question.id)]
        case "confirm_draft" | "draft_again" | "hinted_draft" if question.case_id is not None:
            return [draft_of(question, view, question.case_id)]
        case "to_head" if question.case_id is not None:
            return [Carry(MarkSignificant(view.actor, question.case_id), answers=question.id)]
        case "give_up" if question.case_id is not None:
            return [Carry(_given_up(question, question.case_id, view), answers=question.id)]
        case asked.WHICH:
            return await kept_answers.chosen(question, callback.argument, view)
        case "forward_guessed":
            rows = tuple(
                (int(row["case"]), int(row["version"]), str(row["department"])) for row in question.body["rows"]
            )
            return [ForwardGuessed(question.id, rows)] if _is_curator(view) else [Toast("menu_is_curators")]
        case "which_case":
            return [draft_of(question, view, _number(callback.argument))]
        case "absent_who" | "absent_days" | "absent_sub":
            return absence.chosen(question, callback.argument, view)
        case kind if kind in official_pages.QUESTIONS:
            return official_pages.chosen(question, callback.argument, view)
        case kind if kind in practice.QUESTIONS:
            return practice.chosen(question, callback.argument)
        case "import_sheet":
            return [ImportSheet(question.id) if view.has_sheet else Toast("question_is_over")]
        case "annul_reason":
            return striking.chosen(question, callback.argument)
        case "snooze":
            return await notices.snoozed(question, notices.WORDS.get(callback.argument, ""), view)
        case "bind":
            return [Bind(str(question.body["code_hash"])), Close(question.id)]
        case "new_case":
            from handlers.handing_in import from_question

            return from_question(question, view)
        case _:
            return [Toast("question_is_over")]
