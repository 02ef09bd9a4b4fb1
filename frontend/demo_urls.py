"""The demo customer's site. On DEMO_SITE_PORT only these addresses exist: a browser sees another origin there."""

from django.urls import path

from frontend import demo_views

urlpatterns = [path("", demo_views.home, name="demo_site_home")]
