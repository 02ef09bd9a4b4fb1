"""How a form's field is drawn: the house's class, and what assistive technology needs to know of its errors."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def styled(field: BoundField) -> SafeString:
    """The widget with the house's class; Django itself adds aria-describedby for the help text."""
    attributes: dict[str, str | bool] = {"class": f"input {field.field.widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attributes |= {"aria-invalid": "true", "aria-errormessage": f"{field.id_for_label}_error"}
    return field.as_widget(attrs=attributes)
