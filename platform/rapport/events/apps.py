from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "rapport.events"
    label = "events"

    def ready(self) -> None:
        """Registers the health checks and figures of what moves events; refuses an EVENTS_URL that cannot be read."""
        from rapport.events.checks import register
        from rapport.events.levels import pull_database, pull_lag
        from rapport.events.registry import check_events_url
        from rapport.metrics.pulls import register_pull

        register()
        register_pull("database", pull_database)
        register_pull("log", pull_lag)
        check_events_url()
