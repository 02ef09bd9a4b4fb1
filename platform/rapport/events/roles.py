"""Jobs of which only one may run at a time, wherever it runs: a row with an owner and a time."""

import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rapport.events.identity import is_known_dead, process_name
from rapport.events.models import Role

HOLD_SECONDS = 15.0
RENEW_SECONDS = 4.0


class RoleHolder:
    """Takes and keeps a role for one thread of this process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._is_mine = False
        self._settled_at = -RENEW_SECONDS

    def is_mine(self) -> bool:
        """True when the role is ours for some seconds more; takes or renews it when that is due."""
        if time.monotonic() - self._settled_at >= RENEW_SECONDS:
            self._is_mine = self._take_or_renew()
            self._settled_at = time.monotonic()
        return self._is_mine

    @transaction.atomic
    def _take_or_renew(self) -> bool:
        Role.objects.get_or_create(name=self.name)
        role, now = Role.objects.select_for_update().get(name=self.name), timezone.now()
        is_held = role.owned_until is not None and role.owned_until > now
        if is_held and role.owner != process_name() and not is_known_dead(role.owner):
            return False
        role.owner, role.owned_until = process_name(), now + timedelta(seconds=HOLD_SECONDS)
        role.save(update_fields=["owner", "owned_until"])
        return True

    def report(self, trouble: str) -> None:
        """Say on the health page why the role does not get on; "" when it does again."""
        report_trouble(self.name, trouble)

    def give_up(self) -> None:
        Role.objects.filter(name=self.name, owner=process_name()).update(owner="", owned_until=None)
        self._is_mine, self._settled_at = False, -RENEW_SECONDS


def announce(name: str, *, seconds: float = HOLD_SECONDS) -> None:
    """Say that this process does the job `name`, of which there may be several."""
    until = timezone.now() + timedelta(seconds=seconds)
    Role.objects.update_or_create(name=name, defaults={"owner": process_name(), "owned_until": until})


def report_trouble(name: str, trouble: str) -> None:
    """Say why the job `name` does not get on; "" when it does. The health page and `readyz` show it."""
    Role.objects.update_or_create(name=name, defaults={"trouble": trouble[:300]})
