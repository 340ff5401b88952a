"""Word notices: a case came, left or came back, a term is near or has passed. Pure.

In private the words address the person; in the group they begin with the people meant. Several notices make one
message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup

from bot.cases.screens.buttons import CaseButtons
from bot.cases.screens.cards import forward_by, why_not_posted
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import link
from bot.cases.screens.drafts import not_posted
from bot.messenger import Button, Buttons, Screen, person_link
from bot.notices.news import IDLE, News, buttons_of_move, buttons_of_step, run_name, step_at_hand, wait_of
from config.russian.words import as_post, clean, excerpt, one_line, plural, sentence, shown_name
from config.texts import Texts, safe
from handlers.callbacks import Callback, Verb
from workflow.case import Case, State
from workflow.effects import Notice
from workflow.guards import LONGEST_NOTE
from workflow.office import Office
from workflow.regulation import DraftKind, Holder, Step
from workflow.terms.alarms import newest_runs, running
from workflow.terms.deadlines import Deadline

MOST_LINES = 20
"""How many cases a gathered message names; the rest are counted."""

IN_A_ROW = 4

NO_MORE: Mapping[str, int] = MappingProxyType({})
Mentions = Sequence[tuple[int, str]]
"""The accounts of people to mention, with their displayed names."""

TERMS = (Notice.REMINDER, Notice.OVERDUE, Notice.MISSED, Notice.LAPSED, Notice.ESCALATION)
OF_STEPS = (Notice.REMINDER, Notice.OVERDUE, Notice.MISSED, Notice.ESCALATION)


def mention(account: int, shown: str) -> Markup:
    """Return the person's name as a mention, of which the messenger notifies them even without a @username."""
    return Markup('<a href="{}">{}</a>').format(person_link(account), safe(shown_name(shown)))


def mentions(people: Mentions) -> Markup:
    return Markup(", ").join(mention(account, shown) for account, shown in people)


def notice(
    texts: Texts,
    news: News,
    office: Office,
    now: datetime,
    in_group: bool = False,
    people: Mentions = (),
    menu: str | None = None,
    nobody: bool = False,
) -> Screen:
    """Return one notice as a message with buttons; in the group it begins with the people it is meant for. `nobody`:
    all of those are absent."""
    words = CaseWords(texts, news.case, office, now)
    step, at_hand_step = news.step, step_at_hand(news, office)
    department = words.department_name(news.department) or words.department
    deadline = _deadline(words, news)
    holder = _whose(words, news)
    wait = wait_of(news)
    owed = running(news.case, office).get(f"{Step.CONTRIBUTION}@{news.department}")
    buttons = _buttons(texts, news, office, now, menu)
    text = texts.html(
        f"notices/{news.notice}",
        c=words,
        step=step,
        department=department,
        to_executor=news.department is not None,
        holder=holder,
        whom=(mentions(people) or _meant(words, news, holder)) if in_group else "",
        in_group=in_group,
        nobody=nobody,
        by=as_post(office.people[news.by].name) if news.by in office.people else "",
        text=excerpt(clean(news.text), 500, LONGEST_NOTE if news.notice is Notice.NOTE else 10),
        todo=texts.phrase(f"todo_group.{at_hand_step}" if in_group else f"todo.{at_hand_step}") if step else "",
        step_of=texts.phrase(f"steps_of.{step}") if step else "",
        step_overdue=texts.phrase(f"overdue.{step}") if step else "",
        overdue_first=texts.phrase(f"overdue_first.{step}") if step else "",
        ahead=words.ahead(step) if step else "",
        late=words.late(step) if step else "",
        due_clock=words.when.clock(deadline.until) if deadline else "",
        due_until=words.until(deadline) if deadline else "",
        due_past=words.when.past(deadline.until) if deadline else "",
        about=sentence(words.about),
        waits_since=words.since(wait.since) if wait else "",
        waits_for=texts.plain(f"waits.{wait.move}") if wait else "",
        waits_todo=texts.plain(f"waits_todo.{wait.move}") if wait else "",
        forward_by=forward_by(words),
        proposed=words.when.until(due) if (due := _proposed(news)) else "",
        answer=link(news.case.posting.link, news.case.posting.link) if news.case.posting else Markup(),
        not_posted=not_posted(words),
        lead=news.case.lead is not None and news.case.lead.department == news.department,
        return_by=words.waiting_until(Step.RETURN),
        new_owner=words.department if news.case.lead else "",
        posted_kind=_posted_kind(texts, news.case),
        contribution_until=words.by(owed) if owed is not None else "",
        can_pass=any((b.data or "").startswith(f"{Verb.PASS_ON}:") for row in buttons for b in row),
        offers_interim=step is Step.ANSWER and bool(CaseButtons(texts, news.case, office).interim()),
        advises_interim=at_hand_step is Step.DRAFT and DraftKind.INTERIM in office.regulation.draft_kinds,
    )
    return Screen(str(text), buttons)


def _deadline(words: CaseWords, news: News) -> Deadline | None:
    """Return the term the notice is about (for some steps each executor has its own); None if it is about no step."""
    if news.step is None:
        return None
    return newest_runs(news.case, words.office).get(run_name(news)) or words.all_terms.get(news.step)


def _posted_kind(texts: Texts, case: Case) -> str:
    """The kind of the posted answer in words: «ответ», «промежуточный ответ»."""
    return texts.plain(f"drafts_posted.{case.posting.kind if case.posting else DraftKind.FINAL}")


def _whose(words: CaseWords, news: News) -> str:
    """The name of the department, or the curator, whose move the notice is about or who is charged with the delay."""
    run = _deadline(words, news)
    if (news.notice in IDLE and news.department is None) or (run is not None and run.charged_to is Holder.CURATOR):
        return sentence(words.texts.plain("roles.curator"))
    charged = run.who if run is not None else None
    return words.department_name(charged or news.department) or words.department


def _proposed(news: News) -> datetime | None:
    """The moment that the executor proposed for the final answer (MO-13); None if the notice holds none."""
    if news.notice is not Notice.NAME_FINAL or not news.text:
        return None
    try:
        return datetime.fromisoformat(news.text)
    except ValueError:
        return None


def _meant(words: CaseWords, news: News, holder: str) -> str:
    """The name to begin a group notice with if nobody can be mentioned: of those who have to act on it, not those it is
    about."""
    curator = sentence(words.texts.plain("roles.curator"))
    match news.notice:
        case Notice.RETURNED | Notice.PART_RETURNED | Notice.REOPENED | Notice.NAME_FINAL:
            return curator
        case Notice.WORK:
            return words.department_name(news.department)
        case Notice.CONTRIBUTED if words.office.regulation.contributions_to is Holder.CURATOR:
            return curator
        case Notice.AUTHOR_DELETED | Notice.AUTHOR_RESTORED if news.department is None:
            return curator
        case Notice.CONTRIBUTED | Notice.CONTRIBUTION_PASSED | Notice.AUTHOR_REPLIED | Notice.AUTHOR_EDITED:
            return words.department
        case Notice.SIGNIFICANT:
            return sentence(words.texts.plain("roles.head"))
        case _:
            return holder


def _buttons(texts: Texts, news: News, office: Office, now: datetime, menu: str | None) -> Buttons:
    case = news.case
    buttons = CaseButtons(texts, case, office, now)
    match news.notice:
        case Notice.RETURNED | Notice.REOPENED if case.state is State.NEW:
            return buttons.offer(menu)
        case Notice.NOT_POSTED:
            return buttons.not_posted()
        case Notice.AUTHOR_DELETED if news.department is None:
            return buttons.offer(menu)
        case Notice.CONTRIBUTED:
            return buttons.contribution(news.department or "")
        case Notice.NAME_FINAL:
            return buttons.own_term(_proposed(news))
        case Notice.IDLE:
            return buttons_of_move(buttons, news) or ((at_hand(texts, case),),)
        case Notice.ESCALATION | Notice.SIGNIFICANT:
            seen = Button(
                texts.plain("buttons.seen"), Callback(Verb.SEEN, case.id, str(news.step) if news.step else "").pack()
            )
            opened = (at_hand(texts, case),) if news.notice is Notice.ESCALATION else ()
            return ((*opened, *buttons.open_source(), seen),)
        case Notice.REMINDER | Notice.OVERDUE:
            acts = buttons_of_step(buttons, replace(news, step=step_at_hand(news, office))) or (
                (at_hand(texts, case),),
            )
            return (*acts, *_later(texts, news, office))
        case Notice.MISSED | Notice.LAPSED | Notice.IDLE_ABOVE:
            return ((at_hand(texts, case),),)
        case _:
            return ()


def at_hand(texts: Texts, case: Case) -> Button:
    """Return the button «№ 8», which shows the case with what its reader can do about it."""
    caption = texts.plain("buttons.case_number", number=str(case.number))
    return Button(caption, Callback(Verb.CASE_AT_HAND, case.id).pack())


def _later(texts: Texts, news: News, office: Office) -> Buttons:
    """The button that asks for another reminder later; () if the step's term no longer runs."""
    name = run_name(news)
    if not any(running_name.startswith(name) for running_name in running(news.case, office)):
        return ()
    later = Callback(Verb.LATER, news.case.id, name).pack()
    return ((Button(texts.plain("buttons.later"), later),),)


def together(
    texts: Texts,
    several: Sequence[News],
    office: Office,
    now: datetime,
    in_group: bool = False,
    people: Mentions = (),
    more: Mapping[str, int] = NO_MORE,
) -> Screen:
    """Return one or more notices of one kind in one message: a heading and a line for each case. `more`: how many
    further ones there are, by «department|step»."""
    if len(several) == 1 and not more:
        return notice(texts, several[0], office, now, in_group, people, None)
    shown = _by_case(texts, several, office, now, more) or _by_step(texts, several, office, now, in_group, more)
    text = texts.html("together", groups=shown, whom=mentions(people) if in_group and people else Markup())
    buttons = _numbers(texts, [news.case for news in several if news.notice in (*TERMS, *IDLE)])
    if all(news.notice is Notice.ESCALATION for news in several):
        buttons = (*buttons, (Button(texts.plain("buttons.seen_all"), Callback(Verb.SEEN, 0).pack()),))
    return Screen(str(text), buttons)


Shown = Sequence[tuple[Markup, Sequence[Markup], int]]
"""Groups of a message: each a heading, its lines, and the number of lines left out."""


def _by_step(
    texts: Texts, several: Sequence[News], office: Office, now: datetime, in_group: bool, more: Mapping[str, int]
) -> Shown:
    groups: dict[tuple[Notice, str, Step | None], list[News]] = {}
    for news in several:
        words = CaseWords(texts, news.case, office, now)
        department = words.department_name(news.department) or words.department
        whose = _whose(words, news) if news.notice in (*TERMS, *IDLE) else department
        groups.setdefault((news.notice, whose, news.step), []).append(news)
    shown = []
    for (kind, whose, step), found in groups.items():
        n = len(found) + sum(more.get(key, 0) for key in {f"{news.department or ''}|{step or ''}" for news in found})
        lines = [_line(texts, news, office, now) for news in found[:MOST_LINES]]
        yours = not in_group and whose == sentence(texts.plain("roles.curator"))
        shown.append((_heading(texts, kind, whose, step, n, yours=yours), lines, n - len(lines)))
    return shown


def _by_case(texts: Texts, several: Sequence[News], office: Office, now: datetime, more: Mapping[str, int]) -> Shown:
    """Group the notices by case: one line each, with every step of it that is near or late. () if no case has more than
    one step to name."""
    cases: dict[int, list[News]] = {}
    for news in several:
        cases.setdefault(news.case.id, []).append(news)
    kind = several[0].notice
    steps = [{(news.step, news.department) for news in found} for found in cases.values()]
    if kind not in OF_STEPS or all(len(found) == 1 for found in steps):
        return ()
    n = len(cases) + sum(more.values())
    heading = texts.phrase("together_line.near" if kind is Notice.REMINDER else "together_line.late", n=n)
    lines = [_line_of_case(texts, found, office, now) for found in list(cases.values())[:MOST_LINES]]
    return ((heading, lines, n - len(lines)),)


def _line_of_case(texts: Texts, several: Sequence[News], office: Office, now: datetime) -> Markup:
    """A line of one case: «№ 147 вода, Школьная, 5: проект ответа, срок был в 13:00 (Отдел ЖКХ); ответ жителю, срок был
    в 10:00 (Куратор)»."""
    words = CaseWords(texts, several[0].case, office, now)
    named = []
    for news in several:
        step = texts.plain(f"steps.{news.step}")
        whose = f" ({_whose(words, news)})" if news.notice in (Notice.MISSED, Notice.ESCALATION) else ""
        named.append(f"{step}{_separated(news, _moment(texts, news, words))}{whose}")
    return texts.phrase("together_line.one", c=words, tail=f": {'; '.join(named)}")


def _separated(news: News, moment: str) -> str:
    return f" {moment}" if news.notice is Notice.REMINDER else f", {moment}" if moment else ""


def _moment(texts: Texts, news: News, words: CaseWords) -> str:
    """The due moment in words: «сегодня до 13:00» in a reminder, «срок был в 13:00» once it has passed; "" without a
    term."""
    deadline = _deadline(words, news)
    if deadline is None:
        return ""
    if news.notice is Notice.REMINDER:
        return words.when.until(deadline.until)
    return texts.plain("together_line.was", at=words.when.past(deadline.until))


def _numbers(texts: Texts, cases: Sequence[Case]) -> Buttons:
    """Buttons «№ 8», «№ 10» that open the cases, one for each case that has a line."""
    different = {case.id: case for case in cases}
    row = [at_hand(texts, case) for case in list(different.values())[:MOST_LINES]]
    return tuple(tuple(row[i : i + IN_A_ROW]) for i in range(0, len(row), IN_A_ROW))


def _heading(texts: Texts, kind: Notice, whose: str, step: Step | None, n: int, *, yours: bool) -> Markup:
    """The heading of a group of notices: «⚠️ Отдел ЖКХ: просрочено 3 проекта ответа»."""
    values: dict[str, object] = {"whose": whose, "n": n, "yours": yours}
    if kind in (Notice.OVERDUE, Notice.MISSED, Notice.ESCALATION) and step is not None:
        many = texts.section("overdue_many")[step]
        values["what"] = plural(n, many).replace("%", str(n)) if n > 1 else plural(1, many).replace("% ", "")
    if step is not None:
        values["step_of"] = texts.plain(f"steps_of.{step}")
    return texts.phrase(f"together.{kind}", **values)


def _line(texts: Texts, news: News, office: Office, now: datetime) -> Markup:
    """A line of one notice: «№ 147 вода, Школьная, 5: срок был в 13:00»."""
    words = CaseWords(texts, news.case, office, now)
    when = ""
    if news.notice in TERMS:
        when = _moment(texts, news, words)
    elif (wait := wait_of(news)) is not None:
        when = f"{texts.plain(f'waits.{wait.move}')} {words.since(wait.since)}"
    elif news.notice is Notice.NOT_POSTED:
        when = why_not_posted(words).unescape()
    elif news.notice in (Notice.RETURNED, Notice.SENT_BACK):
        when = excerpt(one_line(news.text), 120)
    return texts.phrase("together_line.one", c=words, tail=f": {when}" if when else "")
