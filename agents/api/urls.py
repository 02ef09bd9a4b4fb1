"""Addresses of the public API."""

from django.urls import URLPattern, URLResolver, path, re_path

from agents.api.views import conversations, failed_events, leaked_keys, nothing, reads, turns, widget

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("widget/sessions", widget.WidgetSessions.as_view(), name="widget-sessions"),
    path("conversations", conversations.Conversations.as_view(), name="conversations"),
    path("conversations/<str:conversation_id>", conversations.OneConversation.as_view(), name="conversation"),
    path("conversations/<str:conversation_id>/messages", conversations.Messages.as_view(), name="messages"),
    path("turns/<str:turn_id>/stream", turns.TurnStream.as_view(), name="turn-stream"),
    path("agents", reads.Agents.as_view(), name="agents"),
    path("agents/<str:agent_id>", reads.OneAgent.as_view(), name="agent"),
    path("sources", reads.Sources.as_view(), name="sources"),
    path("documents", reads.Documents.as_view(), name="documents"),
    path("documents/<str:document_id>", reads.OneDocument.as_view(), name="document"),
    path("traces/<str:trace_id>", reads.OneTrace.as_view(), name="trace"),
    path("failed-events", failed_events.FailedEvents.as_view(), name="failed-events"),
    path("leaked-keys", leaked_keys.LeakedKeys.as_view(), name="leaked-keys"),
    path("usage", reads.Usage.as_view(), name="usage"),
    re_path(r"", nothing.nothing_here, name="nothing"),
]
