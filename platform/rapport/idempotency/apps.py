from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "rapport.idempotency"
    label = "idempotency"
