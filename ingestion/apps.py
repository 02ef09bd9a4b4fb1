from django.apps import AppConfig


class IngestionConfig(AppConfig):
    name = "ingestion"
    label = "ingestion"

    def ready(self) -> None:
        """Registers what this app handles and emits, and of whom its rows are."""
        from ingestion import events as events
        from ingestion import privacy as privacy
        from ingestion.graph.registry import check_graph
        from ingestion.vectors.registry import check_vectors
        from rapport.health import register_check

        register_check("graph", check_graph, is_vital=False, is_aside=True)  # answers go on without it
        register_check("vectors", check_vectors, is_aside=True)
