from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"
    label = "agents"

    def ready(self) -> None:
        """Registers what this app handles and emits, and of whom its rows are."""
        from agents import events as events
        from agents import privacy as privacy
