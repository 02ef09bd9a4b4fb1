"""`manage.py reread_memory`: read old episodes with today's extractor. Safe to stop and to repeat: it goes on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agents.memory.extraction import EXTRACTOR, VERSION
from agents.memory.reading import read_again
from tenants.actors import SYSTEM
from tenants.selectors import list_tenant_ids

BATCH = 200


class Command(BaseCommand):
    help = "Read what contacts said before this version of the extractor, for facts that an older one missed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=0, help="stop after so many episodes of a company; 0: all")

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for tenant_id in list_tenant_ids():
            done = 0
            while not options["most"] or done < options["most"]:
                count = read_again(tenant_id=tenant_id, limit=BATCH, actor=SYSTEM)
                done += count
                if not count:
                    break
            total += done
        self.stdout.write(f"{total} episodes read by {EXTRACTOR}-{VERSION}.")
