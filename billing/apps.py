from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"

    def ready(self) -> None:
        """Registers what this app handles and emits, and of whom its rows are."""
        from billing import events as events
        from billing import privacy as privacy
