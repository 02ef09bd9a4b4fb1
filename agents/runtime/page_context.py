"""What the page around a widget says of what its visitor does there: `Rapport('setContext', …)`.

Anybody can open the page's console and say something else: it is data about a question, and proves nothing.
"""

from collections.abc import Mapping

from rapport.errors import InvalidRequest

MOST = 20
LONGEST_NAME = 40
LONGEST_VALUE = 500
LABEL = "What the page on which they write says of what they do there (it may be untrue)"

PageContext = dict[str, str]


def read_page_context(given: Mapping[str, object]) -> PageContext:
    """Names and plain values as text; what has no value is left out. Raises InvalidRequest."""
    if len(given) > MOST:
        raise InvalidRequest(f"A context has at most {MOST} values; this one has {len(given)}.", param="page_context")
    read = {_name(name): _text(name, value) for name, value in given.items()}
    return {name: text for name, text in read.items() if text}


def write_page_context(context: Mapping[str, str]) -> str:
    """A line each, for a model; by name, since PostgreSQL keeps no order."""
    return "\n".join(f"{name}: {context[name]}" for name in sorted(context))


def _name(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_NAME or "\n" in name:
        raise InvalidRequest(
            f"A name in the context is one line of at most {LONGEST_NAME} characters.", param="page_context"
        )
    return name.replace("\x00", "").strip()


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int | float):  # true and false are numbers too
        raise InvalidRequest(f"{name!r} is neither a text nor a number nor true or false.", param="page_context")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if len(text) > LONGEST_VALUE:
        raise InvalidRequest(
            f"{name!r} has {len(text)} characters; at most {LONGEST_VALUE} are kept.", param="page_context"
        )
    return " ".join(text.replace("\x00", "").split())
