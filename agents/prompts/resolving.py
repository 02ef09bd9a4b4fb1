"""From an agent's prompt section to the words that the model is told. A version that was published always resolves:
publishing, and moving a label, check that it does. So does not a draft, or an old version, in a test chat.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from agents.configuration.reading import Problem
from agents.configuration.sections.prompt import Block, Prompt
from agents.errors import InvalidAgent
from agents.models import PromptLabel, PromptVersion
from agents.prompts.template import digest_of_text, fill, variables_of


@dataclass(frozen=True, slots=True)
class Part:
    """A prompt of the registry that went into the text; `label` "" when its version was named."""

    prompt: str
    version: int
    label: str

    def to_json(self) -> dict[str, object]:
        return {"prompt": self.prompt, "version": self.version, "label": self.label}


@dataclass(frozen=True, slots=True)
class ResolvedPrompt:
    """What the agent is told; `digest` is its SHA-256."""

    text: str
    digest: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """Some prompts as they are now: (name, label) → version, (name, version) → text."""

    labels: Mapping[tuple[str, str], int] = field(default_factory=dict)
    texts: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def with_label(self, name: str, label: str, version: int | None) -> "Registry":
        """As it would be with the label elsewhere, or (None) gone."""
        labels = {key: number for key, number in self.labels.items() if key != (name, label)}
        return replace(self, labels=labels | ({(name, label): version} if version else {}))

    def names(self) -> set[str]:
        return {name for name, _ in self.texts}


def read_registry(names: Iterable[str]) -> Registry:
    """These prompts, in the open scope."""
    wanted = set(names)
    if not wanted:
        return Registry()
    labels = PromptLabel.objects.filter(prompt__name__in=wanted).values_list("prompt__name", "name", "number")
    versions = PromptVersion.objects.filter(prompt__name__in=wanted).values_list("prompt__name", "number", "text")
    return Registry(
        {(prompt, label): number for prompt, label, number in labels},
        {(prompt, number): text for prompt, number, text in versions},
    )


def names_in(prompt: Prompt) -> set[str]:
    return {block.prompt for block in prompt.blocks if block.prompt}


def resolve_prompt(prompt: Prompt, registry: Registry | None = None) -> ResolvedPrompt:
    """In the open scope, unless the registry is given. Raises InvalidAgent with the path of what is missing."""
    registry = registry or read_registry(names_in(prompt))
    for problem in problems_of(prompt, registry):
        raise InvalidAgent(problem.message, param=problem.path)
    texts, parts = [prompt.instructions], []
    for block in prompt.blocks:
        if block.prompt is None:
            texts.append(block.text)
            continue
        part = _part(block, registry)
        texts.append(fill(registry.texts[part.prompt, part.version], {**prompt.variables, **block.variables}))
        parts.append(part)
    text = "\n\n".join(each.strip() for each in texts if each.strip())
    return ResolvedPrompt(text, digest_of_text(text), tuple(parts))


def problems_of(prompt: Prompt, registry: Registry) -> Iterator[Problem]:
    """Prompts, labels and versions that are not there, and variables without a value."""
    for place, block in enumerate(prompt.blocks):
        if block.prompt is not None:
            for fault in _faults(block, prompt, registry):
                yield replace(fault, path=f"prompt.blocks.{place}.{fault.path}")


def _part(block: Block, registry: Registry) -> Part:
    name, label = block.prompt or "", block.label or ""
    return Part(name, block.version or registry.labels.get((name, label), 0), label)


def _faults(block: Block, prompt: Prompt, registry: Registry) -> Iterator[Problem]:
    """By the block's field, and what to do."""
    part = _part(block, registry)
    text = registry.texts.get((part.prompt, part.version))
    if part.prompt not in registry.names():
        yield Problem("prompt", f"There is no prompt {part.prompt}. Make it among the prompts, or name another one.")
    elif not part.version:
        yield Problem("label", f"The prompt {part.prompt} has no label {part.label}. Put it on one of its versions.")
    elif text is None:
        yield Problem("version", f"The prompt {part.prompt} has no version {part.version}.")
    else:
        for name in variables_of(text):
            if name not in prompt.variables and name not in block.variables:
                of = f"The prompt {part.prompt} (version {part.version})"
                yield Problem(f"variables.{name}", f"{of} needs the variable {name}. Give it a value.")
