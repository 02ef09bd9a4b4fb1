"""Which answers are judged: those that claim something, and of them so many as the agent says."""

import hashlib
from uuid import UUID

from agents.configuration.sections.judging import Judging
from agents.models import Turn

JUDGED = ("answered", "length")  # outcomes of answers that claim something
_BUCKETS = 10_000


def is_sampled(turn_id: UUID, share_percent: int) -> bool:
    """Always the same for a turn, and near to the share over many."""
    digest = hashlib.sha256(b"judging:" + turn_id.bytes).digest()
    return int.from_bytes(digest[:8], "big") % _BUCKETS < share_percent * _BUCKETS // 100


def may_be_judged(may: Judging, turn: Turn, channel: str, *, is_compared: bool) -> bool:
    """What is said of a turn that has ended, before anything is read for it. `is_compared`: in an experiment the
    published version says how much, which may not be the one that answered."""
    claims = turn.outcome in JUDGED and channel != "test"
    return claims and (is_compared or is_sampled(turn.id, may.share_percent))
