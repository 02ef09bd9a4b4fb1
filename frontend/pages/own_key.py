"""The widget key that a page of the dashboard is about."""

from django.utils.translation import gettext

from frontend.page import Visit, asked_id
from rapport.errors import NotFound
from rapport.ids import Prefix
from tenants.selectors import WidgetKeyView, list_widget_keys


def own_key(visit: Visit, text: str) -> WidgetKeyView:
    """By its public id. Raises NotFound for another company's, and for one that is revoked."""
    key_id = asked_id(Prefix.WIDGET_KEY, text)
    found = next((each for each in list_widget_keys(visit.tenant_id) if each.id == key_id), None)
    if found is None:
        raise NotFound(gettext("There is no such widget key."))
    return found
