"""Breakers in the database, for an installation without Redis."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.db import transaction

from rapport.breakers.models import Breaker
from rapport.breakers.port import Change
from rapport.breakers.state import State

KEPT_SECONDS = 24 * 3600


class DatabaseBreakers:
    """See BreakerStore. Its transactions are short and its own: it is asked when no other is open."""

    def read(self, names: Sequence[str]) -> Mapping[str, State]:
        return {row.name: State(**row.state) for row in Breaker.objects.filter(name__in=names)}

    def change(self, name: str, change: Change) -> State:
        with transaction.atomic():
            Breaker.objects.bulk_create(
                [Breaker(name=name, state=asdict(State()), changed_at=time.time())], ignore_conflicts=True
            )
            row = Breaker.objects.select_for_update().get(name=name)
            state = change(State(**row.state))
            if state == State():
                row.delete()
            else:
                row.state, row.changed_at = asdict(state), time.time()
                row.save(update_fields=["state", "changed_at"])
        return state

    def list(self, prefix: str) -> Mapping[str, State]:
        rows = Breaker.objects.filter(name__startswith=prefix, changed_at__gt=time.time() - KEPT_SECONDS)
        return {row.name: State(**row.state) for row in rows if State(**row.state) != State()}

    def forget(self, prefix: str) -> None:
        Breaker.objects.filter(name__startswith=prefix).delete()


def prune_breakers() -> int:
    """Forget those that nobody has asked for a day. Returns how many."""
    return Breaker.objects.filter(changed_at__lt=time.time() - KEPT_SECONDS).delete()[0]
