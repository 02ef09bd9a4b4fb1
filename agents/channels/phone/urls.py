"""Addresses of the carriers' webhooks; the WebSocket's is in `agents.channels.phone.socket`."""

from django.urls import path

from agents.channels.phone import views

urlpatterns = [
    path("<str:company>/<str:phone>/voice", views.answer_call, name="phone_voice"),
    path("<str:company>/<str:phone>/stream", views.answer_stream, name="phone_stream"),
    path("<str:company>/<str:phone>/status", views.note_call, name="phone_status"),
    path("<str:company>/<str:phone>/calls/<str:call>/voice", views.answer_outgoing_call, name="phone_out_voice"),
    path("<str:company>/<str:phone>/calls/<str:call>/status", views.note_outgoing_call, name="phone_out_status"),
    path("<str:company>/<str:phone>/ended", views.end_line, name="phone_ended"),
]
