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


STORY, SETTLE = "unit/alert/test_story.py::", "unit/service/test_settle.py::"
DESK, ALERTS = "integration/store/test_desk.py::", "integration/store/test_alerts.py::"
OUTBOX = "integration/service/test_outbox.py::"
STORMS = "integration/service/test_outbox_storms.py::"
MONTH = "integration/store/test_desk_month.py::"
ZONES, SCHEMA = "integration/alert/test_zones.py::", "integration/store/test_schema.py::"
TRUSTED = "acceptance/test_alerts_trusted.py::"
LAPSES, NOISE = "integration/store/test_lapses.py::", "integration/store/test_noise.py::"
ENABLED = "integration/store/test_enabled.py::"

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
            "unit/alert/test_lapse.py::test_8_where_nothing_is_to_be_told_it_is_muted_no_more",
            "integration/store/test_migrate.py::test_8_what_mutes_kept_back_before_is_known",
            f"{STORY}test_8_what_is_muted_is_kept_and_taken_back_without_a_word_to_it",
            f"{ALERTS}test_8_a_mute_tells_how_many_it_swallowed",
            "acceptance/test_serve_mutes.py::test_8_killed_in_the_middle_of_it_one_notice_is_told",
            "acceptance/test_serve_mutes.py::test_8_killed_again_and_again_each_is_told_once",
            "acceptance/test_serve_mutes.py::test_8_what_ended_while_it_was_down_is_told_at_its_start",
            f"{LAPSES}test_8_what_a_mute_hid_is_told_once_when_it_ends",
            f"{LAPSES}test_8_a_mute_that_is_taken_back_ends_now",
            f"{LAPSES}test_8_what_is_not_open_is_told_to_nobody",
            f"{LAPSES}test_8_who_has_left_is_told_to_nobody",
            f"{LAPSES}test_8_a_mute_until_the_episode_ends_has_no_notice",
            f"{LAPSES}test_8_the_watch_was_down_when_it_ended",
            f"{LAPSES}test_8_nothing_is_told_before_events_until_then_are_known",
            f"{LAPSES}test_8_what_comes_late_of_its_time_is_swallowed_and_no_second_notice",
            f"{LAPSES}test_8_a_notice_has_the_steps_of_what_nobody_was_told_before",
            f"{LAPSES}test_8_undone_it_is_done_again",
            f"{LAPSES}test_8_who_acknowledges_meanwhile_is_waited_for",
            f"{LAPSES}test_8_an_alert_of_long_ago_that_a_replay_raised_is_no_news",
            "unit/alert/test_lapse.py::test_8_what_holds_still_is_told_with_how_much_was_kept_back",
            "unit/alert/test_lapse.py::test_8_the_whole_notice",
            "unit/alert/test_lapse.py::test_8_a_notice_that_comes_hours_late_does_not_page",
            "unit/alert/test_lapse.py::test_8_after_a_day_nobody_is_told",
            "unit/alert/test_lapse.py::test_8_what_is_over_is_told_to_nobody",
            "unit/alert/test_lapse.py::test_8_while_another_mute_hides_it_nobody_is_told",
            "unit/alert/test_lapse.py::test_8_what_was_told_meanwhile_keeps_nothing_back",
        ),
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
            "unit/report/test_why.py::test_11_an_alert_about_a_rule_says_what_it_raised",
            "unit/alert/test_rules.py::test_11_a_rule_without_criteria_is_refused",
            "acceptance/test_cli_rules.py::test_a_rule_that_would_raise_too_much_needs_a_yes",
            "acceptance/test_cli_rules.py::test_11_what_it_would_have_raised_is_kept_and_noise_is_listed",
            "acceptance/test_noise_after_kills.py::test_11_a_noisy_rule_whoever_is_killed",
            f"{STORMS}test_11_what_noisy_rules_raise_comes_in_digests_but_what_is_critical",
            f"{NOISE}test_11_with_five_times_its_most_a_rule_is_noisy",
            f"{NOISE}test_11_five_times_as_it_was_tested",
            f"{NOISE}test_11_switched_on_again_it_begins_anew",
            f"{NOISE}test_11_of_a_rule_of_which_nothing_is_known_nothing_is_too_much",
            f"{NOISE}test_11_however_batches_are_cut_it_is_the_same",
            f"{NOISE}test_11_what_is_critical_comes_singly_and_counts",
            f"{NOISE}test_11_another_rule_of_the_alert_has_it_told_singly",
            f"{NOISE}test_11_a_noisy_rule_has_no_steps",
            f"{NOISE}test_11_where_a_rule_is_muted_its_noise_is",
            f"{NOISE}test_11_what_holds_already_says_nothing_of_how_much_there_is",
            "unit/alert/test_noise.py::test_11_with_how_many_a_day_it_is_noisy",
            "unit/alert/test_noise.py::test_11_it_is_noisy_from_the_alert_on_that_is_too_much",
            "unit/alert/test_noise.py::test_11_it_is_quiet_again_when_it_was_for_a_day",
            "unit/alert/test_noise.py::test_11_noise_lasts_for_a_day_beyond_its_last",
            "unit/alert/test_noise.py::test_11_one_alert_a_day_is_about_the_rule",
            "unit/alert/test_noise.py::test_11_it_says_the_figures_and_how_to_quieten_it",
            "unit/alert/test_noise.py::test_11_what_its_rules_raise_too_much_need_not_come_singly",
            "unit/alert/test_noise.py::test_11_what_was_told_singly_is_taken_back_singly",
            "unit/deliver/test_digest.py::test_11_noisy_rules_are_counted_apart_from_old_news",
            "unit/report/test_alerted.py::test_11_a_rule_that_is_noisy_says_since_when",
            "unit/service/test_settle.py::test_11_a_lane_of_noisy_rules_alone_comes_in_a_digest",
        ),
    ),
    12: Behaviour(
        "What a test of rules shows is what was raised live, alert for alert.",
        (
            f"{DESK}test_12_a_rule_that_is_tried_raises_what_it_raised_live",
            f"{DESK}test_12_what_a_late_report_brought_and_took_back_at_once_was_told_to_nobody",
            f"{MONTH}test_12_a_month_that_is_tried_is_the_month_that_was_told",
            "acceptance/test_cli_rules.py::test_what_a_rule_would_have_raised",
        ),
    ),
    13: Behaviour(
        "A rule that is switched on does not fire for what holds already, unless it is to.",
        (
            f"{DESK}test_13_a_rule_that_is_switched_on_does_not_fire_for_what_holds",
            "acceptance/test_cli_rules.py::test_13_a_rule_says_that_it_tells_what_holds_already",
            "acceptance/test_serve_enabled.py::test_13_a_rule_that_is_switched_on_beside_it_killed_or_not",
            f"{ENABLED}test_13_what_holds_already_is_told",
            f"{ENABLED}test_13_by_default_only_what_is_new_is_told",
            f"{ENABLED}test_13_switched_on_twice_it_tells_once",
            f"{ENABLED}test_13_it_is_the_alert_that_it_would_have_been_live",
            f"{ENABLED}test_13_what_began_long_ago_does_not_page",
            f"{ENABLED}test_13_a_mute_holds_for_it_as_well",
            f"{ENABLED}test_13_another_rule_joins_the_alert_that_there_is",
            f"{ENABLED}test_13_a_rule_that_is_not_known_yet_waits_and_one_that_is_off_is_over",
            f"{ENABLED}test_13_events_until_then_are_taken_first",
            f"{ENABLED}test_13_stories_are_read_page_by_page",
            f"{ENABLED}test_13_undone_it_is_done_again",
            "unit/alert/test_current.py::test_13_what_lasts_fires_and_what_followed_belongs_to_it",
            "unit/alert/test_current.py::test_13_what_the_rule_does_not_ask_for_does_not_fire",
            "unit/alert/test_current.py::test_13_a_rule_says_so",
            f"{STORY}test_13_what_holds_already_is_decided_when_the_rule_is_switched_on",
            f"{STORY}test_13_who_is_to_be_told_by_that_rule_alone_is_told",
        ),
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
        (
            "scenario/test_drawn_alerts.py::test_15_a_silence_of_the_feed_is_no_act_of_hers",
            "scenario/test_drawn_outages.py::test_15_a_feed_that_is_cut_is_one_alert_and_not_forty",
        ),
    ),
    16: Behaviour(
        "What is critical never waits and is in no digest; of a storm the rest is.",
        (
            f"{DESK}test_16_critical_does_not_wait",
            f"{STORMS}test_16_a_storm_of_500_is_some_messages_and_a_digest",
            f"{STORMS}test_16_what_is_critical_is_never_digested",
            f"{STORMS}test_16_what_turns_critical_while_a_digest_is_made_is_no_digest",
            f"{STORMS}test_16_a_second_storm_waits_for_the_next_digest",
            f"{STORMS}test_16_what_is_critical_does_not_wait_behind_what_waits",
        ),
    ),
    17: Behaviour(
        "Of a ship, what a channel is told comes in order, through retries.",
        (
            f"{OUTBOX}test_17_the_order_of_a_ship_holds_through_retries",
            f"{STORMS}test_17_nothing_overtakes_a_digest_that_fails",
            f"{STORMS}test_17_nor_does_what_was_written_before_it_and_committed_after_it",
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
            f"{NOISE}test_21_a_verdict_on_the_noise_is_none_on_what_it_raised",
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
    promise, held_by = BEHAVIOURS[number]
    assert held_by, f"no test holds {number}: {promise}"
    for where in held_by:
        file, _, name = where.partition("::")
        assert name in named_in(file), f"{number}: there is no test {where}"
    assert [w for w, times in Counter(held_by).items() if times > 1] == []
    assert any(f"::test_{number}_" in where for where in held_by)


def test_each_test_that_bears_a_number_stands_in_the_table() -> None:
    """A test is named for a behaviour only where its promise is read."""
    lost = [
        where
        for where, number in numbered().items()
        if number in BEHAVIOURS and where not in BEHAVIOURS[number].held_by
    ]
    assert lost == []


def test_a_test_that_is_not_there_would_be_found() -> None:
    """Neither a file nor a name is believed."""
    assert "test_there_are_twenty_four" in named_in("unit/test_behaviours.py")
    assert "named_in" not in named_in("unit/test_behaviours.py")
    assert named_in("unit/test_behaviors.py") == frozenset()
