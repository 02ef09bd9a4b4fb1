"""Which arm of an experiment a contact is in: always the same one, and near to the arms' parts over many contacts."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from agents.experiments.arms import Arm

BUCKETS = 10_000


def bucket_of(*, experiment_id: UUID, contact_id: UUID) -> int:
    """0 to BUCKETS - 1, evenly; another experiment deals the same contacts anew."""
    digest = hashlib.sha256(f"{experiment_id.hex}:{contact_id.hex}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def arm_of(arms: Sequence[Arm], *, experiment_id: UUID, contact_id: UUID) -> Arm:
    """`arms` add up to 100 per cent."""
    bucket, until = bucket_of(experiment_id=experiment_id, contact_id=contact_id), 0
    for arm in arms:
        until += arm.percent * BUCKETS // 100
        if bucket < until:
            return arm
    return arms[-1]
