"""The ground floor as a Django app: it brings commands, no tables."""

from django.apps import AppConfig


class RapportConfig(AppConfig):
    name = "rapport"
    label = "rapport"
