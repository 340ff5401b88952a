"""Word comments proposed for moderation as a moderator sees them: one with its buttons, the list, short answers. Pure.

Menus of one comment: "" the main one; `delete` and `black_list` ask for the ground; `delete_other` and
`black_list_other` name the regulation's other grounds; `history`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from bot.cases.screens.common import link, refusal_key
from bot.messenger import Button, Buttons, Screen
from config.russian.words import When, as_post, clean, excerpt, one_line, shown_name
from config.texts import Texts, safe, words_of
from handlers.callbacks import Callback, Verb
from handlers.moderation import LIST
from workflow.case import Appeal
from workflow.office import Actor, Office
from workflow.official.moderation import (
    COMMENTS,
    Comment,
    Matter,
    ModerationAction,
    ModerationEvent,
    ModerationState,
    Offence,
    Order,
    grounds_of,
    moderates,
    takes_away,
)
from workflow.outcomes import Accepted, Reason

LEAF = 6
NEVER_RESTORE = frozenset({"telegram", "max"})
"""Networks in which a deleted comment cannot be restored."""
NEWEST = 20
"""How many entries of a comment's journal are read."""
LINES = 10
"""How many entries of a comment's journal are shown, the newest."""
LONG, SHORT, WORD = 1200, 90, 40
WHY = ("by_hand", "no_right", "token_bad", "captcha", "network_down", "ambiguous")
"""The reasons of a failed order to a network that have their own words."""
Row = tuple[Button, ...]
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Appeals:
    """How a person on the black list can object: the address for formal appeals, and the bot's name and link if
    citizens may write to it."""

    formal: str = ""
    bot: str = ""
    bot_link: str = ""


@dataclass(frozen=True)
class Shown:
    """What a comment's message is made from: the comment, the reader, the menu, the journal, and the phrase (`notice`)
    that says why this reader has to decide although others would be asked first."""

    comment: Comment
    appeal: Appeal
    reader: Actor
    menu: str = ""
    history: Sequence[Entry] = ()
    notice: str = ""
    appeals: Appeals = Appeals()


@dataclass(frozen=True)
class Line:
    """A comment in the list; `last`: the latest journal entry that a person caused, {} if none."""

    comment: Comment
    appeal: Appeal
    last: Entry


def may_be_criticism(comment: Comment) -> bool:
    """Whether the words may be an opinion of the office, put rudely: only spam and advertising certainly are not."""
    return not set(comment.grounds) <= {Offence.SPAM, Offence.ADVERTISING}


def leaves(total: int) -> int:
    return max(1, -(-total // LEAF))


# --- one comment ---------------------------------------------------------------------------------------------------------


def one(texts: Texts, shown: Shown, office: Office, now: datetime) -> Screen:
    """Return the message with the comment, the grounds on which it was proposed, the decision, and what is still to be
    done."""
    comment, appeal, when = shown.comment, shown.appeal, When(now, office.zone)
    lines: list[str] = []
    if shown.notice:
        lines += [str(texts.phrase(f"moderation_notices.{shown.notice}")), ""]
    source = texts.plain(f"sources.{words_of(appeal.source)}")
    heading = texts.phrase("moderation_screen.heading", number=str(comment.id), source=source, place=_place(appeal))
    lines += [f"<b>{heading}</b>", f"«{safe(excerpt(clean(appeal.text), LONG))}»"]
    lines.append(_byline(texts, appeal, when))
    lines += ["", str(_why(texts, comment, office))]
    if comment.case is not None:
        lines.append(str(texts.phrase("moderation_screen.case", number=str(comment.case))))
    if comment.state is not ModerationState.PROPOSED:
        lines.append(_decision(texts, shown, office, when))
    lines += _under_way(texts, shown)
    lines += _menu_words(texts, shown, office, when)
    return Screen("\n".join(lines), _buttons(texts, shown, office, now))


def _place(appeal: Appeal) -> str:
    return excerpt(one_line(appeal.place), 60)


def _byline(texts: Texts, appeal: Appeal, when: When) -> str:
    opened = link(appeal.link, texts.plain("found.open"))
    parts = [safe(shown_name(appeal.author)), when.short(appeal.written_at), opened]
    return str(Markup(" · ").join(part for part in parts if part))


def _grounds(texts: Texts, grounds: Sequence[Offence]) -> str:
    return ", ".join(texts.plain(f"moderation_grounds.{ground}") for ground in grounds)


def _words(comment: Comment) -> str:
    return ", ".join(f"«{excerpt(one_line(clean(word)), WORD)}»" for word in comment.words[:5])


def _why(texts: Texts, comment: Comment, office: Office) -> Markup:
    rules = office.regulation.moderation
    if not comment.grounds:
        return texts.phrase("moderation_screen.put_up")
    return texts.phrase(
        "moderation_screen.why",
        grounds=_grounds(texts, comment.grounds),
        words=_words(comment),
        clause=rules.clause if rules is not None else "",
    )


def _decision(texts: Texts, shown: Shown, office: Office, when: When) -> str:
    """The decision in words: «Удалён: спам (пункт 2.3). Решил куратор, 9:10»."""
    last = next((line for line in reversed(shown.history) if line["who"] is not None), None)
    ground = next((str(line["ground"]) for line in reversed(shown.history) if line["ground"]), "")
    deleted = shown.comment.state is ModerationState.DELETED
    return str(texts.phrase(
        f"moderation_states.{shown.comment.state}",
        ground=texts.plain(f"moderation_grounds.{ground}") if ground and deleted else "",
        listed=shown.comment.listed,
        who=_who(office, last) if last is not None else "",
        at=when.short(last["at"]) if last is not None else "",
    ))  # fmt: skip


def _who(office: Office, line: Entry) -> str:
    by = str(line["who"])
    return as_post(office.people[by].name) if by in office.people else by


def _under_way(texts: Texts, shown: Shown) -> list[str]:
    """Lines for orders that the network has not answered yet, and for those that a person must carry out instead, with
    the reason."""
    comment, source = shown.comment, texts.plain(f"sources.{words_of(shown.appeal.source)}")
    lines = [
        str(texts.phrase("moderation_screen.asked", source=source, what=texts.plain(f"moderation_orders.{order}")))
        for order in (comment.order(matter) for matter in comment.asked)
    ]
    if not comment.by_hand:
        return lines
    orders = [comment.order(matter) for matter in comment.by_hand]
    where = texts.plain(f"sources_in.{words_of(shown.appeal.source)}")
    why = texts.plain(f"moderation_why.{_reason(shown.history)}", where=where)
    what = ", ".join(texts.plain(f"moderation_orders.{order}") for order in orders)
    lines.append(str(texts.phrase("moderation_screen.by_hand", why=why, what=what)))
    if Order.RESTORE in orders and comment.network in NEVER_RESTORE:
        lines.append(str(texts.phrase("moderation_screen.never_restored", source=source)))
    return lines


def _reason(history: Sequence[Entry]) -> str:
    lines = [str(line["detail"]) for line in history if line["action"] == ModerationEvent.NOT_DONE]
    reason = lines[-1].partition(": ")[2] if lines else ""
    return reason if reason in WHY else "other"


def _menu_words(texts: Texts, shown: Shown, office: Office, when: When) -> list[str]:
    menu = shown.menu.removesuffix("_other")
    comment = shown.comment
    if menu == "history":
        return ["", *(_entry(texts, line, office, when) for line in shown.history[-LINES:])]
    lines: list[str] = []
    if menu == "delete":
        lines += ["", str(texts.phrase("moderation_screen.delete_sure"))]
    elif menu == "black_list":
        gone = comment.state is ModerationState.DELETED
        lines += ["", str(texts.phrase("moderation_screen.list_sure", gone=gone))]
    if menu in ("delete", "black_list") and comment.case is not None:
        lines.append(str(texts.phrase("moderation_screen.case_stays", number=str(comment.case))))
    if menu == "black_list" or comment.listed:
        lines.append(_appeal_way(texts, shown))
    if may_be_criticism(comment) and (menu in ("delete", "black_list") or comment.state is ModerationState.PROPOSED):
        lines.append(str(texts.phrase("moderation_screen.criticism")))
    return lines


def _appeal_way(texts: Texts, shown: Shown) -> str:
    """A line on how a person on the black list can object (PA-2.3)."""
    facts = {"formal": shown.appeals.formal, "bot": shown.appeals.bot, "is_told": shown.comment.network == "vk"}
    return str(texts.phrase("moderation_screen.appeal", **facts))


def _entry(texts: Texts, line: Entry, office: Office, when: When) -> str:
    detail, ground = str(line["detail"]), str(line["ground"] or "")
    order = detail.partition(": ")[0]
    words = texts.phrase(
        f"moderation_journal.{line['action']}",
        ground=texts.plain(f"moderation_grounds.{ground}") if ground else "",
        clause=line["clause"],
        words=", ".join(f"«{excerpt(one_line(clean(word)), WORD)}»" for word in line["words"][:5]),
        what=texts.plain(f"moderation_orders.{order}") if order in tuple(Order) else "",
    )
    who = _who(office, line) if line["who"] is not None else texts.plain("journal_who.nobody")
    behalf = line["on_behalf"]
    if behalf in office.people:
        who = texts.plain("moderation_screen.behalf", who=who, behalf=as_post(office.people[behalf].name))
    at = line["at"]
    return str(texts.phrase("page_screen.history", date=when.date(at), clock=when.clock(at), who=who, words=words))


# --- buttons ---------------------------------------------------------------------------------------------------------------


def _buttons(texts: Texts, shown: Shown, office: Office, now: datetime) -> Buttons:
    comment = shown.comment
    if moderates(office, comment, shown.reader, now) is None:
        return ()
    may = {action for action in ModerationAction if COMMENTS.offers(comment, action, office, now)}
    if takes_away(office, comment, shown.reader, now) is None:
        may &= {ModerationAction.KEEP, ModerationAction.TO_CASE}
    back = (_menu(texts, "back", comment, ""),)
    menu = shown.menu.removesuffix("_other")
    if menu == "history":
        return (back,)
    if menu in may and menu in (ModerationAction.DELETE, ModerationAction.BLACK_LIST):
        return (*_by_ground(texts, shown, ModerationAction(menu), office), back)
    return _main(texts, comment, may)


def _by_ground(texts: Texts, shown: Shown, action: ModerationAction, office: Office) -> list[Row]:
    """A button that deletes for each ground found in the comment; «Другое основание…» opens the regulation's other
    grounds."""
    comment, other = shown.comment, shown.menu.endswith("_other")
    others = [ground for ground in grounds_of(office.regulation) if ground not in comment.grounds]
    rows: list[Row] = []
    for ground in others if other or not comment.grounds else comment.grounds:
        caption = texts.plain(f"moderation_yes.{action}", ground=texts.plain(f"moderation_grounds.{ground}"))
        data = Callback(Verb.MODERATE, comment.id, f"{action}.{ground}").pack()
        rows.append((Button(caption, data, style="danger"),))
    if others and comment.grounds and not other:
        rows.append((_menu(texts, "other", comment, f"{action}_other"),))
    return rows


def _main(texts: Texts, comment: Comment, may: Collection[ModerationAction]) -> Buttons:
    a = ModerationAction
    asking = [_menu(texts, action, comment, action) for action in (a.DELETE, a.BLACK_LIST) if action in may]
    by_hand = [_act(texts, a.DONE_BY_HAND, comment)] if a.DONE_BY_HAND in may else []
    plain = [_act(texts, action, comment) for action in (a.KEEP, a.TO_CASE, a.RESTORE) if action in may]
    rows = [tuple(by_hand), tuple(asking), tuple(plain), (_menu(texts, "history", comment, "history"),)]
    return tuple(row for row in rows if row)


def _menu(texts: Texts, name: str, comment: Comment, menu: str) -> Button:
    return Button(texts.plain(f"moderation_buttons.{name}"), Callback(Verb.COMMENT, comment.id, menu).pack())


def _act(texts: Texts, action: ModerationAction, comment: Comment) -> Button:
    style = "success" if action is ModerationAction.DONE_BY_HAND else None
    data = Callback(Verb.MODERATE, comment.id, action).pack()
    return Button(texts.plain(f"moderation_buttons.{action}"), data, style=style)


# --- the list --------------------------------------------------------------------------------------------------------------


def listing(
    texts: Texts, waiting: Sequence[Line], decided: Sequence[Line], leaf: int, total: int, office: Office, now: datetime
) -> Screen:
    """Return one part (`leaf`) of the list of undecided comments, each with a button to open it, and the latest
    decisions, with «Вернуть» for those that can be undone. `total`: how many are undecided in all."""
    when = When(now, office.zone)
    lines: list[str] = [f"<b>{texts.phrase('moderation_screen.waiting', n=total)}</b>"] if total else []
    rows: list[Row] = []
    if not total:
        lines.append(str(texts.phrase("moderation_screen.nothing")))
    lines += [_line(texts, one, "waiting_line", office, when) for one in waiting]
    rows += _pairs([_open(texts, one.comment) for one in waiting])
    rows += _turning(texts, leaf, leaves(total))
    if decided:
        lines += ["", f"<b>{texts.phrase('moderation_screen.decided')}</b>"]
        lines += [_line(texts, one, "decided_line", office, when) for one in decided]
        a = ModerationAction.RESTORE
        back = [one.comment for one in decided if COMMENTS.offers(one.comment, a, office, now)]
        rows += _pairs([
            Button(
                texts.plain("moderation_buttons.restore_one", number=str(comment.id)),
                Callback(Verb.MODERATE, comment.id, a).pack(),
            )
            for comment in back
        ])  # fmt: skip
    if any(may_be_criticism(one.comment) for one in waiting):
        lines += ["", str(texts.phrase("moderation_screen.criticism"))]
    return Screen("\n".join(lines), tuple(rows))


def _line(texts: Texts, one: Line, name: str, office: Office, when: When) -> str:
    comment, appeal = one.comment, one.appeal
    ground = str(one.last.get("ground") or "")
    return str(texts.phrase(
        f"moderation_screen.{name}",
        number=str(comment.id),
        text=excerpt(one_line(clean(appeal.text)), SHORT),
        author=shown_name(appeal.author),
        at=when.short(one.last["at"] if one.last else appeal.written_at),
        grounds=_grounds(texts, comment.grounds),
        done=texts.plain(f"moderation_short.{comment.state}"),
        ground=texts.plain(f"moderation_grounds.{ground}") if ground else "",
        who=_who(office, one.last) if one.last else "",
        by_hand=bool(comment.by_hand),
        open=link(appeal.link, texts.plain("found.open")),
    ))  # fmt: skip


def _open(texts: Texts, comment: Comment) -> Button:
    return Button(
        texts.plain("moderation_buttons.open", number=str(comment.id)), Callback(Verb.COMMENT, comment.id).pack()
    )


def _pairs(buttons: Sequence[Button]) -> list[Row]:
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def _turning(texts: Texts, leaf: int, last: int) -> list[Row]:
    row: list[Button] = []
    if leaf > 1:
        row.append(Button(texts.plain("buttons.earlier"), Callback(Verb.COMMENT, LIST, str(leaf - 1)).pack()))
    if leaf < last:
        row.append(Button(texts.plain("buttons.further"), Callback(Verb.COMMENT, LIST, str(leaf + 1)).pack()))
    return [tuple(row)] if row else []


# --- short words -----------------------------------------------------------------------------------------------------------


def refused(texts: Texts, reason: Reason) -> str:
    """Return why the command is refused and what to do instead, as plain text."""
    return texts.plain(refusal_key(texts, "moderation_refusals", reason))


def done(texts: Texts, decision: Accepted[Comment, Matter], case: int | None) -> str:
    """Return the short confirmation as plain text. `case`: the number of the case that the comment became."""
    ground = dict(decision.entry.details).get("ground")
    return texts.plain(
        f"moderation_done.{decision.entry.action}",
        ground=texts.plain(f"moderation_grounds.{ground}") if ground is not None else "",
        number=str(case or ""),
        unlisted=Matter.AUTHOR in decision.effects,
    )


def ban_reason(texts: Texts, ground: str, appeals: Appeals, office: Office) -> str:
    """Return what the network shows to the banned author: why, and how to object (PA-2.3). It contains only the
    office's own words, so the addresses in it keep working."""
    own = {"office": escape(office.name), "formal": escape(appeals.formal), "bot": escape(appeals.bot_link)}
    words = texts.plain(f"moderation_grounds.{ground}") if ground else ""
    return texts.plain("moderation_screen.ban_reason", ground=words, **own)
