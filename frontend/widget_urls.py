"""Addresses that customers' pages name. They are stable for ever: pages out there hold them."""

from django.urls import path

from frontend import widget_views

urlpatterns = [
    path("widget.js", widget_views.loader, name="widget_loader"),
    path("rapport-chat.js", widget_views.element, name="widget_element"),
    path("w/teaser-<str:version>.js", widget_views.teaser, name="widget_teaser"),
    path("w/<str:key>/teaser.js", widget_views.rules, name="widget_rules"),
    path("w/<str:key>/", widget_views.frame, name="widget_frame"),
]
