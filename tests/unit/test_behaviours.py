"""What alerts promise, number by number, and the tests that hold each promise.

Each number is a complaint of those who use other systems. A test that bears a number is named
``test_<number>_…`` and stands here; one that stands here and is gone is found, too.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]


class Behaviour(NamedTuple):
    """A promise, and where it is held: ``folder/test_file.py::test_name``."""

    promise: str
    held_by: tuple[str, ...]
    yet: str = ""  # "not yet": it is being built


STORY, SETTLE = "unit/alert/test_story.py::", "unit/service/test_settle.py::"
DESK, ALERTS = "integration/store/test_desk.py::", "integration/store/test_alerts.py::"
OUTBOX = "integration/service/test_outbox.py::"
STORMS = "integration/service/test_outbox_storms.py::"
MONTH = "integration/store/test_desk_month.py::"
ZONES, SCHEMA = "integration/alert/test_zones.py::", "integration/store/test_schema.py::"
TRUSTED = "acceptance/test_alerts_trusted.py::"

BEHAVIOURS = {
    1: Behaviour(
        "One alert an episode: what changes amends it.",
        (
            f"{STORY}test_1_jitter_at_the_border_is_one_alert_and_is_told_once",
            "scenario/test_drawn_alerts.py::test_jitter_at_the_border_for_hours_wakes_nobody",
        ),
    ),
    2: Behaviour(
        "Several rules on one episode are one case, and one message.",
        (
            f"{STORY}test_2_several_rules_on_one_episode_make_one_case",
            f"{DESK}test_2_a_batch_with_a_whole_call_is_one_alert",
            f"{OUTBOX}test_2_what_follows_within_the_grouping_is_one_message",
        ),
    ),
    3: Behaviour(
        "What is confirmed or withdrawn is told to whom the alert was told, and to nobody else.",
        (
            f"{STORY}test_3_provisional_then_confirmed",
            f"{STORY}test_3_provisional_then_withdrawn",
            f"{STORY}test_3_what_was_acknowledged_or_closed_is_taken_back_all_the_same",
            f"{ALERTS}test_3_what_an_officer_said_outlives_what_comes",
            f"{OUTBOX}test_3_withdrawn_before_it_went_out_nobody_hears_of_it",
            f"{OUTBOX}test_3_withdrawn_afterwards_those_who_were_told_hear_of_it",
            f"{OUTBOX}test_3_who_may_have_been_told_hears_of_the_withdrawal",
        ),
    ),
    4: Behaviour(
        "An acknowledgement holds for the episode, but for what is graver or new.",
        (
            f"{STORY}test_4_an_acknowledgement_holds_through_silence_and_reappearance",
            f"{STORY}test_4_a_new_kind_of_event_or_a_higher_severity_reopens",
            f"{STORY}test_4_more_of_the_same_does_not",
        ),
    ),
    5: Behaviour(
        "A message is told by how its alert stands when it is sent.",
        (
            f"{OUTBOX}test_5_what_was_acknowledged_meanwhile_is_not_told",
            f"{OUTBOX}test_5_between_two_steps_of_an_escalation_an_acknowledgement_ends_it",
            f"{OUTBOX}test_5_the_withdrawal_of_what_was_acknowledged_is_told",
        ),
    ),
    6: Behaviour(
        "Steps of an escalation have their times, and a greatest age.",
        (
            f"{DESK}test_6_a_step_is_due_at_its_time_and_never_long_after",
            f"{DESK}test_6_a_step_is_another_message_and_is_taken_back_where_it_was_told",
            f"{OUTBOX}test_6_an_escalation_is_never_older_than_it_may_be",
        ),
    ),
    7: Behaviour(
        "A mute is of the time of events, with reason, author and end; it may come before.",
        (
            f"{STORY}test_7_a_mute_looks_at_when_it_happened_not_at_when_it_is_known",
            f"{ALERTS}test_a_mute_that_may_not_be",
            f"{ALERTS}test_a_mute_until_the_episode_ends",
            "acceptance/test_cli_alerts.py::test_mutes_that_are_refused",
        ),
    ),
    8: Behaviour(
        "What is muted is kept and counted; what still holds when the mute ends is told once.",
        (
            f"{STORY}test_8_what_is_muted_is_kept_and_taken_back_without_a_word_to_it",
            f"{ALERTS}test_8_a_mute_tells_how_many_it_swallowed",
        ),
        "not yet",
    ),
    9: Behaviour(
        "A mute that was answered is committed, whatever happens next.",
        (
            f"{TRUSTED}test_9_a_mute_that_was_answered_outlives_kill_9",
            f"{DESK}test_9_nothing_is_raised_of_a_batch_that_is_rolled_back",
        ),
    ),
    10: Behaviour(
        "Times are kept in UTC, need a zone when they are given, and are told in both.",
        (
            f"{ZONES}test_10_quiet_hours_are_of_a_zone_in_nights_of_summer_time_too",
            "integration/alert/test_telling_zones.py::test_times_are_told_in_utc_and_in_the_zone",
            "acceptance/test_cli_alerts.py::test_mutes_that_are_refused",
            "integration/api/test_alerts.py::test_bodies_that_are_refused",
        ),
    ),
    11: Behaviour(
        "A rule without criteria is refused; one that raises too much says so.",
        (
            "unit/alert/test_rules.py::test_11_a_rule_without_criteria_is_refused",
            "acceptance/test_cli_rules.py::test_a_rule_that_would_raise_too_much_needs_a_yes",
        ),
        "not yet",
    ),
    12: Behaviour(
        "What a test of rules shows is what was raised live, alert for alert.",
        (
            f"{DESK}test_12_a_rule_that_is_tried_raises_what_it_raised_live",
            f"{MONTH}test_12_a_month_that_is_tried_is_the_month_that_was_told",
            "acceptance/test_cli_rules.py::test_what_a_rule_would_have_raised",
        ),
    ),
    13: Behaviour(
        "A rule that is switched on does not fire for what holds already, unless it is to.",
        (f"{DESK}test_13_a_rule_that_is_switched_on_does_not_fire_for_what_holds",),
        "not yet",
    ),
    14: Behaviour(
        "Old news does not page; a replay delivers nothing.",
        (
            "unit/alert/test_message.py::test_14_what_is_old_news",
            f"{SETTLE}test_14_old_news_is_not_grave_however_critical",
            f"{DESK}test_14_a_replay_raises_and_delivers_nothing",
            f"{DESK}test_14_old_news_does_not_page",
            f"{STORMS}test_14_old_news_comes_in_one_digest",
            f"{STORMS}test_14_a_backlog_after_five_hours_comes_in_one_digest",
        ),
    ),
    15: Behaviour(
        "A silence of the feed is no act of a ship: one alert of the port, not one a ship.",
        ("scenario/test_drawn_alerts.py::test_15_a_silence_of_the_feed_is_no_act_of_hers",),
        "not yet",
    ),
    16: Behaviour(
        "What is critical never waits and is in no digest; of a storm the rest is.",
        (
            f"{DESK}test_16_critical_does_not_wait",
            f"{STORMS}test_16_a_storm_of_500_is_some_messages_and_a_digest",
            f"{STORMS}test_16_what_is_critical_is_never_digested",
            f"{STORMS}test_16_a_second_storm_waits_for_the_next_digest",
            f"{STORMS}test_16_what_is_critical_does_not_wait_behind_what_waits",
        ),
    ),
    17: Behaviour(
        "Of a ship, what a channel is told comes in order, through retries.",
        (
            f"{OUTBOX}test_17_the_order_of_a_ship_holds_through_retries",
            f"{STORMS}test_17_nothing_overtakes_a_digest_that_fails",
        ),
    ),
    18: Behaviour(
        "A channel that is down is probed now and then, and holds up no other.",
        (
            f"{STORMS}test_18_a_receiver_that_is_down_for_an_hour_is_tried_a_few_times",
            f"{STORMS}test_18_a_channel_that_is_down_holds_up_no_other",
        ),
    ),
    19: Behaviour(
        "What cannot be delivered is dead after three days, listed, revived, and told elsewhere.",
        (
            f"{SETTLE}test_19_the_dead_are_told_of_once_and_never_of_themselves",
            f"{STORMS}test_19_after_three_days_it_is_dead_and_the_others_are_told_once",
            f"{STORMS}test_19_what_will_never_be_taken_is_dead_at_once",
            f"{STORMS}test_19_what_tells_of_the_dead_and_dies_is_not_told_of",
            "integration/store/test_outbox.py::test_revived_it_begins_anew",
        ),
    ),
    20: Behaviour(
        "Who is killed beats no more; a shift in which nothing happened has its page.",
        (
            "acceptance/test_serve_channels.py::test_20_killed_its_heart_stops",
            "integration/service/test_heartbeat.py::test_20_it_falls_silent_while_something_is_wrong",
            "integration/service/test_heartbeat.py::test_20_who_is_killed_beats_no_more",
            "unit/report/test_alerted.py::test_20_a_shift_in_which_nothing_happened",
            f"{TRUSTED}test_20_a_shift_of_a_watch_that_has_never_seen_anything",
        ),
    ),
    21: Behaviour(
        "Closing needs a verdict; how good a rule is, is told from twenty on.",
        (
            f"{ALERTS}test_21_without_a_verdict_nothing_is_closed",
            f"{TRUSTED}test_21_closing_needs_a_verdict",
            f"{TRUSTED}test_21_precision_is_told_from_twenty_verdicts_on",
            "unit/report/test_night_keys.py::test_21_what_is_no_answer_is_asked_again",
            "integration/api/test_alerts.py::test_bodies_that_are_refused",
        ),
    ),
    22: Behaviour(
        "All faces show the same alerts, by one query.",
        (
            f"{TRUSTED}test_22_all_faces_show_the_same_alerts",
            "integration/service/test_night_queue.py::test_22_it_is_the_list_with_its_filters",
        ),
    ),
    23: Behaviour(
        "What is sent again has the same key; what resolves names what was triggered.",
        (
            "unit/alert/test_message.py::test_23_the_key_is_that_of_the_alert_and_its_revision",
            f"{SETTLE}test_23_a_delivery_is_known_by_channel_alert_and_revision",
            "unit/deliver/test_body.py::test_23_what_resolves_names_what_was_triggered",
            "integration/deliver/test_webhook.py::test_23_a_doubled_post_has_the_same_key",
            f"{OUTBOX}test_23_killed_while_it_sent_the_same_key_goes_again",
            f"{OUTBOX}test_23_killed_before_it_sent_nothing_is_lost",
            "acceptance/test_serve_channels.py::test_23_killed_while_it_tells_it_tells_again",
        ),
    ),
    24: Behaviour(
        "Who did what, when and from whom is kept, and the watch cannot change it.",
        (
            f"{ALERTS}test_24_who_did_what_is_kept",
            "integration/store/test_schema.py::test_24_what_was_done_to_an_alert_cannot_be_changed",
        ),
    ),
}

MAY_BE_UNFINISHED = {8, 11, 13, 15}
"""The only ones of which something is still being built: this set may only shrink."""


@cache
def named_in(file: str) -> frozenset[str]:
    """Names of the tests of a file; none where there is no such file."""
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    return frozenset(
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_"
    )


def numbered() -> dict[str, int]:
    """All tests that bear the number of a behaviour, and which."""
    files = sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py"))
    found = [(f"{file}::{name}", re.match(r"test_(\d+)_", name))
             for file in files for name in named_in(file)]  # fmt: skip
    return {where: int(match[1]) for where, match in found if match}


def test_there_are_twenty_four() -> None:
    assert list(BEHAVIOURS) == list(range(1, 25))


@pytest.mark.parametrize("number", BEHAVIOURS)
def test_each_is_held_by_tests_that_are_there(number: int) -> None:
    promise, held_by, yet = BEHAVIOURS[number]
    assert held_by, f"no test holds {number}: {promise}"
    for where in held_by:
        file, _, name = where.partition("::")
        assert name in named_in(file), f"{number}: there is no test {where}"
    assert [w for w, times in Counter(held_by).items() if times > 1] == []
    assert yet in ({"", "not yet"} if number in MAY_BE_UNFINISHED else {""})
    assert any(f"::test_{number}_" in where for where in held_by)


def test_each_test_that_bears_a_number_stands_in_the_table() -> None:
    """A test is named for a behaviour only where its promise is read; not while it is built."""
    lost = [
        where
        for where, number in numbered().items()
        if number in BEHAVIOURS and not BEHAVIOURS[number].yet
        if where not in BEHAVIOURS[number].held_by
    ]
    assert lost == []


def test_a_test_that_is_not_there_would_be_found() -> None:
    """Neither a file nor a name is believed."""
    assert "test_there_are_twenty_four" in named_in("unit/test_behaviours.py")
    assert "named_in" not in named_in("unit/test_behaviours.py")
    assert named_in("unit/test_behaviors.py") == frozenset()
