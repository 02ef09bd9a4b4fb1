"""What the audit log is told of a change of configuration: which settings, and their values unless they are content."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.configuration import AgentConfig, to_document
from tenants.audit import facts_of_text

Facts = dict[str, object]

# Settings that the API knows by a shorter name, too; the log has always called them so.
SHORT = {
    "appearance.name": "name",
    "appearance.greeting": "greeting",
    "appearance.suggested_questions": "suggested_questions",
    "appearance.color": "color",
    "prompt.instructions": "instructions",
    "models.answer": "model",
}
_CONTENT = {"appearance.greeting", "prompt.instructions", "handoff.fallback_email"}
_NAMES = ("models.", "knowledge.sources")  # lists of names; what other lists and objects hold may be content


@dataclass(frozen=True, slots=True)
class ChangedFacts:
    """The same names in both."""

    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)


def facts_of_changes(before: AgentConfig, after: AgentConfig) -> ChangedFacts:
    old, new = dict(_settings(before)), dict(_settings(after))
    changed = [path for path in new if old.get(path) != new[path]]
    return ChangedFacts(
        {SHORT.get(path, path): _fact(path, old.get(path)) for path in changed},
        {SHORT.get(path, path): _fact(path, new[path]) for path in changed},
    )


def _settings(config: AgentConfig) -> Iterator[tuple[str, object]]:
    for section, settings in to_document(config).items():
        for name, value in settings.items():
            yield f"{section}.{name}", value


def _fact(path: str, value: object) -> object:
    if path in _CONTENT:
        return facts_of_text(str(value))
    if isinstance(value, list | dict) and not path.startswith(_NAMES):
        return facts_of_text(json.dumps(value))
    return value[0] if path == "models.answer" and isinstance(value, list) and len(value) == 1 else value
