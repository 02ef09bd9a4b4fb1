"""`manage.py rotate_secrets`: write everything that is encrypted anew under today's SECRET_KEY.

Afterwards the one before can leave SECRET_KEY_FALLBACKS, as far as encrypted columns go; API keys and other hashes that
were made under it need it until they are replaced. May be broken off and run again.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants.privacy.secrets import rotate_all


class Command(BaseCommand):
    help = "Encrypt stored secrets anew under today's SECRET_KEY. Fails when one cannot be read under any known key."

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for name, each in rotate_all().items():
            unreadable += each.unreadable
            self.stdout.write(
                f"{name}: {each.rotated} written anew, {each.current} current already, {each.unreadable} unreadable"
            )
        if unreadable:
            raise CommandError(
                f"{unreadable} secrets cannot be read: add the SECRET_KEY that they were encrypted under to "
                "SECRET_KEY_FALLBACKS and run this again."
            )
