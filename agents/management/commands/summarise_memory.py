"""`manage.py summarise_memory`: say in short what was said before summaries were kept, or is behind."""

from typing import Any

from django.core.management.base import BaseCommand

from agents.memory.summaries.catching_up import catch_up_summaries
from tenants.selectors import list_tenant_ids


class Command(BaseCommand):
    help = "Make the summaries of all tenants that are behind. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        count = sum(catch_up_summaries(tenant_id=tenant_id) for tenant_id in list_tenant_ids())
        self.stdout.write(f"{count} summaries made.")
