"""`{% translate "…" %}` of a text that stands in the template: what it says is looked up once in each language, since a
page has hundreds of them. With anything besides the text it is Django's."""

from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags.i18n import do_translate
from django.utils.translation import get_language

register = template.Library()


class _Words(Node):
    """`node` writes the same in every context of a language."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._written: dict[str | None, str] = {}

    def render(self, context: Context) -> Any:
        language = get_language()
        if language not in self._written:
            self._written[language] = self._node.render(context)
        return self._written[language]


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    node: Node = do_translate(parser, token)
    return _Words(node) if _is_text_alone(token.split_contents()[1:]) else node


def _is_text_alone(parts: list[str]) -> bool:
    return len(parts) == 1 and len(parts[0]) > 1 and parts[0][0] in "\"'" and parts[0][0] == parts[0][-1]
