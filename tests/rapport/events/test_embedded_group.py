"""Members of a group on the embedded log share its partitions, and take over from those that vanish."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.events.bus import Message, Partition
from rapport.events.embedded import EmbeddedLog
from rapport.events.embedded_group import Membership
from rapport.events.identity import process_name
from rapport.events.models import GroupMember, GroupOffset, LogRecord
from rapport.events.topics import Topic

pytestmark = pytest.mark.django_db

TOPIC = Topic("tests.group", partitions=4)


@pytest.fixture
def log() -> EmbeddedLog:
    log = EmbeddedLog()
    log.prepare([TOPIC])
    return log


def member(name: str) -> Membership:
    return Membership(group="g", topics=[TOPIC.name], member_id=name)


def settle(*members: Membership) -> None:
    """Two beats each: one to give up, one to take."""
    for _ in range(2):
        for each in members:
            each.beat(at_once=True)


def test_one_member_has_everything(log: EmbeddedLog) -> None:
    alone = member("a")
    settle(alone)
    assert len(alone.owned) == 4


def test_members_share_without_overlap(log: EmbeddedLog) -> None:
    members = [member(name) for name in "abc"]
    settle(*members)
    owned = [partition for each in members for partition in each.owned]
    assert len(owned) == len(set(owned)) == 4
    assert all(each.owned for each in members)


def test_who_leaves_is_replaced_at_once(log: EmbeddedLog) -> None:
    first, second = member("a"), member("b")
    settle(first, second)
    first.leave()
    settle(second)
    assert len(second.owned) == 4


def test_who_vanishes_is_replaced_when_its_time_is_up(log: EmbeddedLog) -> None:
    first, second = member("a"), member("b")
    settle(first, second)
    past = timezone.now() - timedelta(seconds=1)
    GroupMember.objects.filter(member_id="a").update(alive_until=past)
    GroupOffset.objects.filter(owner="a").update(owned_until=past)
    settle(second)
    assert len(second.owned) == 4


def test_a_process_that_died_here_is_replaced_at_once(log: EmbeddedLog) -> None:
    machine, pid, started = process_name().rsplit("/", 2)
    first, second = member(f"{machine}/{pid}/{int(started) - 1}"), member("b")  # the same id, an earlier process
    settle(first)
    settle(second)
    assert len(second.owned) == 4


def test_a_commit_for_a_lost_partition_does_not_count(log: EmbeddedLog) -> None:
    slow, new = member("a"), member("b")
    settle(slow)
    lost = Partition(TOPIC.name, 1)
    GroupOffset.objects.filter(partition=1).update(owner="b", next_offset=7)
    slow.commit({lost: 3, Partition(TOPIC.name, 0): 5})
    settle(new)
    assert new.committed(frozenset({lost})) == {lost: 7}
    assert slow.committed(frozenset({Partition(TOPIC.name, 0)})) == {Partition(TOPIC.name, 0): 5}


def test_offsets_have_no_gaps_and_survive_retention(log: EmbeddedLog) -> None:
    log.append([Message(TOPIC.name, "k", b"1"), Message(TOPIC.name, "k", b"2")])
    assert log.prune(older_than_hours=-1) == 2
    log.append([Message(TOPIC.name, "k", b"3")])
    assert list(LogRecord.objects.values_list("offset", flat=True)) == [2]


def test_a_consumer_behind_retention_goes_on_at_what_is_left(log: EmbeddedLog) -> None:
    consumer = log.consumer(group="g", topics=[TOPIC.name], member_id="a")
    log.append([Message(TOPIC.name, "k", b"1")])
    log.prune(older_than_hours=-1)
    assert consumer.poll(max_records=10, timeout_seconds=0) == []
    assert sum(consumer.lag().values()) == 0
    log.append([Message(TOPIC.name, "k", b"2")])
    assert [record.value for record in consumer.poll(max_records=10, timeout_seconds=0)] == [b"2"]
    consumer.close()
