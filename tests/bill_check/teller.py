"""Telling the ledger what happened, company by company; a process of its own that may be killed at any moment.

How far it has come is written down after the fact, as a consumer commits its offsets: what it had told when it was
killed, it tells again.
"""

import argparse
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

TOGETHER = 400  # events in a transaction


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--plan", type=Path, required=True)
    arguments.add_argument("--share", type=int, required=True)
    arguments.add_argument("--phase", choices=("in_time", "late"), required=True)
    options = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    import django

    django.setup()
    from tests.bill_check.month import Month

    plan = json.loads(options.plan.read_text())
    moments = (datetime.fromisoformat(plan["starts_at"]), datetime.fromisoformat(plan["ends_at"]))
    month = Month(*moments, plan["seed"], plan["facts"])
    for company, tenant_id in enumerate(plan["tenants"]):
        if company % plan["tellers"] == options.share:
            progress = options.plan.parent / f"{options.phase}-{company}"
            tell(month, company, UUID(tenant_id), options.phase, progress)


def tell(month: "object", company: int, tenant_id: UUID, phase: str, progress: Path | None = None) -> int:
    """Returns how many events were told now."""
    from billing.services import Told, record_many
    from tests.bill_check.month import told_in_time, told_late

    sources: dict[str, Callable[..., list[Told]]] = {"in_time": told_in_time, "late": told_late}
    done = int(progress.read_text() or 0) if progress and progress.exists() else 0
    if done < 0:
        return 0
    events = sources[phase](month, company)
    for start in range(done, len(events), TOGETHER):
        record_many(tenant_id=tenant_id, told=events[start : start + TOGETHER])
        if progress:
            _write(progress, start + TOGETHER)
    if progress:
        _write(progress, -1)
    return max(0, len(events) - done)


def _write(progress: Path, number: int) -> None:
    """Whole or not at all."""
    new = progress.with_suffix(".new")
    new.write_text(str(number))
    new.replace(progress)


if __name__ == "__main__":
    main()
