"""Every address of the product. Apps bring their own; this page only says where each begins."""

from django.urls import include, path

from agents.api.views.mcp import Mcp
from rapport import health_views

urlpatterns = [
    path("healthz", health_views.live, name="healthz"),
    path("readyz", health_views.ready, name="readyz"),
    path("v1/", include("agents.api.urls")),
    path("mcp", Mcp.as_view(), name="mcp"),
    path("stripe/", include("billing.stripe.urls")),
    path("phone/", include("agents.channels.phone.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("frontend.urls")),
]

handler429 = "frontend.doors.refuse_too_many"  # allauth asks for it
