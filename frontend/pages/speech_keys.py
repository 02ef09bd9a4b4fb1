"""The company's own keys at providers of speech, on the page Models."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agents.services.speech import SpeechSettings, remove_speech_key, set_speech_key
from frontend.page import Visit, page
from frontend.pages.models import render_models
from rapport.errors import RapportError
from tenants.permissions import Permission


@never_cache
@require_POST
@page(Permission.KEYS_WRITE)
def remove_speech(visit: Visit) -> HttpResponse:
    """At once, as keys are revoked: nothing is handed out."""
    remove_speech_key(tenant_id=visit.tenant_id, role=visit.request.POST.get("role", ""), actor=visit.actor)
    messages.success(visit.request, gettext("Removed. Calls have this installation's speech again."))
    return redirect("models")


@never_cache
@require_POST
@page(Permission.KEYS_WRITE)
def set_speech(visit: Visit) -> HttpResponse:
    visit.confirm_first("models")
    form = visit.request.POST
    settings = SpeechSettings(
        provider=form.get("provider", ""),
        key=form.get("key", ""),
        base_url=form.get("base_url", ""),
        model=form.get("model", ""),
        voice=form.get("voice", ""),
    )
    try:
        set_speech_key(tenant_id=visit.tenant_id, role=form.get("role", ""), settings=settings, actor=visit.actor)
    except RapportError as error:
        return render_models(visit, speech_error=error)
    messages.success(visit.request, gettext("Saved. It holds from the next call on."))
    return redirect("models")
