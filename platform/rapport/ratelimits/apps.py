from django.apps import AppConfig


class RateLimitsConfig(AppConfig):
    name = "rapport.ratelimits"
    label = "ratelimits"
