from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"

    def ready(self) -> None:
        """Registers what this app handles, and of whom its rows are. Raises ConfigError for an unknown plan."""
        from billing import events as events
        from billing import privacy as privacy
        from billing.plans import BY_KEY
        from billing.terms import seat_limit
        from rapport.config import ConfigError, get_config
        from tenants.seats import register_seat_limit

        if get_config().default_plan not in BY_KEY:
            raise ConfigError(f"Rapport cannot start: DEFAULT_PLAN must be one of {', '.join(BY_KEY)}.")
        register_seat_limit(seat_limit)
