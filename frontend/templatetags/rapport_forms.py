"""How a form's field is drawn: the house's class, and what assistive technology needs to know of its errors."""

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from frontend.said import said
from rapport.errors import RapportError

register = template.Library()


@register.filter
def styled(field: BoundField) -> SafeString:
    """The widget with the house's class; Django itself adds aria-describedby for the help text."""
    attributes: dict[str, str | bool] = {"class": f"input {field.field.widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attributes |= {"aria-invalid": "true", "aria-errormessage": f"{field.id_for_label}_error"}
    return field.as_widget(attrs=attributes)


@register.filter
def about(error: RapportError | None, param: str) -> str:
    """`{{ error|about:"name" }}`: the sentence for beside the field `name`, or nothing when another one is at fault."""
    return said(error.message) if error and error.param == param else ""


@register.filter
def apart_from(error: RapportError | None, params: str) -> str:
    """The sentence that stands beside none of these fields, for the head of the form."""
    return said(error.message) if error and error.param not in params.split() else ""


@register.simple_tag
def fault(error: RapportError | None, param: str, field_id: str) -> SafeString:
    """What an input says when it is at fault: that it is, and where the sentence stands (`c-field` puts it there)."""
    if not about(error, param):
        return SafeString("")
    return format_html('aria-invalid="true" aria-describedby="{}-error"', field_id)
