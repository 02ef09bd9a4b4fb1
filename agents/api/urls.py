"""Addresses of the public API."""

from django.urls import URLPattern, URLResolver, path, re_path

from agents.api.views import (
    agents,
    company,
    conversations,
    documents,
    failed_events,
    leaked_keys,
    memories,
    nothing,
    sources,
    traces,
    turns,
    widget,
)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("widget/sessions", widget.WidgetSessions.as_view(), name="widget-sessions"),
    path("conversations", conversations.Conversations.as_view(), name="conversations"),
    path("conversations/<str:conversation_id>", conversations.OneConversation.as_view(), name="conversation"),
    path("conversations/<str:conversation_id>/messages", conversations.Messages.as_view(), name="messages"),
    path("turns/<str:turn_id>/stream", turns.TurnStream.as_view(), name="turn-stream"),
    path("runs", traces.Runs.as_view(), name="runs"),
    path("runs/<str:turn_id>", traces.OneRun.as_view(), name="run"),
    path("agents", agents.Agents.as_view(), name="agents"),
    path("agents/<str:agent_id>", agents.OneAgent.as_view(), name="agent"),
    path("sources", sources.Sources.as_view(), name="sources"),
    path("sources/<str:source_id>", sources.OneSource.as_view(), name="source"),
    path("sources/<str:source_id>/crawl", sources.Crawl.as_view(), name="crawl-source"),
    path("sources/<str:source_id>/retry", sources.RetrySource.as_view(), name="retry-source"),
    path("documents", documents.Documents.as_view(), name="documents"),
    path("documents/<str:document_id>", documents.OneDocument.as_view(), name="document"),
    path("documents/<str:document_id>/retry", documents.RetryDocument.as_view(), name="retry-document"),
    path("documents/<str:document_id>/passages", documents.Passages.as_view(), name="passages"),
    path("memories", memories.Memories.as_view(), name="memories"),
    path("memories/<str:fact_id>", memories.OneMemory.as_view(), name="memory"),
    path("traces", traces.Traces.as_view(), name="traces"),
    path("traces/<str:trace_id>", traces.OneTrace.as_view(), name="trace"),
    path("failed-events", failed_events.FailedEvents.as_view(), name="failed-events"),
    path("leaked-keys", leaked_keys.LeakedKeys.as_view(), name="leaked-keys"),
    path("usage", traces.Usage.as_view(), name="usage"),
    path("usage/days", traces.UsageDays.as_view(), name="usage-days"),
    path("me", company.Me.as_view(), name="me"),
    path("members", company.Members.as_view(), name="members"),
    path("keys", company.Keys.as_view(), name="keys"),
    path("keys/<str:key>", company.OneKey.as_view(), name="key"),
    re_path(r"", nothing.nothing_here, name="nothing"),
]
