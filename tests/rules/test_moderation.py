"""Moderation of comments: what each regulation lets be proposed, who decides, what is journalled (IZ-6.1, MO-A2.15, PA-2.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config import regulations
from config.russian.judging import judge
from tests.rules.offices import CURATOR, DEPUTY, ROADS, STRANGER, ZHKH, office
from workflow.commands import Entry
from workflow.office import DETECTOR, NETWORK, Actor, Office, Person, Role
from workflow.official.moderation import (
    COMMENTS,
    Comment,
    Heard,
    Matter,
    Moderate,
    ModerationAction,
    ModerationEvent,
    ModerationState,
    NetworkAnswered,
    Offence,
    Order,
    Propose,
    Withdraw,
    grounds_of,
    named_moderators,
    propose,
)
from workflow.official.page_items import Whose
from workflow.outcomes import Accepted, Reason, Refused

NOW = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
A, S = ModerationAction, ModerationState
COMMENT = Comment(5, "vk", "wall-1_2?reply=3", Whose.ADMINISTRATION)


Done = Accepted[Comment, Matter]


def offered(comment: Comment, where: Office) -> set[ModerationAction]:
    return {action for action in A if COMMENTS.offers(comment, action, where, NOW)}


def told(comment: Comment, matter: Matter, order: Order, why_not: str = "") -> Done | None:
    """What the network's answer means."""
    command = NetworkAnswered(NETWORK, comment.id, matter, order, why_not)
    decision = COMMENTS.decide(comment, command, office("moskalensky"), NOW)
    return decision if isinstance(decision, Accepted) else None


def detail(done: Done, key: str) -> str:
    return dict(done.entry.details).get(key, "")


def proposed(text: str, regulation: str) -> Comment | None:
    heard = [Heard(str(ground.kind), ground.words) for ground in judge(text).grounds]
    return propose(COMMENT, heard, regulations.load(regulations.find(regulation)))


def done(
    comment: Comment,
    action: ModerationAction,
    ground: Offence | None = None,
    by: Actor = CURATOR,
    key: str = "moskalensky",
) -> Done:
    found = COMMENTS.decide(comment, Moderate(by, comment.id, action, ground), office(key), NOW)
    assert isinstance(found, Accepted), found
    return found


def why_not(
    comment: Comment, action: ModerationAction, ground: Offence | None, by: Actor, key: str = "moskalensky"
) -> Reason:
    found = COMMENTS.decide(comment, Moderate(by, comment.id, action, ground), office(key), NOW)
    assert isinstance(found, Refused), found
    return found.reason


@pytest.mark.parametrize(
    "text",
    [
        "Третий день нет воды, администрация ничего не делает, позор",
        "Глава обещал и не сделал. Снимите его с должности",
        "Деньги на дорогу украли, разберитесь",
        "Спасибо, всё убрали",
    ],
)
@pytest.mark.parametrize("regulation", regulations.packaged())
def test_iz_6_1_mo_a2_15_pa_2_3_criticism_is_no_ground(text: str, regulation: str) -> None:
    assert proposed(text, regulation) is None


def test_iz_6_1_mo_a2_15_pa_2_3_each_regulation_has_grounds_of_its_own() -> None:
    found = {key: grounds_of(regulations.load(regulations.find(key))) for key in regulations.packaged()}
    law_only = (Offence.UNLAWFUL,)
    assert found == {
        "izobilnensky": (Offence.UNLAWFUL, Offence.SPAM, Offence.INSULT, Offence.OBSCENE),
        "kursky": law_only,
        "slavgorod": law_only,
        "moskalensky": tuple(Offence),
        "primorsko-akhtarsky": (Offence.UNLAWFUL, Offence.SPAM, Offence.INSULT, Offence.OBSCENE),
    }


@pytest.mark.parametrize(
    ("kind", "under"),
    [
        ("insult", {"izobilnensky": "insult", "moskalensky": "insult", "primorsko-akhtarsky": "insult"}),
        ("obscene", {"izobilnensky": "obscene", "moskalensky": "obscene", "primorsko-akhtarsky": "obscene"}),
        ("spam", {"izobilnensky": "spam", "moskalensky": "spam", "primorsko-akhtarsky": "spam"}),
        ("threat", dict.fromkeys(regulations.packaged(), "unlawful")),
        ("clean", {}),
    ],
)
def test_iz_6_1_mo_a2_15_pa_2_3_what_is_proposed_names_its_ground_and_the_words(
    kind: str, under: dict[str, str]
) -> None:
    found = {}
    for key in regulations.packaged():
        one = propose(COMMENT, [Heard(kind, "слово"), Heard(kind, "слово")], regulations.load(regulations.find(key)))
        if one is not None:
            assert (one.words, one.state) == (("слово",), S.PROPOSED)
            found[key] = "+".join(one.grounds)
    assert found == under


def test_mo_a2_15_pa_2_3_hidden_obscenity_is_proposed_with_the_words_as_they_stand() -> None:
    for key in ("moskalensky", "primorsko-akhtarsky"):
        found = proposed("Да пошли вы на х*й со своими отписками", key)
        assert found is not None
        assert (found.grounds, [word for word in found.words if "х*й" in word] != []) == ((Offence.OBSCENE,), True)
    assert proposed("Да пошли вы на х*й со своими отписками", "kursky") is None


def test_pa_2_3_only_where_the_regulation_knows_a_black_list_is_there_a_button() -> None:
    under = {key: A.BLACK_LIST in offered(COMMENT, office(key)) for key in regulations.packaged()}
    assert [key for key, there in under.items() if there] == ["primorsko-akhtarsky"]
    assert why_not(COMMENT, A.BLACK_LIST, Offence.SPAM, CURATOR) is Reason.NO_BLACK_LIST
    listed = done(COMMENT, A.BLACK_LIST, Offence.SPAM, key="primorsko-akhtarsky")
    assert (listed.after.state, listed.after.listed, detail(listed, "clause")) == (S.DELETED, True, "2.3")
    again = done(listed.after, A.RESTORE, key="primorsko-akhtarsky").after
    assert (again.state, again.listed) == (S.KEPT, False)


def test_mo_a2_15_each_decision_is_journalled_with_its_ground_and_clause() -> None:
    shown = replace(COMMENT, grounds=(Offence.INSULT,), words=("слово",))
    found = done(shown, A.DELETE, Offence.INSULT)
    entry = found.entry
    details = (("clause", "прил. 2, 15"), ("ground", "insult"))
    assert entry == Entry(A.DELETE, NOW, "curator", None, S.PROPOSED, S.DELETED, details)
    assert done(shown, A.KEEP).entry.details == ()


def test_nothing_is_taken_away_without_a_ground_of_the_regulation() -> None:
    assert why_not(COMMENT, A.DELETE, None, CURATOR) is Reason.NOT_A_GROUND
    assert why_not(COMMENT, A.DELETE, Offence.ADVERTISING, CURATOR, "primorsko-akhtarsky") is Reason.NOT_A_GROUND
    assert why_not(COMMENT, A.DELETE, Offence.INSULT, CURATOR, "kursky") is Reason.NOT_A_GROUND


def test_mo_a2_15_units_moderate_their_own_pages_and_no_others() -> None:
    units = replace(COMMENT, whose=Whose.UNIT, unit="zhkh")
    assert done(units, A.DELETE, Offence.SPAM, ZHKH).entry.by == "zhkh_head"
    assert done(units, A.KEEP, by=ZHKH).entry.by == "zhkh_head"
    for actor, comment in ((ROADS, units), (DEPUTY, units), (ZHKH, COMMENT)):
        assert why_not(comment, A.DELETE, Offence.SPAM, actor) is Reason.NOT_A_MODERATOR
    assert why_not(units, A.DELETE, Offence.SPAM, STRANGER) is Reason.STRANGER


def test_mo_a2_15_who_moderates_a_page_puts_up_what_the_bot_did_not_propose() -> None:
    units, office_of = replace(COMMENT, whose=Whose.UNIT, unit="zhkh"), office("moskalensky")
    for by, comment, key in ((CURATOR, COMMENT, "curator"), (ZHKH, units, "zhkh_head")):
        put_up = COMMENTS.decide(None, Propose(by, 5, comment), office_of, NOW)
        assert isinstance(put_up, Accepted)
        assert (put_up.entry.by, put_up.after.state) == (key, S.PROPOSED)
    refused = COMMENTS.decide(None, Propose(ROADS, 5, units), office_of, NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOT_A_MODERATOR


@pytest.mark.parametrize(("key", "ground"), [("izobilnensky", Offence.UNLAWFUL), ("primorsko-akhtarsky", Offence.SPAM)])
@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("action", A)
def test_iz_6_1_pa_2_3_what_is_offered_is_what_is_taken(
    state: ModerationState, action: ModerationAction, key: str, ground: Offence
) -> None:
    for by_hand in ((), (Matter.COMMENT,)):
        there = replace(COMMENT, state=state, by_hand=by_hand)
        found = COMMENTS.decide(there, Moderate(CURATOR, 5, action, ground), office(key), NOW)
        assert isinstance(found, Accepted) is (action in offered(there, office(key)))


def test_mo_a2_15_a_wrongly_deleted_comment_can_be_restored_and_a_case_stays_a_case() -> None:
    deleted = done(COMMENT, A.DELETE, Offence.SPAM).after
    assert done(deleted, A.RESTORE).after.state is S.KEPT
    assert why_not(COMMENT, A.RESTORE, None, CURATOR) is Reason.NOT_DELETED
    case = done(COMMENT, A.TO_CASE).after
    assert case.state is S.CASE
    assert why_not(case, A.TO_CASE, None, CURATOR) is Reason.ALREADY_DECIDED
    assert done(case, A.DELETE, Offence.UNLAWFUL).after.state is S.DELETED
    known = replace(COMMENT, case=17)
    assert A.TO_CASE not in offered(known, office("moskalensky"))


def test_pa_2_3_what_the_network_is_told_follows_what_is_decided_now() -> None:
    pa = "primorsko-akhtarsky"
    listed = done(COMMENT, A.BLACK_LIST, Offence.SPAM, key=pa)
    assert (listed.effects, listed.after.asked) == ((Matter.COMMENT, Matter.AUTHOR),) * 2
    assert [listed.after.order(matter) for matter in Matter] == [Order.DELETE, Order.BAN]
    again = done(listed.after, A.RESTORE, key=pa)
    assert again.effects == (Matter.COMMENT, Matter.AUTHOR)
    assert [again.after.order(matter) for matter in Matter] == [Order.RESTORE, Order.UNBAN]
    assert done(done(COMMENT, A.DELETE, Offence.SPAM, key=pa).after, A.BLACK_LIST, Offence.SPAM, key=pa).effects == (
        Matter.AUTHOR,
    )
    for action in (A.KEEP, A.TO_CASE):
        assert done(COMMENT, action).effects == ()


def test_mo_a2_15_what_the_network_did_not_do_a_person_does_by_hand() -> None:
    asked = done(COMMENT, A.DELETE, Offence.SPAM).after
    owed = told(asked, Matter.COMMENT, Order.DELETE, "no_right")
    assert owed is not None
    assert (owed.after.asked, owed.after.by_hand, owed.entry.action, detail(owed, "detail")) == (
        (), (Matter.COMMENT,), ModerationEvent.NOT_DONE, "delete: no_right",
    )  # fmt: skip
    by_hand = done(owed.after, A.DONE_BY_HAND)
    assert (by_hand.after.by_hand, by_hand.after.state, by_hand.effects) == ((), S.DELETED, ())
    assert why_not(by_hand.after, A.DONE_BY_HAND, None, CURATOR) is Reason.NOTHING_BY_HAND
    restored = done(owed.after, A.RESTORE)
    assert (restored.after.by_hand, restored.after.asked) == ((), (Matter.COMMENT,))


def test_an_answer_to_what_is_not_wanted_any_more_means_nothing() -> None:
    deleted = done(COMMENT, A.DELETE, Offence.SPAM).after
    restored = done(deleted, A.RESTORE).after
    assert told(restored, Matter.COMMENT, Order.DELETE) is None
    assert told(deleted, Matter.AUTHOR, Order.BAN) is None
    carried = told(restored, Matter.COMMENT, Order.RESTORE)
    assert carried is not None
    assert (carried.after.asked, carried.after.by_hand, carried.after.state) == ((), (), S.KEPT)


def test_what_its_author_took_back_nobody_decides() -> None:
    gone = COMMENTS.decide(COMMENT, Withdraw(NETWORK, 5), office("kursky"), NOW)
    assert isinstance(gone, Accepted)
    assert gone.after.state is S.WITHDRAWN
    assert why_not(gone.after, A.DELETE, Offence.SPAM, CURATOR) is Reason.AUTHOR_WITHDREW


def test_iz_6_1_mo_a2_15_who_answers_for_the_page_is_the_regulations_choice() -> None:
    units = replace(COMMENT, whose=Whose.UNIT, unit="zhkh")
    for key, ours, theirs in (
        ("izobilnensky", ("curator",), ("curator",)),
        ("moskalensky", ("adviser",), ("adviser", "zhkh_head")),
        ("primorsko-akhtarsky", ("adviser",), ("adviser", "zhkh_head")),
    ):
        small = office(key)
        adviser = Person("adviser", "советник главы", (Role.EDITOR,))
        there = replace(small, people={**small.people, "adviser": adviser})
        assert (named_moderators(there, COMMENT, NOW), named_moderators(there, units, NOW)) == (ours, theirs)
    assert named_moderators(office("moskalensky"), COMMENT, NOW) == ()
    assert named_moderators(office("kursky"), COMMENT, NOW) == ("curator",)


def test_a_comment_is_proposed_anew_as_it_stands_now() -> None:
    first = proposed("Пошёл ты на хуй", "moskalensky")
    assert first is not None
    decision = COMMENTS.decide(None, Propose(DETECTOR, 5, first), office("moskalensky"), NOW)
    assert isinstance(decision, Accepted)
    assert (decision.after.state, decision.after.version) == (S.PROPOSED, 1)
    kept = done(decision.after, A.KEEP).after
    again = COMMENTS.decide(kept, Propose(DETECTOR, 5, first), office("moskalensky"), NOW)
    assert isinstance(again, Accepted)
    assert again.after == replace(first, state=S.PROPOSED, version=3)
