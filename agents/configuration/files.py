"""One agent as one YAML file, both ways: what is read back is what was written.

The file is data of the outside: it is bounded, aliases are refused (a small file could stand for a huge one), and only
JSON's kinds of values are read, so that `off` and `09:00` are the texts that people mean.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from agents.configuration.document import AgentConfig, Json, to_document
from agents.configuration.reading import Problem

FORMAT = 1
MAX_CHARACTERS = 128 * 1024


@dataclass(frozen=True, slots=True)
class AgentFile:
    """`document` is not checked yet; `sources`: what the sources that it names are called, by id."""

    document: Json = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


class Unreadable(Exception):
    """No file of ours; `problem` says why and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def write_file(config: AgentConfig, *, sources: Mapping[str, str]) -> str:
    named = {each: sources[each] for each in config.knowledge.sources if each in sources}
    whole = {"rapport_agent": FORMAT, **({"sources": named} if named else {}), "agent": to_document(config)}
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def read_file(text: str) -> AgentFile:
    """Raises Unreadable."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(Problem("", f"The file is too long: an agent's has at most {MAX_CHARACTERS // 1024} KB."))
    whole = load_yaml(text)
    if not isinstance(whole, dict) or whole.get("rapport_agent") != FORMAT:
        raise Unreadable(Problem("rapport_agent", f"This is no agent's file: one begins with rapport_agent: {FORMAT}."))
    unknown = sorted(set(map(str, whole)) - {"rapport_agent", "sources", "agent"})
    if unknown:
        raise Unreadable(Problem(unknown[0], "There is no such part in an agent's file. Take it out."))
    sources, document = whole.get("sources") or {}, whole.get("agent")
    if not isinstance(sources, dict) or not all(isinstance(each, str) for each in (*sources, *sources.values())):
        raise Unreadable(Problem("sources", "Sources are written as id: name."))
    if not isinstance(document, dict):
        raise Unreadable(Problem("agent", "The agent's settings are missing."))
    return AgentFile(document, sources)


def load_yaml(text: str) -> object:
    """Raises Unreadable."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  derived from the safe one, and narrower
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise Unreadable(Problem("", f"This is no YAML that can be read{at}: {error.problem}.")) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(Problem("", "This is no YAML that can be read.")) from error
    except RecursionError as error:
        raise Unreadable(Problem("", "The file is nested too deep.")) from error


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as people write them; a value that occurs twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Other ends of lines than \\n, which YAML would take for one, are written as escapes."""
    style = "|" if "\n" in text else None
    style = style if all(each.isprintable() or each == "\n" for each in text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core, without aliases, tags and keys that come twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not taken", problem_mark=self.get_mark())
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) is not None:
            raise yaml.MarkedYAMLError(problem="tags are not taken", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise yaml.MarkedYAMLError(problem="a key comes twice, or is no text", problem_mark=key.start_mark)
            seen.add(key.value)
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


def _construct_map(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_map)
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]{0,30})", "-0123456789"),
    ("float", r"-?(?:[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))
