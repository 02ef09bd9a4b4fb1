"""Addresses that customers' pages name. They are stable for ever: pages out there hold them."""

from django.urls import path

from frontend import widget_views

urlpatterns = [
    path("widget.js", widget_views.loader, name="widget_loader"),
    path("w/<str:key>/", widget_views.frame, name="widget_frame"),
]
