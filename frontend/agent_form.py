"""A section of an agent's configuration as a form, made from the section itself: a field that is new there is here too.

Texts, numbers, choices and lists of lines have inputs; lists of objects are written as YAML.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from django.http import QueryDict
from django.utils.translation import gettext
from pydantic.fields import FieldInfo

from agents.configuration import AgentConfig, Json, to_document
from agents.configuration.files import Unreadable, load_yaml
from agents.configuration.section import Section
from agents.errors import InvalidAgent
from frontend.agent_words import HELP, LABELS, LONG
from frontend.said import said

SECTIONS: dict[str, type[Section]] = {
    name: field.annotation  # type: ignore[misc]
    for name, field in AgentConfig.model_fields.items()
}


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: text, long, number, choice, check, lines, yaml or color. `value` is as the input shows it."""

    path: str
    kind: str
    label: str
    help: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False
    error: str = ""

    @property
    def name(self) -> str:
        return self.path.partition(".")[2]

    @property
    def id(self) -> str:
        return f"field-{self.path.replace('.', '-').replace('_', '-')}"

    @property
    def is_checked(self) -> bool:
        return self.value == "on"


def fields_of(
    config: AgentConfig, section: str, *, form: QueryDict | None = None, error: InvalidAgent | None = None
) -> list[Field]:
    """As they are in `config`, or as they were sent in `form`."""
    document = to_document(config)[section]
    return [_field(path, info, document, form, error) for path, info in _settings(section, SECTIONS[section])]


def read_section(section: str, form: QueryDict) -> Json:
    """The section's document from what was sent. Raises InvalidAgent for YAML that cannot be read."""
    document: Json = {}
    for path, info in _settings(section, SECTIONS[section]):
        *outer, name = path.split(".")[1:]
        place = document
        for each in outer:
            place = place.setdefault(each, {})
        place[name] = _read(path, info, form)
    return document


def _settings(path: str, section: type[Section]) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in section.model_fields.items():
        inner = _core(info.annotation)[0]
        if isinstance(inner, type) and issubclass(inner, Section):
            yield from _settings(f"{path}.{name}", inner)
        else:
            yield f"{path}.{name}", info


def _core(annotation: Any) -> tuple[Any, bool]:
    """What is behind Annotated and `| None`; and whether None is possible."""
    if get_origin(annotation) is Annotated:
        return _core(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [each for each in get_args(annotation) if each is not type(None)]
        return _core(rest[0])[0], len(rest) < len(get_args(annotation))
    return annotation, False


def _kind(path: str, info: FieldInfo) -> str:
    core = _core(info.annotation)[0]
    if path in LONG:
        return "long"
    if path.endswith(".color"):
        return "color"
    if get_origin(core) is Literal:
        return "choice"
    if get_origin(core) is tuple:
        return "lines" if _core(get_args(core)[0])[0] is str else "yaml"
    return {bool: "check", int: "number", float: "number", str: "text"}.get(core, "yaml")


def _field(path: str, info: FieldInfo, document: Json, form: QueryDict | None, error: InvalidAgent | None) -> Field:
    kind, core = _kind(path, info), _core(info.annotation)[0]
    name = path.partition(".")[2]
    value: Any = document
    for each in name.split("."):
        value = value[each]
    sent = form.get(name, "") if form is not None else None
    wrong = said(error.message) if error and _is_within(error.param, path) else ""
    return Field(
        path,
        kind,
        LABELS.get(path) or _plain(name),
        HELP.get(path, ""),
        sent if sent is not None else _shown(kind, value),
        tuple((each, _plain(each) if each else gettext("Default")) for each in get_args(core))
        if kind == "choice"
        else (),
        _core(info.annotation)[1],
        wrong,
    )


def is_about(error: InvalidAgent, fields: list[Field]) -> bool:
    """Does it stand beside one of them?"""
    return any(_is_within(error.param, each.path) for each in fields)


def _is_within(param: str | None, path: str) -> bool:
    return param == path or (param or "").startswith(f"{path}.")


def _shown(kind: str, value: Any) -> str:
    if kind == "check":
        return "on" if value else ""
    if kind == "lines":
        return "\n".join(value)
    if kind == "yaml":
        return yaml.safe_dump(value, sort_keys=False, allow_unicode=True) if value else ""
    return "" if value is None else str(value)


def _read(path: str, info: FieldInfo, form: QueryDict) -> object:
    text = form.get(path.partition(".")[2], "").replace("\r\n", "\n")
    match _kind(path, info):
        case "check":
            return text == "on"
        case "number":
            return _number(text, _core(info.annotation)[0])
        case "lines":
            lines = [line.strip() for line in text.split("\n") if line.strip()]
            return lines or list(info.default if info.default == ("",) else ())
        case "yaml":
            return _yaml(path, text, info)
    return text


def _number(text: str, kind: type[int] | type[float]) -> object:
    """None for nothing; what is no number is left to be refused where the section is read."""
    try:
        return kind(text) if text.strip() else None
    except ValueError:
        return text


def _yaml(path: str, text: str, info: FieldInfo) -> object:
    try:
        found = load_yaml(text)
    except Unreadable as error:
        raise InvalidAgent(error.problem.message, param=path) from error
    return found if found is not None else ({} if isinstance(info.default, Mapping) else [])


def _plain(name: str) -> str:
    """In words of `agent_words.PLAIN`, where it is one of them."""
    return gettext(name.replace(".", ": ").replace("_", " ").capitalize())
