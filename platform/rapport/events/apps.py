from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "rapport.events"
    label = "events"

    def ready(self) -> None:
        """Registers the health checks of what moves events, and refuses an EVENTS_URL that cannot be read."""
        from rapport.events.checks import register
        from rapport.events.registry import check_events_url

        register()
        check_events_url()
