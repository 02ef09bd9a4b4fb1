"""`manage.py index_memory`: make findable what was said before it was kept so, or while the embedder was away."""

from typing import Any

from django.core.management.base import BaseCommand

from agents.memory.episodes.catching_up import catch_up
from tenants.selectors import list_tenant_ids


class Command(BaseCommand):
    help = "Index the episodes of all tenants that are not indexed yet. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        count = sum(catch_up(tenant_id=tenant_id) for tenant_id in list_tenant_ids())
        self.stdout.write(f"{count} conversations indexed.")
