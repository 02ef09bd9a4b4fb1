"""Every address of the product. Apps bring their own; this page only says where each begins."""

from django.urls import include, path

urlpatterns = [
    path("v1/", include("agents.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("frontend.urls")),
]
