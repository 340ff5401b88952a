"""Messages tied to each other: repeats, and several put under one and answered by one text. Through the desk, over books in
memory: both cases change, or neither."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.desk_town import Town
from tests.rules.offices import CURATOR, NETWORK_LINK, ZHKH, office
from tests.rules.test_life_of_a_case import TEXT
from tests.rules.test_several_executors import due, missed
from workflow.case import Other, State
from workflow.commands import (
    Action,
    Approve,
    AuthorReplied,
    CloseWithoutPosting,
    Correct,
    Forward,
    LinkRepeat,
    Merge,
    NotProcess,
    Posted,
    PostFailed,
    Release,
    Reopen,
    SendBack,
    SetImportance,
    Split,
    SubmitDraft,
    TakeIn,
)
from workflow.desk import ChangedMeanwhileError
from workflow.effects import Also, Audience, Notice, Notify
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Reason, Refused
from workflow.regulation import DraftKind, Event, Holder, Importance
from workflow.terms.alarms import AlarmKind

FIRST, SECOND, THIRD = Other(1, 147), Other(2, 148), Other(3, 149)
SOON = "Вопрос взят в работу, о результате сообщим."


async def merged(key: str = "kursky", cases: int = 2) -> Town:
    """No. 147 is with ЖКХ; the others are put under it."""
    town = Town(key, cases)
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    for number in range(2, cases + 1):
        await town.does(Merge(CURATOR, number, FIRST))
    return town


async def answered(town: Town, version: int = 1, kind: DraftKind = DraftKind.FINAL, text: str = TEXT) -> None:
    """A draft of this version, approved and released."""
    await town.does(SubmitDraft(ZHKH, 1, text, kind=kind), Approve(CURATOR, 1, version), Release(CLOCK, 1, version))


# --- repeats ------------------------------------------------------------------------------------------


async def test_mo_15_sl_8_ku_17_a_repeat_is_tied_to_the_earlier_case_and_keeps_its_terms() -> None:
    for key in ("moskalensky", "slavgorod", "kursky"):
        town = Town(key)
        before = due(town[2], key)
        await town.does(LinkRepeat(CURATOR, 2, FIRST))
        assert (town[2].repeat_of, town[2].state, due(town[2], key)) == (FIRST, State.NEW, before)
        assert (town[1].version, town[2].version) == (1, 2)
        await town.does(LinkRepeat(CURATOR, 2, None))
        assert town[2].repeat_of is None


async def test_mo_15_a_case_repeats_no_case_of_its_own_number_and_the_curator_says_so_alone() -> None:
    town = Town("moskalensky")
    assert await town.tries(LinkRepeat(CURATOR, 1, FIRST)) == Refused(Reason.SAME_CASE)
    assert await town.tries(LinkRepeat(ZHKH, 2, FIRST)) == Refused(Reason.NOT_A_CURATOR, {"is_lead": False})


async def test_mo_18_a_repetition_may_be_closed_with_its_ground_and_opened_again() -> None:
    town = Town("moskalensky")
    for answers in ((), (Other(7, 7),)):
        town.books.cases[2] = replace(town[2], answered_before=answers)
        refused = Refused(Reason.NOT_ANSWERED_BEFORE, {"answers": len(answers), "wanted": 2})
        assert await town.tries(NotProcess(CURATOR, 2, "repeated")) == refused
    town.books.cases[2] = replace(town[2], answered_before=(Other(7, 7), Other(8, 8)))
    await town.does(LinkRepeat(CURATOR, 2, FIRST), NotProcess(CURATOR, 2, "repeated"))
    assert (town[2].state, town[2].ended_because, town[2].repeat_of) == (State.NOT_PROCESSED, "repeated", FIRST)
    await town.does(Reopen(CURATOR, 2))
    assert (town[2].state, town[2].ended_because) == (State.NEW, None)


async def test_ku_20_a_repetition_is_no_ground_under_kursky() -> None:
    town = Town("kursky")
    assert await town.tries(NotProcess(CURATOR, 2, "repeated")) == Refused(Reason.UNKNOWN_GROUND)


# --- put together -------------------------------------------------------------------------------------


async def test_a_case_put_under_another_is_known_to_both() -> None:
    town = await merged()
    assert (town[2].state, town[2].merged_into, town[1].merged) == (State.MERGED, FIRST, (SECOND,))
    assert (town[1].state, due(town[2])) == (State.FORWARDED, {})
    assert {a.kind for a in town.books.alarms if a.case == 2} == {AlarmKind.LAPSE}
    assert [(case, entry.action, entry.by) for case, entry in town.books.journal] == [
        (1, Action.FORWARD, "curator"),
        (2, Action.MERGE, "curator"),
        (1, Action.TAKE_IN, "clock"),
    ]
    assert not any(isinstance(effect, Also) for _, effect in town.post.taken)


async def test_its_executors_are_told_that_it_is_no_longer_theirs() -> None:
    town = Town()
    await town.does(Forward(CURATOR, 2, ("zhkh", "roads")), Merge(CURATOR, 2, FIRST))
    assert (town[2].active_parts, town[2].queue) == ((), ())
    assert town.told(2) == [
        Notify(Notice.WORK, Audience.DEPARTMENT, "zhkh"),
        Notify(Notice.WORK, Audience.DEPARTMENT, "roads"),
        Notify(Notice.RECALLED, Audience.DEPARTMENT, "zhkh"),
        Notify(Notice.RECALLED, Audience.DEPARTMENT, "roads"),
    ]


@pytest.mark.parametrize("into", [FIRST, Other(2, 148), Other(9, 999)])
async def test_what_cannot_be_put_together_leaves_both_as_they_were(into: Other) -> None:
    town = Town()
    await town.does(CloseWithoutPosting(CURATOR, 1, "thanks"))
    before, letters = dict(town.books.cases), list(town.post.taken)
    decision = await town.tries(Merge(CURATOR, 2, into))
    assert isinstance(decision, Refused)
    assert decision.reason is {1: Reason.ALREADY_ENDED, 2: Reason.SAME_CASE, 9: Reason.NO_SUCH_CASE}[into.id]
    assert (town.books.cases, town.post.taken) == (before, letters)


@pytest.mark.parametrize("beaten", [1, 2])
async def test_if_somebody_was_faster_on_either_neither_changes(beaten: int) -> None:
    town = Town()
    town.books.beaten = frozenset({beaten})
    before = dict(town.books.cases)
    if beaten == 2:
        assert await town.tries(Merge(CURATOR, 2, FIRST)) == Refused(Reason.CHANGED_MEANWHILE)
    else:
        with pytest.raises(ChangedMeanwhileError):
            await town.tries(Merge(CURATOR, 2, FIRST))
    assert (town.books.cases, town.post.taken) == (before, [])


async def test_cases_are_put_together_one_deep() -> None:
    town = await merged(cases=3)
    assert town[1].merged == (SECOND, THIRD)
    decision = await town.tries(Merge(CURATOR, 1, THIRD))
    assert decision == Refused(Reason.HAS_OTHERS, {"numbers": [148, 149]})
    other = Town(cases=3)
    await other.does(Merge(CURATOR, 2, FIRST))
    refused = await other.tries(Merge(CURATOR, 3, SECOND))
    assert isinstance(refused, Refused)
    assert (refused.reason, other[3].state) == (Reason.ALREADY_ENDED, State.NEW)


async def test_no_person_puts_one_half_of_it() -> None:
    town = Town()
    for by in (CURATOR, ZHKH, NETWORK):
        assert isinstance(await town.tries(TakeIn(by, 1, SECOND)), Refused)


async def test_the_host_takes_the_stricter_importance_and_its_department_half_an_hour() -> None:
    """Splitting does not take it back (CLOCK §1)."""
    town = Town("moskalensky")
    await town.does(Forward(CURATOR, 1, ("zhkh",)), SetImportance(CURATOR, 2, Importance.HIGH))
    assert (town[1].importance, due(town[1], "moskalensky")["draft"]) == (Importance.NORMAL, "12 15:00")
    await town.does(Merge(CURATOR, 2, FIRST), start="2026-01-12 12:00")
    assert (town[1].importance, due(town[1], "moskalensky")["draft"]) == (Importance.HIGH, "12 11:00")
    assert missed(town[1], "2026-01-12 12:30:59", "moskalensky") == []
    assert missed(town[1], "2026-01-12 12:31", "moskalensky") == [("draft", Holder.EXECUTOR, "zhkh")]
    assert town.books.journal[-1][1].details == (("importance", "high"), ("number", "148"))
    await town.does(Split(CURATOR, 2))
    assert (town[1].importance, town[2].importance) == (Importance.HIGH, Importance.HIGH)


async def test_a_merged_case_of_no_higher_importance_changes_nothing_of_the_hosts_terms() -> None:
    town = Town("moskalensky", 3)
    await town.does(SetImportance(CURATOR, 1, Importance.HIGH), SetImportance(CURATOR, 2, Importance.HIGH))
    before = town[1].history
    await town.does(Merge(CURATOR, 2, FIRST), Merge(CURATOR, 3, FIRST))
    assert (town[1].importance, town[1].history) == (Importance.HIGH, before)


# --- taken apart --------------------------------------------------------------------------------------


async def test_taken_apart_it_is_new_again_and_its_answer_has_not_moved() -> None:
    town = await merged()
    await town.does(Split(CURATOR, 2), start="2026-01-12 11:00")
    assert (town[2].state, town[2].merged_into, town[1].merged) == (State.NEW, None, ())
    assert due(town[2]) == {"forward": "12 12:00", "answer": "13 10:00"}
    assert {a.case for a in town.books.alarms} == {1, 2}
    assert missed(town[2], "2026-01-12 11:59") == []
    await town.does(Merge(CURATOR, 2, FIRST))
    assert (town[2].merged_into, town[1].merged) == (FIRST, (SECOND,))


async def test_ku_11_the_time_under_another_case_is_not_the_former_executors() -> None:
    town = Town()
    await town.does(Forward(CURATOR, 2, ("zhkh", "school")))
    await town.does(Merge(CURATOR, 2, FIRST), start="2026-01-12 10:00")
    await town.does(Split(CURATOR, 2), start="2026-01-12 15:00")
    await town.does(Forward(CURATOR, 2, ("roads",)), start="2026-01-12 15:10")
    assert missed(town[2], "2026-01-12 17:59") == []  # three hours were left when it was put under the other
    await town.does(Forward(CURATOR, 2, ("school",)), start="2026-01-12 17:50")
    assert missed(town[2], "2026-01-13 09:01") == [("draft", Holder.EXECUTOR, "roads")]


async def test_ku_20_the_time_a_case_lay_unprocessed_is_not_the_former_executors() -> None:
    town = Town()
    ground = office().regulation.grounds[0].code
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    await town.does(NotProcess(CURATOR, 1, ground), start="2026-01-12 10:00")
    await town.does(Reopen(CURATOR, 1), start="2026-01-12 15:00")
    assert missed(town[1], "2026-01-12 15:20") == []
    assert [m for m in missed(town[1], "2026-01-13 09:01") if m[0] == "draft"] == [("draft", Holder.CURATOR, None)]


async def test_a_case_that_ends_without_an_answer_frees_those_under_it() -> None:
    town = await merged(cases=3)
    await town.does(CloseWithoutPosting(CURATOR, 1, "by_mistake"))
    assert town.states == [State.CLOSED_WITHOUT_POSTING, State.NEW, State.NEW]
    assert [(case.merged, case.merged_into) for case in town.books.cases.values()] == [((), None)] * 3
    assert town.told(3)[-1:] == [Notify(Notice.REOPENED, Audience.CURATORS)]
    assert [entry.action for case, entry in town.books.journal if case == 1] == [
        Action.FORWARD,
        Action.TAKE_IN,
        Action.TAKE_IN,
        Action.CLOSE_WITHOUT_POSTING,
    ]


async def test_mo_18_an_unprocessed_case_frees_those_under_it_and_reopened_holds_none() -> None:
    town = await merged("moskalensky")
    await town.does(NotProcess(CURATOR, 1, "insult"), Reopen(CURATOR, 1))
    assert (town.states, town[1].merged) == ([State.NEW, State.NEW], ())


# --- answered together --------------------------------------------------------------------------------


async def test_one_text_goes_out_in_each_ones_own_place() -> None:
    town = await merged(cases=3)
    await answered(town)
    assert town.states == [State.APPROVED] * 3
    assert town.posted() == [(1, 1), (2, 1), (3, 1)]
    assert [case.drafts[-1].text for case in town.books.cases.values()] == [TEXT] * 3
    assert "posting" in due(town[2])
    await town.does(*(Posted(NETWORK, number, NETWORK_LINK) for number in (1, 2, 3)))
    assert town.states == [State.CLOSED] * 3
    assert [case.merged_into for case in town.books.cases.values()] == [None, FIRST, FIRST]
    assert missed(town[2], "2026-01-20 10:00") == []


async def test_an_answer_undone_in_time_goes_out_nowhere() -> None:
    from workflow.commands import Undo

    town = await merged()
    await town.does(SubmitDraft(ZHKH, 1, TEXT), Approve(CURATOR, 1, 1), Undo(CURATOR, 1, 1))
    assert (town.states, town.posted()) == ([State.ON_APPROVAL, State.MERGED], [])


async def test_where_one_place_does_not_take_it_the_others_are_answered() -> None:
    town = await merged(cases=3)
    await answered(town)
    await town.does(
        Posted(NETWORK, 1, NETWORK_LINK), PostFailed(NETWORK, 2, "comments_closed"), Posted(NETWORK, 3, NETWORK_LINK)
    )
    assert town.states == [State.CLOSED, State.NOT_POSTED, State.CLOSED]
    assert due(town[2]) == {"posting": "12 10:15", "answer": "13 10:00"}
    assert await town.tries(SendBack(CURATOR, 2, 1, "короче")) == Refused(Reason.NOT_NOW, {"state": State.NOT_POSTED})
    await town.does(Correct(CURATOR, 2, 1, SOON), Approve(CURATOR, 2, 2), Release(CLOCK, 2, 2))
    await town.does(Posted(NETWORK, 2, NETWORK_LINK))
    assert town.states == [State.CLOSED] * 3


async def test_a_message_handed_in_is_answered_by_hand_beside_the_others() -> None:
    town = Town()
    town.books.cases[2] = replace(town[2], appeal=replace(town[2].appeal, network=None, ref=None))
    await town.does(Forward(CURATOR, 1, ("zhkh",)), Merge(CURATOR, 2, FIRST))
    await answered(town)
    assert (town.states, town.posted()) == ([State.APPROVED, State.NOT_POSTED], [(1, 1)])
    assert town.told(2) == [Notify(Notice.NOT_POSTED, Audience.CURATORS, text="by_hand")]
    await town.does(Posted(CURATOR, 2, NETWORK_LINK))
    assert town[2].state is State.CLOSED


async def test_ku_15_an_interim_answer_together_is_followed_by_a_final_one_together() -> None:
    town = await merged()
    await answered(town, kind=DraftKind.INTERIM, text=SOON)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK), Posted(NETWORK, 2, NETWORK_LINK))
    assert town.states == [State.INTERIM, State.MERGED]
    await answered(town, 2)
    assert town.posted() == [(1, 1), (2, 1), (1, 2), (2, 2)]
    await town.does(Posted(NETWORK, 1, NETWORK_LINK), Posted(NETWORK, 2, NETWORK_LINK))
    assert town.states == [State.CLOSED, State.CLOSED]
    assert [p.kind for p in town[2].postings] == [DraftKind.INTERIM, DraftKind.FINAL]


async def test_ku_15_a_final_answer_that_overtakes_the_interim_one_on_its_way_follows_it() -> None:
    town = await merged()
    await answered(town, kind=DraftKind.INTERIM, text=SOON)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK))
    await answered(town, version=2)
    assert town.states == [State.APPROVED, State.APPROVED]
    assert town.posted()[-1] == (1, 2), "the second's interim answer is still on its way"
    await town.does(Posted(NETWORK, 2, NETWORK_LINK))
    assert (town[2].state, town.posted()[-1]) == (State.APPROVED, (2, 2))
    await town.does(Posted(NETWORK, 1, NETWORK_LINK), Posted(NETWORK, 2, NETWORK_LINK))
    assert town.states == [State.CLOSED, State.CLOSED]
    assert [p.kind for p in town[2].postings] == [DraftKind.INTERIM, DraftKind.FINAL]


async def test_ku_15_a_final_answer_that_waited_for_an_interim_one_goes_out_where_that_was_not_taken() -> None:
    town = await merged()
    await answered(town, kind=DraftKind.INTERIM, text=SOON)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK))
    await answered(town, version=2)
    await town.does(PostFailed(NETWORK, 2, "network_down"))
    assert (town[2].state, town[2].approved, town.posted()[-1]) == (State.APPROVED, 2, (2, 2))
    await town.does(PostFailed(NETWORK, 2, "comments_closed"))
    assert (town[2].state, town[2].not_posted_because) == (State.NOT_POSTED, "comments_closed")
    await town.does(Posted(CURATOR, 2, NETWORK_LINK))
    assert [p.kind for p in town[2].postings] == [DraftKind.FINAL]


@pytest.mark.parametrize("by_hand", [False, True])
async def test_a_final_answer_reaches_also_where_the_interim_one_was_not_taken(by_hand: bool) -> None:
    town = Town()
    if by_hand:
        town.books.cases[2] = replace(town[2], appeal=replace(town[2].appeal, network=None, ref=None))
    await town.does(Forward(CURATOR, 1, ("zhkh",)), Merge(CURATOR, 2, FIRST))
    await answered(town, kind=DraftKind.INTERIM, text=SOON)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK))
    if not by_hand:
        await town.does(PostFailed(NETWORK, 2, "comments_closed"))
    assert town.states == [State.INTERIM, State.NOT_POSTED]
    await answered(town, 2)
    assert town[2].state is (State.NOT_POSTED if by_hand else State.APPROVED)
    assert (town[2].approved, town[2].drafts[-1].text) == (2, TEXT)
    await town.does(Posted(CURATOR if by_hand else NETWORK, 2, NETWORK_LINK))
    assert (town[2].state, [p.kind for p in town[2].postings]) == (State.CLOSED, [DraftKind.FINAL])


async def test_taken_apart_after_an_interim_answer_it_owes_a_final_one_of_its_own() -> None:
    town = await merged()
    await answered(town, kind=DraftKind.INTERIM, text=SOON)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK), Posted(NETWORK, 2, NETWORK_LINK))
    await town.does(Split(CURATOR, 2), Forward(CURATOR, 2, ("roads",)), start="2026-01-13 09:00")
    assert due(town[2]) == {"return@roads": "13 09:35", "final": "21 18:00"}
    await answered(town, 2)
    assert town[2].state is State.FORWARDED


async def test_the_authors_word_under_a_merged_message_is_heard_where_it_is_answered() -> None:
    town = await merged()
    await town.does(AuthorReplied(NETWORK, 2, "И у нас в доме 7"))
    assert ([r.text for r in town[1].replies], [r.text for r in town[2].replies]) == (
        ["И у нас в доме 7"],
        ["И у нас в доме 7"],
    )
    assert town.told(1)[-2:] == [
        Notify(Notice.AUTHOR_REPLIED, Audience.LEAD, text="И у нас в доме 7"),
        Notify(Notice.AUTHOR_REPLIED, Audience.CURATORS, text="И у нас в доме 7"),
    ]
    assert town.told(2) == []


async def test_mo_9_a_question_put_under_two_messages_is_answered_under_either() -> None:
    town = await merged("moskalensky")
    await answered(town, kind=DraftKind.REQUEST, text=SOON)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK), Posted(NETWORK, 2, NETWORK_LINK))
    assert town.states == [State.WAITING_AUTHOR, State.MERGED]
    await town.does(AuthorReplied(NETWORK, 2, "Дом 7"))
    assert town.states == [State.IN_WORK, State.MERGED]


async def test_merging_meets_the_forwarding_and_ends_the_rest_but_the_answer() -> None:
    town = Town()
    await town.does(Merge(CURATOR, 2, FIRST), start="2026-01-12 09:40")
    assert [h.event for h in town[2].history] == [Event.DETECTED, Event.MERGED]
    assert missed(town[2], "2026-01-12 18:00") == []
    assert missed(town[2], "2026-01-13 10:01") == [("answer", Holder.CURATOR, None)]
