"""`manage.py index_memory`: make findable what was said before it was kept so, or while the embedder was away."""

from typing import Any

from django.core.management.base import BaseCommand

from agents.memory.episodes.catching_up import catch_up
from billing.errors import BudgetExhausted
from tenants.selectors import list_tenant_ids


class Command(BaseCommand):
    help = "Index the episodes of all tenants that are not indexed yet. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for tenant_id in list_tenant_ids():
            try:
                count += catch_up(tenant_id=tenant_id)
            except BudgetExhausted as error:
                self.stderr.write(f"{tenant_id}: {error.message}")
        self.stdout.write(f"{count} conversations indexed.")
