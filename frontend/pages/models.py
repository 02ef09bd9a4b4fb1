"""Models: the company's own keys at providers, and what agents can name. A key is never shown, and adding one asks the
person to show again that it is they.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agents.llm.choosing import ModelOffer, list_models
from agents.models import ModelProvider, SpeechProvider, SpeechRole
from agents.selectors.providers import list_model_providers
from agents.selectors.speech import list_speech_keys
from agents.services.providers import add_model_provider, remove_model_provider, replace_provider_key
from agents.services.trying import Trial, try_model
from frontend.confirming import confirm_address, signed_in_lately
from frontend.page import Visit, asked_id, page
from frontend.said import said
from rapport.errors import RapportError
from rapport.ids import Prefix
from tenants.permissions import Permission

_FIELDS = ("provider", "name", "base_url", "region", "models")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_models(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return render_models(visit)
    visit.require(Permission.KEYS_WRITE)
    visit.confirm_first("models")
    form = visit.request.POST
    try:
        add_model_provider(
            tenant_id=visit.tenant_id,
            provider=form.get("provider", ""),
            name=form.get("name", ""),
            key=form.get("key", ""),
            base_url=form.get("base_url", ""),
            region=form.get("region", ""),
            offered=form.get("models", "").splitlines(),
            actor=visit.actor,
        )
    except RapportError as error:
        return render_models(visit, error=error)
    messages.success(visit.request, gettext("Added. Test one of its models, then name it in an agent."))
    return redirect("models")


@never_cache
@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_provider(visit: Visit, provider: str, action: str) -> HttpResponse:
    provider_id = asked_id(Prefix.MODEL_PROVIDER, provider)
    if action == "test":
        model = visit.request.POST.get("model", "")
        tried = try_model(tenant_id=visit.tenant_id, provider_id=provider_id, actor=visit.actor, model=model)
        return render_models(visit, trial=(provider_id, tried))
    visit.require(Permission.KEYS_WRITE)
    if action == "remove":  # at once, as keys are revoked: nothing is handed out
        remove_model_provider(tenant_id=visit.tenant_id, provider_id=provider_id, actor=visit.actor)
        messages.success(
            visit.request, gettext("Removed. Agents that name its models go on with the next one of their list.")
        )
        return redirect("models")
    visit.confirm_first("models")
    key = visit.request.POST.get("key", "")
    try:
        replace_provider_key(tenant_id=visit.tenant_id, provider_id=provider_id, key=key, actor=visit.actor)
    except RapportError as error:
        messages.error(visit.request, said(error.message))
    else:
        messages.success(visit.request, gettext("Replaced. The key before is not used any more."))
    return redirect("models")


def render_models(
    visit: Visit,
    *,
    error: RapportError | None = None,
    trial: tuple[object, Trial] | None = None,
    speech_error: RapportError | None = None,
) -> HttpResponse:
    """`speech_error`: what is wrong with a key for speech that was entered."""
    form = visit.request.POST
    offers = list_models(tenant_id=visit.tenant_id)
    context = {
        "section": "models",
        "providers": list_model_providers(tenant_id=visit.tenant_id),
        "offers": [(offer, _part(offer, offers)) for offer in offers],
        "kinds": ModelProvider.choices,
        "tried_id": trial[0] if trial else None,
        "trial": trial[1] if trial else None,
        "can_write_keys": visit.may(Permission.KEYS_WRITE),
        "is_trusted": signed_in_lately(visit.request),
        "sign_in_again": confirm_address(reverse("models")),
        "error": error,
        "form": {name: form.get(name, "") for name in _FIELDS} if error else {},
        "speech_keys": list_speech_keys(tenant_id=visit.tenant_id),
        "speech_roles": SpeechRole.choices,
        "speech_kinds": SpeechProvider.choices,
        "speech_error": speech_error,
        "speech_form": form if speech_error else {},
    }
    failed = error or speech_error
    return visit.render("pages/models.html", context, status=failed.status if failed else 200)


def _part(offer: ModelOffer, offers: list[ModelOffer]) -> float:
    """How long the bar of its price is, beside the dearest one's: 0 to 100."""
    most = max((each.micros or 0 for each in offers), default=0)
    return 100 * (offer.micros or 0) / most if most else 0.0
