"""The buttons under every message about a case, read off `workflow.transitions`: what the table does not permit is not
shown. Pure.

A button names the menu it opens: "" (the main one), `departments`, `topics`, `close`; `departments.2` is its second
page.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.cases.screens.common import department_into, ground_words, grounds_heard, in_twos, is_web, now_written
from bot.messenger import Button, Buttons
from config.russian.words import When, count, excerpt, units
from config.texts import Texts
from handlers.callbacks import LIMIT, Callback, Verb
from handlers.several import IN_TURN, Chosen
from workflow.basis import served
from workflow.case import Case, Draft, Loss, Mark, Part, PartState, State
from workflow.commands import PRESSED, Action
from workflow.guards import (
    AUTHOR_SILENT,
    CLOSING_REASONS,
    author_silent_from,
    why_contribution_stays,
    why_not_passed,
)
from workflow.office import Office, Topic
from workflow.regulation import DraftKind, Event, Importance, Source, Step, Unit
from workflow.terms.deadlines import has_happened
from workflow.transitions import CASES, co_executor, lead_executor, may, rows_for
from workflow.waiting import final_must_be_named

ANSWERED = "answered_elsewhere"
"""The code of the reason with which the button «Ничего не нужно: ответили раньше» closes a case."""
DIRECTLY = 8
"""How many departments an offer lists directly when none is guessed; more than that are behind a menu."""
PAGE = 10
NEAREST = 3
"""How many topics of the lead department are offered directly; the others are behind a menu."""
CAPTION = 60
COPY_LIMIT = 256
"""How many characters (UTF-16 units) a button can copy to the clipboard."""

Row = tuple[Button, ...]


class CaseButtons:
    """Makes the buttons for one case. `now`: when they are shown; without it, buttons that appear with time are left
    out."""

    def __init__(self, texts: Texts, case: Case, office: Office, now: datetime | None = None) -> None:
        self.now = now
        self.texts = texts
        self.case = case
        self.office = office

    def may(self, action: Action) -> bool:
        """Whether the table permits anybody this action in the case's present state."""
        return may(action, self.case.state)

    def offers(self, action: Action) -> bool:
        """Whether anybody may take the action in this state and it is not done yet, whatever the time is."""
        return CASES.offers(self.case, action, self.office, self.case.detected)

    def button(self, key: str, verb: Verb, argument: str = "", style: str | None = None, **values: str) -> Button:
        return Button(
            self.texts.plain(f"buttons.{key}", **values), Callback(verb, self.case.id, argument).pack(), style=style
        )

    # --- the card ----------------------------------------------------------------------------------------------------

    def card(self) -> Buttons:
        """The buttons under the card in the group; «Вернуть» comes last once the case is accepted."""
        parts = self.case.active_parts
        take, fresh = (
            self._take_or_return(parts),
            any(self._may(part, Action.ACCEPT, (PartState.ASKED,)) for part in parts),
        )
        row: list[Button] = []
        if self.may(Action.PROPOSE_TERM) and final_must_be_named(self.case, self.office):
            row.append(self.button("propose_term", Verb.OWN_TERM))
        if self.office.regulation.steps and not self.case.is_ended:
            row.append(self.button("why", Verb.WHY))
        row = [*take, *row] if fresh else [*self._begin(self.case.lead), *row, *take]
        kinds = self.kinds(self.case.draft) if self.case.draft is not None else ()
        return tuple(line for line in (tuple(row), kinds) if line)

    def work(self, part: Part) -> Buttons:
        """The buttons for the executor of this part: «Черновик», «Принять», «Вернуть» as far as permitted now."""
        row = (*self._begin(part), *self._take_or_return((part,)))
        return (row,) if row else ()

    def _begin(self, part: Part | None) -> Row:
        """The button «Черновик», which tells the colleagues who writes the draft; () until the part is accepted."""
        if part is None or not self._may(part, Action.BEGIN_DRAFT, (PartState.ACCEPTED,)):
            return ()
        return (self.button("begin_draft", Verb.BEGIN_DRAFT),)

    def _take_or_return(self, parts: Sequence[Part]) -> Row:
        """The buttons «Принять» and «Вернуть», each if an executor of one of the parts may press it now."""
        row: list[Button] = []
        if any(self._may(part, Action.ACCEPT, (PartState.ASKED,)) for part in parts):
            row.append(self.button("accept", Verb.ACCEPT, style="success"))
        if any(self._may(part, Action.RETURN, (PartState.ASKED, PartState.ACCEPTED)) for part in parts):
            row.append(self.button("return", Verb.RETURN))
        return tuple(row)

    def _may(self, part: Part, action: Action, states: tuple[PartState, ...]) -> bool:
        allowed = {who for row in rows_for(action, self.case.state) for who in row.who}
        return part.state in states and (lead_executor if part.lead else co_executor) in allowed

    # --- the offer ---------------------------------------------------------------------------------------------------

    def offer(self, menu: str | None, ongoing: Collection[int] = ()) -> Buttons:
        """The curator's buttons under an offer. `menu`: the open menu. `ongoing`: ids of similar cases still open."""
        name, _, page = (menu or "").partition(".")
        number = int(page) if page.isdecimal() else 1
        match name:
            case "departments" if self.may(Action.FORWARD):
                return (*_paged(self._departments(), number, self._menu("departments")), self._back())
            case "topics" if self.may(Action.SET_TOPIC):
                return (*_paged(self._topics(), number, self._menu("topics")), self._back())
            case "several" if self.may(Action.FORWARD):
                return (*self._several(menu), self._back())
            case "sources" if self._source_is_open():
                return (*in_twos(self._sources()), self._back())
            case "more" if self._more(ongoing):
                return (*in_twos(self._more(ongoing)), self._back())
            case "close" if self.may(Action.CLOSE_WITHOUT_POSTING) or self.may(Action.NOT_PROCESS):
                return (*((button,) for button in self._endings()), self._back())
            case _:
                main = self._main_new(ongoing) if self.case.state is State.NEW else self._main_settled()
                return (*self._deleted(), *self._waits_for_author(), *main)

    def _deleted(self) -> Buttons:
        """The button that closes the case because its author has deleted the message; () if it is not deleted."""
        if self.case.deleted_at is None or not self.may(Action.CLOSE_WITHOUT_POSTING):
            return ()
        return ((self.button("close_deleted", Verb.CLOSE, "author_deleted", "primary"),),)

    def _close(self) -> Button:
        """The button that opens the menu of closing reasons; «Другая причина…» if `_deleted` offers one already."""
        return self._menu("close")("close_otherwise" if self._deleted() else "close", "")

    def _main_new(self, ongoing: Collection[int]) -> Buttons:
        suggested = self.case.suggested
        rows: list[Row] = []
        if suggested and suggested in self.office.departments:
            rows.append((self._forward(suggested, "primary", whole=True),))
            rows += in_twos([self._forward(key) for key in self._likeliest() if key != suggested])
            another = (self._menu("departments")("another", ""),) if len(self.office.departments) > 1 else ()
            rows.append((*another, *self._choose_several()))
        else:
            departments = self._departments()
            if len(departments) <= DIRECTLY:
                rows += in_twos(departments)
                rows += [self._choose_several()] if self._choose_several() else []
            else:
                rows += in_twos([self._forward(key) for key in self._likeliest()])
                rows.append((self._menu("departments")("choose", ""), *self._choose_several()))
        rows += [
            (button,)
            for button in (*self._repeats(_others(self.case, ongoing)), *self._afterword(), *self._with_open(ongoing))
        ]
        rows.append((self._importance(), self._menu("topics")("topic", "")))
        rows.append((self._menu("more")("more", ""), self._close()))
        return tuple(row for row in rows if row)

    def _choose_several(self) -> Row:
        return (self._menu("several")("several", ""),) if len(self.office.departments) > 1 else ()

    def _several(self, menu: str | None) -> list[Row]:
        """The menu of several departments: a tap selects or deselects one; the first selected becomes the lead."""
        chosen = Chosen.of(menu, self.case, self.office)
        buttons = []
        for key in self.office.departments:
            if not _fits(Verb.PICK, self.case.id, key):
                continue
            name, pick = self.office.departments[key].name, Callback(Verb.PICK, self.case.id, key).pack()
            if key in chosen.departments:
                place = str(chosen.departments.index(key) + 1)
                name = self.texts.plain("buttons.picked", place=place, department=name)
            buttons.append(Button(excerpt(name, CAPTION), pick, style="primary" if key in chosen.departments else None))
        rows = in_twos(buttons)
        if len(chosen.departments) > 2:
            rows.append((self.button("at_once" if chosen.in_turn else "in_turn", Verb.PICK, IN_TURN),))
        if chosen.departments:
            many = count(len(chosen.departments), "отделу|отделам|отделам")
            rows.append((self.button("forward_picked", Verb.FORWARD_PICKED, style="success", count=many),))
        return rows

    def _repeats(self, among: Collection[int]) -> list[Button]:
        """«Это повтор № 12» for each similar case with an id in `among`; if already marked so, the button to undo it."""
        if not self.may(Action.LINK_REPEAT):
            return []
        if self.case.repeat_of is not None:
            return [self.button("not_repeat", Verb.REPEAT, "0")]
        above = self.case.context
        its = above.case.id if above is not None and above.own else 0
        return [
            self.button(
                "did_not_help" if other.id == its else "repeat", Verb.REPEAT, str(other.id), number=str(other.number)
            )
            for other in self.case.alike
            if other.id in among
        ]

    def _afterword(self) -> list[Button]:
        """«Новое» and «Ничего не нужно» for what the author wrote after our answer, until a curator decides which."""
        above = self.case.context
        is_open = above is not None and above.own and above.answered_at is not None and self.case.repeat_of is None
        if above is None or not is_open or above.case.id not in [other.id for other in self.case.alike]:
            return []
        new = [self.button("something_new", Verb.REPEAT, "0")] if self.may(Action.LINK_REPEAT) else []
        return [*new, self.button("nothing", Verb.CLOSE, ANSWERED)]

    def _with_open(self, ongoing: Collection[int]) -> list[Button]:
        """«Вместе с № 14» for each similar case that is still open: it merges the two, with one answer for both."""
        if not self.may(Action.MERGE) or self.case.merged or self.case.repeat_of is not None:
            return []
        above = self.case.context.case.id if self.case.context is not None else 0
        return [
            self.button(
                "join" if other.id == above else "together_with", Verb.MERGE, str(other.id), number=str(other.number)
            )
            for other in self.case.alike
            if other.id in ongoing
        ]

    def _more(self, ongoing: Collection[int]) -> list[Button]:
        """The less common actions (menu «Ещё…»), each only if the table permits it and the regulation has it."""
        found: list[Button] = []
        if self.may(Action.PROPOSE_INTERIM) and DraftKind.INTERIM in self.office.regulation.draft_kinds:
            found.append(self.button("propose_interim", Verb.INTERIM))
        if self.may(Action.AUTHOR_REPLIED) and self.case.state is State.WAITING_AUTHOR:
            found.append(self.button("author_said", Verb.AUTHOR_SAID))
        if self.may(Action.SET_TERM) and self._may_name_a_term():
            found.append(self.button("own_term", Verb.OWN_TERM))
        found += [act_button(self.texts, self.case, action) for action in PRESSED if self.offers(action)]
        if self.may(Action.SET_LOCATION):
            found.append(self.button("location", Verb.LOCATION))
        found += self._shortcoming()
        if self._source_is_open():
            found.append(self._menu("sources")("source", ""))
        is_new = self.case.state is State.NEW
        found += [] if is_new else self._with_open(ongoing)
        if self.may(Action.MERGE) and not self.case.merged:
            found.append(self.button("together", Verb.MERGE))
        return [*found, *self._repeats(ongoing if is_new else _others(self.case, ()))]

    def _shortcoming(self) -> list[Button]:
        """The button to report a shortcoming of the department that has, or last had, the case (MO-20, KU-21)."""
        last = self.case.lead or (self.case.parts[-1] if self.case.parts else None)
        if last is None or not _fits(Verb.SHORTCOMING, self.case.id, last.department):
            return []
        return [self.button("shortcoming", Verb.SHORTCOMING, last.department)]

    def _may_name_a_term(self) -> bool:
        """Whether the curator may name a term: the answer's (MO-6.3), or the final one's after an interim (MO-13)."""
        if not has_happened(self.case.history, Event.INTERIM_POSTED):
            return self.office.regulation.curator_term is not None
        final = self.office.regulation.rule(Step.FINAL)
        within = final.within_for(self.case.importance, self.case.appeal.source) if final is not None else None
        return within is not None and within.term.unit is Unit.NAMED

    def own_term(self, proposed: datetime | None = None) -> Buttons:
        """The buttons to name the term; first the moment that the executor proposed, if `proposed` is given."""
        if not self.may(Action.SET_TERM):
            return ()
        asked = ((self.button("own_term", Verb.OWN_TERM, style=None if proposed else "primary"),),)
        if proposed is None:
            return asked
        due, at = When(self.now or proposed, self.office.zone).until(proposed), str(int(proposed.timestamp()))
        return ((self.button("proposed_term", Verb.OWN_TERM, at, "primary", due=due),), *asked)

    def interim(self) -> Buttons:
        """The button that proposes an interim answer before the answer's term runs out (MO-9, KU-11); () if none."""
        known = DraftKind.INTERIM in self.office.regulation.draft_kinds
        if not known or not self.may(Action.PROPOSE_INTERIM) or has_happened(self.case.history, Event.INTERIM_POSTED):
            return ()
        return ((self.button("propose_interim", Verb.INTERIM),),)

    def silent_author(self) -> Buttons:
        """The button that closes the case once its author has not replied for long enough; () before that."""
        since = author_silent_from(self.case, self.office)
        if since is None or self.now is None or self.now < since or not self.may(Action.CLOSE_WITHOUT_POSTING):
            return ()
        return ((self.button("close_silent", Verb.CLOSE, AUTHOR_SILENT),),)

    def _waits_for_author(self) -> Buttons:
        """Buttons while the author is asked for details: answer without them, or close for silence; () otherwise."""
        if self.case.state is not State.WAITING_AUTHOR:
            return ()
        return (*self.interim(), *self.silent_author())

    def contribution(self, department: str) -> Buttons:
        """The buttons under a contribution: pass it on to the lead (KU-16), send it back (KU-16, MO-14)."""
        rows: list[Row] = []
        if self.may(Action.PASS_CONTRIBUTION) and not why_not_passed(self.case, department):
            rows.append((self.button("pass_on", Verb.PASS_ON, department, "success"),))
        if self.may(Action.SEND_BACK_CONTRIBUTION) and not why_contribution_stays(self.office, self.case, department):
            rows.append((self.button("send_back", Verb.SEND_BACK_PART, department),))
        return tuple(rows)

    def kinds(self, draft: Draft) -> Row:
        """Buttons for the other kinds this draft could be, if the regulation has more than one (MO-9, SL-6, KU-11)."""
        if not self.may(Action.SET_KIND) or draft.department is None:
            return ()
        return tuple(
            self.button(f"kind_{kind}", Verb.KIND, f"{draft.version}.{kind}")
            for kind in self.office.regulation.draft_kinds
            if kind is not draft.kind
        )

    def _source_is_open(self) -> bool:
        """Whether the source may be changed: only of a message handed in; terms may depend on it (IZ-6.3)."""
        return self.may(Action.SET_SOURCE) and self.case.appeal.network is None

    def _sources(self) -> list[Button]:
        return [
            Button(
                self.texts.plain(f"sources.{source.value.replace('-', '_')}"),
                Callback(Verb.SOURCE, self.case.id, source.value).pack(),
                style="primary" if source is self.case.appeal.source else None,
            )
            for source in Source
        ]

    def directly(self) -> Buttons:
        """Buttons that forward the case in one press: to the likeliest departments, or to all if there are few."""
        if not self.may(Action.FORWARD):
            return ()
        departments = self._departments()
        if len(departments) > DIRECTLY:
            departments = departments[: len(self._likeliest())]
        return tuple(in_twos(departments))

    def _main_settled(self) -> Buttons:
        """The main menu of a case no longer new: forward, recall, close; or reopen it, or split it from another."""
        if self.may(Action.REOPEN):
            return ((self.button("reopen", Verb.REOPEN),),)
        if self.may(Action.SPLIT) and self.case.merged_into is not None:
            return ((self.button("split", Verb.SPLIT, number=str(self.case.merged_into.number)),),)
        found: list[Button] = []
        if self.may(Action.FORWARD) and self._departments():
            found += [self._menu("departments")("another", ""), *self._choose_several()]
        if self.may(Action.RECALL):
            found.append(self.button("recall", Verb.RECALL))
        if self.may(Action.SET_IMPORTANCE):
            found.append(self._importance())
        if self.may(Action.CLOSE_WITHOUT_POSTING):
            found.append(self._close())
        if self.may(Action.SET_LOCATION):
            found.append(self._menu("more")("more", ""))
        return (*self._undetermined(), *(tuple(found[i : i + 2]) for i in range(0, len(found), 2)))

    def _forward(self, key: str, style: str | None = None, whole: bool = False) -> Button:
        """The button that forwards to the department. `whole`: its caption is «Направить в Отдел ЖКХ», not the name."""
        name = self.office.departments[key].name
        if not whole:
            return Button(excerpt(name, CAPTION), Callback(Verb.FORWARD, self.case.id, key).pack(), style=style)
        into = department_into(name)
        words, shown = ("forward_plain", name) if into.startswith("подразделение") else ("forward_to", into)
        return self.button(words, Verb.FORWARD, key, style, department=excerpt(shown, CAPTION))

    def _departments(self) -> list[Button]:
        """Buttons for all departments but the lead's; the likeliest come first, those that returned the case last."""
        lead = self.case.lead.department if self.case.lead else None
        returned = {part.department for part in self.case.parts if part.state is PartState.RETURNED}
        keys = [key for key in self.office.departments if key != lead]
        first = self._likeliest()
        keys.sort(key=lambda key: (key in returned, first.index(key) if key in first else len(first)))
        return [self._forward(key) for key in keys]

    def _likeliest(self) -> list[str]:
        """The keys of the departments that the bot thinks likeliest for the case, the guess first."""
        found = dict.fromkeys((self.case.suggested, *self.case.likeliest))
        return [key for key in found if key is not None and key in self.office.departments]

    def _topics(self) -> list[Button]:
        """Buttons for all topics, the case's own first: the departments' own topics would be no shorter a list."""
        topics = [topic for topic in self.office.topics.values() if _fits(Verb.TOPIC, self.case.id, topic.code)]
        topics.sort(key=lambda topic: topic.code not in self.case.topics)
        return [self._topic_button(topic) for topic in topics]

    def _topic_button(self, topic: Topic) -> Button:
        return Button(self._topic_caption(topic), Callback(Verb.TOPIC, self.case.id, topic.code).pack())

    def _topic_caption(self, topic: Topic) -> str:
        label = excerpt(topic.label, CAPTION)
        return self.texts.plain("buttons.chosen", label=label) if topic.code in self.case.topics else label

    def _endings(self) -> list[Button]:
        found: list[Button] = []
        heard = grounds_heard(now_written(self.case))
        if self.may(Action.NOT_PROCESS):
            found += [
                self.button("ground", Verb.NOT_PROCESS, ground.code, ground=_small(excerpt(ground.words, CAPTION)))
                for ground in sorted(self.office.regulation.grounds, key=lambda one: one.code not in heard)
                if len(self.case.answered_before) >= ground.answered_before
            ]
        if self.may(Action.CLOSE_WITHOUT_POSTING):
            found += [
                self.button("closing", Verb.CLOSE, code, words=_small(ground_words(self.texts, self.office, code)))
                for code in CLOSING_REASONS
                if code != AUTHOR_SILENT or self.silent_author()
            ]
        return found

    def _importance(self) -> Button:
        if self.case.importance is Importance.HIGH:
            return self.button("lower", Verb.IMPORTANCE, Importance.NORMAL)
        return self.button("raise", Verb.IMPORTANCE, Importance.HIGH)

    def _undetermined(self) -> Buttons:
        """Buttons for the topic or place that the curator has to determine and nobody has yet (MO-6.2, KU-8.1)."""
        missing = undetermined(self.case, self.office) if self.may(Action.SET_TOPIC) else ()
        rows: list[Row] = []
        if "topic" in missing:
            lead = self.office.departments.get(self.case.lead.department) if self.case.lead else None
            near = [self.office.topics[code] for code in (lead.topics if lead else ()) if code in self.office.topics]
            rows += in_twos([*map(self._topic_button, near[:NEAREST]), self._menu("topics")("topic", "")])
        if "location" in missing:
            rows.append((self.button("no_place", Verb.LOCATION, "0"), self.button("location", Verb.LOCATION)))
        return tuple(rows)

    def _menu(self, menu: str) -> _MenuButton:
        return _MenuButton(self, menu)

    def _back(self) -> Row:
        return (self.button("back", Verb.MENU),)

    # --- a draft -----------------------------------------------------------------------------------------------------

    def draft(self, draft: Draft) -> Buttons:
        """The buttons for this version of the draft in the case's present state; () unless it is the newest."""
        if self.case.draft is None or draft.version != self.case.draft.version:
            return ()
        version = str(draft.version)
        if self.case.state is State.APPROVED:
            return ((self.button("undo", Verb.UNDO, version, "danger"),),) if self.case.post_at is not None else ()
        if self.case.state is State.NOT_POSTED or self.case.loss is Loss.NOT_TAKEN:
            return self.not_posted()
        row: list[Button] = []
        if self.may(Action.APPROVE):
            row.append(self.button("approve", Verb.APPROVE, f"{version}.{draft.kind}", "success"))
        if self.may(Action.SEND_BACK):
            row.append(self.button("send_back", Verb.SEND_BACK, version))
        rows = [tuple(row)] if row else []
        if kinds := self.kinds(draft):
            rows.append(kinds)
        if draft.files and self.may(Action.CORRECT):
            rows.append((self.button("without_files", Verb.WITHOUT_FILES, version),))
        if served(self.case) is draft:
            rows.append((self.button("keep_ready", Verb.READY_KEEP),))
        return (*self._marks(draft), *rows, *self._deleted())

    def _marks(self, draft: Draft) -> Buttons:
        """Buttons for the curator's mark of the posted answer; pressing the same mark again takes it back."""
        posting = self.case.posting
        if not self.may(Action.MARK_ANSWER) or posting is None or posting.version != draft.version:
            return ()
        return (tuple(self._mark(mark) for mark in Mark),)

    def _mark(self, mark: Mark) -> Button:
        label, chosen = self.texts.plain(f"marks.{mark}"), mark is self.case.mark
        caption = self.texts.plain("buttons.chosen", label=label) if chosen else label
        return Button(caption, Callback(Verb.MARK, self.case.id, "" if chosen else mark).pack())

    def not_posted(self) -> Buttons:
        """The curator's buttons for an answer that is not in the network; () if it is there or was never due."""
        lost = self.case.loss is Loss.NOT_TAKEN
        if self.case.state is not State.NOT_POSTED and not lost:
            return ()
        rows: list[Row] = [(self.button("posted", Verb.POSTED, style="success"),)]
        tools: list[Button] = []
        text = self.case.draft.text if self.case.draft else ""
        if text.strip() and units(text) <= COPY_LIMIT:
            tools.append(Button(self.texts.plain("buttons.copy"), copy=text))
        if self.case.appeal.network is not None:
            tools.append(self.button("retry", Verb.POST_AGAIN if lost else Verb.RETRY))
        if tools:
            rows.append(tuple(tools))
        if self.case.draft is not None and self.case.lead is not None and self.may(Action.SEND_BACK):
            rows.append((self.button("send_back", Verb.SEND_BACK, str(self.case.draft.version)),))
        return (*rows, *self._deleted())

    def open_source(self) -> Row:
        url = self.case.appeal.link
        return (Button(self.texts.plain("buttons.open"), url=url),) if is_web(url) else ()


def undetermined(case: Case, office: Office) -> tuple[str, ...]:
    """Return what the regulation has the curator determine and the case lacks: "topic", "location", both or ()."""
    if not office.regulation.determines or case.is_ended:
        return ()
    missing = {"topic": not case.topics, "location": not case.location and not case.without_place}
    return tuple(what for what, is_missing in missing.items() if is_missing)


def act_button(texts: Texts, case: Case, action: Action) -> Button:
    """Return the button for an action of `PRESSED`: one that needs nothing but the press."""
    return Button(texts.plain(f"acts.{action}"), Callback(Verb.ACT, case.id, action).pack())


class _MenuButton:
    """Called with a caption's key, makes a button that opens the menu, or one page of it."""

    def __init__(self, buttons: CaseButtons, menu: str) -> None:
        self._buttons = buttons
        self._menu = menu

    def __call__(self, key: str, page: str) -> Button:
        return self._buttons.button(key, Verb.MENU, f"{self._menu}.{page}" if page else self._menu)


def _paged(buttons: list[Button], number: int, menu: _MenuButton) -> list[Row]:
    """Arrange the buttons in rows of two; show page `number` (from 1) of `PAGE` buttons and buttons to the next pages."""
    last = max(1, -(-len(buttons) // PAGE))
    number = min(max(number, 1), last)
    rows = in_twos(buttons[(number - 1) * PAGE : number * PAGE])
    turning: list[Button] = []
    if number > 1:
        turning.append(menu("earlier", str(number - 1) if number > 2 else ""))
    if number < last:
        turning.append(menu("further", str(number + 1)))
    return [*rows, tuple(turning)] if turning else rows


def _others(case: Case, ongoing: Collection[int]) -> set[int]:
    """Return the ids of the similar cases that are not in `ongoing` (no longer open)."""
    return {other.id for other in case.alike if other.id not in ongoing}


def _fits(verb: Verb, subject: int, argument: str) -> bool:
    return len(f"{verb}:{subject}:{argument}".encode()) <= LIMIT


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
