"""Addresses of the dashboard. Ids in them are public ones; a page that is not the visitor's own is a 404."""

from django.urls import path, re_path

from frontend import docs_views
from frontend.pages import (
    agent,
    contacts,
    conversations,
    documents,
    first_run,
    gallery,
    health,
    home,
    knowledge,
    mailbox,
    search,
    settings,
    traces,
    usage,
    widget,
)

urlpatterns = [
    path("", home.show_home, name="home"),
    path("welcome/", first_run.welcome, name="welcome"),
    path("welcome/company/", first_run.name_company, name="name_company"),
    path("knowledge/", knowledge.show_knowledge, name="knowledge"),
    path("knowledge/board/", knowledge.show_board, name="knowledge_board"),
    path("knowledge/upload/", knowledge.upload_files, name="upload_files"),
    path("knowledge/website/", knowledge.add_website, name="add_website"),
    re_path(
        r"^knowledge/sources/(?P<source>src_\w+)/(?P<action>crawl|retry|delete)/$",
        knowledge.act_on_source,
        name="act_on_source",
    ),
    path("knowledge/documents/<str:document>/", documents.show_document, name="document"),
    re_path(
        r"^knowledge/documents/(?P<document>doc_\w+)/(?P<action>retry|delete)/$",
        knowledge.act_on_document,
        name="act_on_document",
    ),
    path("search/", search.show_search, name="search"),
    path("agent/", agent.show_agent, name="agent"),
    path("agents/<str:agent>/", agent.show_agent, name="agent_by_id"),
    path("widget/", widget.show_widget, name="widget"),
    path("conversations/", conversations.show_conversations, name="conversations"),
    path("conversations/<str:conversation>/", conversations.show_conversation, name="conversation"),
    path("traces/turn/<str:turn>/", traces.show_trace_of_turn, name="trace_of_turn"),
    path("traces/<str:trace>/", traces.show_trace, name="trace"),
    path("contacts/", contacts.show_contacts, name="contacts"),
    path("contacts/<str:contact>/", contacts.show_contact, name="contact"),
    path("usage/", usage.show_usage, name="usage"),
    path("usage.csv", usage.export_usage, name="usage_csv"),
    path("health/", health.show_health, name="health"),
    path("health/replay/", health.replay, name="replay_events"),
    path("health/drop/", health.drop, name="drop_events"),
    path("settings/", settings.show_settings, name="settings"),
    path("docs/", docs_views.docs_page, name="docs"),
    path("docs/<slug:name>/", docs_views.docs_page, name="docs_page"),
    path("dev/mail/", mailbox.show_mail, name="dev_mail"),
    path("dev/gallery/", gallery.show_gallery, name="dev_gallery"),
]
