from django.apps import AppConfig


class BreakersConfig(AppConfig):
    name = "rapport.breakers"
    label = "breakers"
