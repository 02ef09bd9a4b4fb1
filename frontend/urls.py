"""Addresses of pages."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("frontend.widget_urls")),
    path("", include("frontend.page_urls")),
]
