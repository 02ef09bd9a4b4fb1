from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"
    label = "ingestion"

    def ready(self) -> None:
        """Registers what this app handles and emits."""
        from ingestion import events as events
