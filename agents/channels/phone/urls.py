"""Addresses of the carriers' webhooks; the WebSocket's is in `agents.channels.phone.socket`."""

from django.urls import path

from agents.channels.phone import transfer_views, views

_CALL = "<str:company>/<str:phone>/calls/<str:call>"

urlpatterns = [
    path("<str:company>/<str:phone>/voice", views.answer_call, name="phone_voice"),
    path("<str:company>/<str:phone>/stream", views.answer_stream, name="phone_stream"),
    path("<str:company>/<str:phone>/status", views.note_call, name="phone_status"),
    path(f"{_CALL}/voice", views.answer_outgoing_call, name="phone_out_voice"),
    path(f"{_CALL}/status", views.note_outgoing_call, name="phone_out_status"),
    path(f"{_CALL}/machine", views.note_machine, name="phone_machine"),
    path(f"{_CALL}/recorded", views.note_recording, name="phone_recorded"),
    path(f"{_CALL}/whisper", transfer_views.whisper, name="phone_whisper"),
    path(f"{_CALL}/taken", transfer_views.take_transfer, name="phone_taken"),
    path(f"{_CALL}/leg", transfer_views.note_transfer_leg, name="phone_leg"),
    path(f"{_CALL}/transferred", transfer_views.end_transfer, name="phone_transferred"),
    path("<str:company>/<str:phone>/ended", views.end_line, name="phone_ended"),
]
