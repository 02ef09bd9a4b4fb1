"""What is said in a campaign's calls, with variables in it: `{{ first_name }}`. Pure.

A variable is a contact's own (`OF_CONTACT`), or was given with it. One that is missing is never spoken: whoever has not
all of them is not called.
"""

import re
from collections.abc import Mapping

from agents.errors import InvalidCampaign

LONGEST_VALUE = 200
MOST_VARIABLES = 30
OF_CONTACT = ("name", "first_name", "email", "phone", "external_id")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VARIABLE = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")
_BRACES = re.compile(r"[{}]")


def check_script(text: str, *, param: str) -> None:
    """Raises InvalidCampaign when braces are left that are no variable."""
    if _BRACES.search(_VARIABLE.sub("", text)):
        raise InvalidCampaign(
            "Write variables like {{ first_name }}: small letters, digits and underscores between two braces.",
            param=param,
        )


def variables_of(*texts: str) -> tuple[str, ...]:
    """Their names, each once, in their order."""
    return tuple(dict.fromkeys(name for text in texts for name in _VARIABLE.findall(text)))


def missing_in(values: Mapping[str, str], *texts: str) -> tuple[str, ...]:
    return tuple(name for name in variables_of(*texts) if not values.get(name))


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Raises KeyError for a variable that is missing: see `missing_in`."""
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def values_of(given: Mapping[str, str], *, name: str, email: str, phone: str, external_id: str) -> dict[str, str]:
    """A contact's own, and before them what was given."""
    own = {
        "name": name,
        "first_name": name.split(maxsplit=1)[0] if name.split() else "",
        "email": email,
        "phone": phone,
        "external_id": external_id,
    }
    return {
        **{each: clean(value) for each, value in own.items()},
        **{each: value for each, value in given.items() if value},
    }


def clean(value: str) -> str:
    """One line without braces: a contact's own name may be anything."""
    return " ".join(_BRACES.sub("", value.replace("\x00", "")).split())[:LONGEST_VALUE]


def read_variables(given: Mapping[str, object]) -> dict[str, str]:
    """As they are kept. Raises InvalidCampaign, with a sentence that names the variable."""
    if len(given) > MOST_VARIABLES:
        raise InvalidCampaign(f"A contact has at most {MOST_VARIABLES} variables.", param="variables")
    return {name: _read(name, value) for name, value in given.items()}


def _read(name: str, value: object) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidCampaign(
            f"{name[:40]!r} is no name of a variable: small letters, digits and underscores.", param="variables"
        )
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidCampaign(f"{name} is neither a text nor a number.", param="variables")
    text = " ".join(str(value).replace("\x00", "").split())
    if len(text) > LONGEST_VALUE:
        raise InvalidCampaign(
            f"{name} has {len(text)} characters; at most {LONGEST_VALUE} are kept.", param="variables"
        )
    if _BRACES.search(text):
        raise InvalidCampaign(f"{name} has braces in it, which nobody can say.", param="variables")
    return text
