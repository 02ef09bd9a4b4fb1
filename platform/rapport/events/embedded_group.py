"""Who of a group reads which partitions of the embedded log. Offsets belong to the group, ownership to a member.

Every member computes the same share from the same list of living members, gives up what is no longer its own, and takes
what is free. Two members may disagree for a heartbeat; ownership is a conditional update, so a partition never has two.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from rapport.events.bus import Partition
from rapport.events.identity import is_known_dead
from rapport.events.models import GroupMember, GroupOffset, LogPartition

SESSION_SECONDS = 10.0
HEARTBEAT_SECONDS = 2.5


class Membership:
    """One member's view of its group."""

    def __init__(self, *, group: str, topics: Sequence[str], member_id: str) -> None:
        self.group = group
        self.topics = list(topics)
        self.member_id = member_id
        self.owned: frozenset[Partition] = frozenset()
        self._next_beat = 0.0

    def beat(self, *, at_once: bool = False) -> frozenset[Partition]:
        """Stay alive and settle ownership; does nothing when the last beat is fresh. Returns newly owned partitions."""
        if time.monotonic() < self._next_beat and not at_once:
            return frozenset()
        before = self.owned
        with transaction.atomic():
            self.owned = self._settle(timezone.now())
        self._next_beat = time.monotonic() + HEARTBEAT_SECONDS
        return self.owned - before

    def _settle(self, now: datetime) -> frozenset[Partition]:
        until = now + timedelta(seconds=SESSION_SECONDS)
        GroupMember.objects.update_or_create(
            group=self.group, member_id=self.member_id, defaults={"alive_until": until}
        )
        self._bury_the_dead(now)
        rows = self._rows()
        mine = self._share(list(rows))
        held = [rows[each].id for each in rows if rows[each].owner == self.member_id]
        GroupOffset.objects.filter(id__in=held).exclude(id__in=[rows[each].id for each in mine]).update(owner="")
        free = Q(owner="") | Q(owner=self.member_id) | Q(owned_until__lt=now)
        GroupOffset.objects.filter(free, id__in=[rows[each].id for each in mine]).update(
            owner=self.member_id, owned_until=until
        )
        return frozenset(
            Partition(*position)
            for position in self._offsets().filter(owner=self.member_id).values_list("topic", "partition")
        )

    def _bury_the_dead(self, now: datetime) -> None:
        """Whose time is up, and at once whoever was a process of this machine that is gone."""
        members = GroupMember.objects.filter(group=self.group).exclude(member_id=self.member_id)
        members.filter(alive_until__lt=now).delete()
        gone = [name for name in members.values_list("member_id", flat=True) if is_known_dead(name)]
        if gone:
            self._offsets().filter(owner__in=gone).update(owner="", owned_until=None)
            members.filter(member_id__in=gone).delete()

    def _offsets(self) -> QuerySet[GroupOffset]:
        return GroupOffset.objects.filter(group=self.group, topic__in=self.topics)

    def _rows(self) -> Mapping[Partition, GroupOffset]:
        rows = {Partition(row.topic, row.partition): row for row in self._offsets()}
        heads = LogPartition.objects.filter(topic__in=self.topics).values_list("topic", "partition")
        missing = {Partition(*head) for head in heads} - rows.keys()
        if missing:
            GroupOffset.objects.bulk_create(
                (GroupOffset(group=self.group, topic=each.topic, partition=each.number) for each in missing),
                ignore_conflicts=True,
            )
            rows = {Partition(row.topic, row.partition): row for row in self._offsets()}
        return rows

    def _share(self, partitions: list[Partition]) -> set[Partition]:
        members = list(
            GroupMember.objects.filter(group=self.group).order_by("member_id").values_list("member_id", flat=True)
        )
        place = members.index(self.member_id)
        return set(sorted(partitions)[place :: len(members)])

    def committed(self, partitions: frozenset[Partition]) -> dict[Partition, int]:
        """Where the group goes on, for each of `partitions`."""
        rows = self._offsets().values_list("topic", "partition", "next_offset")
        positions = {Partition(topic, number): offset for topic, number, offset in rows}
        return {each: positions[each] for each in partitions}

    def commit(self, next_offsets: Mapping[Partition, int]) -> None:
        """Only where this member is still the owner: a slower one must not turn the group's clock back."""
        with transaction.atomic():
            for partition, offset in next_offsets.items():
                self._offsets().filter(topic=partition.topic, partition=partition.number, owner=self.member_id).update(
                    next_offset=offset
                )

    def leave(self) -> None:
        with transaction.atomic():
            self._offsets().filter(owner=self.member_id).update(owner="", owned_until=None)
            GroupMember.objects.filter(group=self.group, member_id=self.member_id).delete()
        self.owned = frozenset()
