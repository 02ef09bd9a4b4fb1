from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "rapport.events"
    label = "events"

    def ready(self) -> None:
        """Registers the health checks of what moves events."""
        from rapport.events.checks import register

        register()
