"""Who runs this installation: people whose verified address is in OPERATORS. It is no role of a company."""

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from rapport.config import get_config


def is_operator(request: HttpRequest) -> bool:
    wanted = get_config().operators
    if not wanted or not request.user.is_authenticated:
        return False
    own = EmailAddress.objects.filter(user_id=request.user.pk, verified=True).values_list("email", flat=True)
    return not {each.lower() for each in own}.isdisjoint(wanted)
