"""Finds, from the code itself, writes that leave no audit row: who calls `record_audit`, directly or through others.

Names are followed as Python does: a call by name to the module's own function or class, or to what it imported. What is
passed along by name (a function given to another one) counts as called.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

WRITERS = ("record_audit", "record_audits")
CHANGES = {"create", "update", "delete", "save", "bulk_create", "bulk_save", "get_or_create", "create_user"}

_RECORDING = {*WRITERS, "Audited", "_audit", "_audited", "_record", "_close", "_tell", "_move"}
_ACTION = re.compile(r"[a-z_]+(\.[a-z_]+)+")

Name = tuple[str, str]  # module, function or class


@dataclass
class Function:
    name: Name
    parameters: set[str]
    uses: set[Name] = field(default_factory=set)
    has_change: bool = False

    @property
    def is_public(self) -> bool:
        return not self.name[1].startswith("_")


def read_modules(root: Path, folders: Iterable[str]) -> dict[str, str]:
    """Source by module name."""
    paths = (path for folder in folders for path in (root / folder).rglob("*.py"))
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path.read_text()
        for path in paths
        if "migrations" not in path.parts
    }


def find_functions(modules: dict[str, str]) -> dict[Name, Function]:
    """Every function and class at module level; a class does what its methods do."""
    return {each.name: each for module, source in modules.items() for each in _functions(module, ast.parse(source))}


def _functions(module: str, tree: ast.Module) -> Iterator[Function]:
    imported = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield _function(module, node, imported)


def _function(module: str, node: ast.FunctionDef | ast.ClassDef, imported: dict[str, Name]) -> Function:
    arguments = [each for each in ast.walk(node) if isinstance(each, ast.arguments)][:1]
    parameters = {each.arg for item in arguments for each in (*item.args, *item.kwonlyargs)}
    found = Function((module, node.name), parameters)
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found.uses.add(imported.get(each.id, (module, each.id)))
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            found.has_change |= each.func.attr in CHANGES
    return found


def reaching(functions: dict[Name, Function], is_goal: set[Name]) -> set[Name]:
    """All that come to one of the goals, however far."""
    found = set(is_goal)
    while new := {name for name, each in functions.items() if name not in found and each.uses & found}:
        found |= new
    return found


def unaudited(functions: dict[Name, Function]) -> set[Name]:
    """Public functions that take an actor, or that change rows in a module of services, without an audit row."""
    audited = reaching(functions, {("tenants.audit", name) for name in WRITERS})
    changes = {name for name, each in functions.items() if each.has_change}
    return {
        name
        for name, each in functions.items()
        if each.is_public
        and name not in audited
        and ("actor" in each.parameters or (is_service(name[0]) and name in _within(functions, changes, name[0])))
    }


def _within(functions: dict[Name, Function], changes: set[Name], module: str) -> set[Name]:
    """Of one module's functions, those that come to a change in it."""
    own = {name: each for name, each in functions.items() if name[0] == module}
    return reaching(own, changes & own.keys())


def is_service(module: str) -> bool:
    parts = module.split(".")
    return "services" in parts or (parts[0] == "tenants" and len(parts) == 2 and parts[1] not in {"models", "scoped"})


def actions_in(modules: dict[str, str]) -> set[str]:
    """Which actions are written: texts like "agent.updated" where something is recorded, in modules that record."""
    found: set[str] = set()
    for source in modules.values():
        tree = ast.parse(source)
        names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
        if names & {*WRITERS, "Audited"}:
            found |= {text for node in ast.walk(tree) for text in _actions_of(node)}
    return found


def _actions_of(node: ast.AST) -> Iterator[str]:
    """In a call that records, or in what is called `action` before it."""
    values: list[ast.expr] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RECORDING:
        values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "action")]
    elif isinstance(node, ast.Assign) and any(
        isinstance(each, ast.Name) and each.id == "action" for each in node.targets
    ):
        values = [node.value]
    for each in values:
        for part in (each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _ACTION.fullmatch(part.value):
                yield part.value
