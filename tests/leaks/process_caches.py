"""Kind "process cache": what a process remembers is everybody's. Each cached function and each growing container of the
code says that its key has the tenant in it, or here why it holds nothing of a tenant's.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from rapport.config import ROOT
from tests.leaks.cells import Cell

FOLDERS = ("platform/rapport", "tenants", "billing", "ingestion", "agents", "frontend")
_CACHES = frozenset({"cache", "lru_cache"})
_CONTAINERS = frozenset({"dict", "list", "set", "defaultdict", "WeakKeyDictionary", "OrderedDict", "deque"})

_ONE = "one object a process: it holds no data"
_PURE = "a function of the text alone, whoever asks"
_FILE = "a file of the project"
_DECLARED = "what the code declares when it is loaded"
HOLDS_NO_TENANT = {
    "agents/cache/deciding.py:load_rule": _FILE,
    "agents/cache/shelves.py:_shelves": "by (tenant, partition): vectors and ids, no text",
    "agents/channels/phone/carriers.py:_client": _ONE,
    "agents/llm/extractive/reading.py:read_passage": _PURE,
    "agents/llm/extractive/weights.py:load_weights": _FILE,
    "agents/llm/extractive/words.py:_normalise": _PURE,
    "agents/llm/reach.py:_clients": "by whose key it is: the company's id is in its name",
    "agents/llm/reach.py:_extractive": _ONE,
    "agents/llm/registry.py:get_chat_model": _ONE,
    "agents/llm/registry.py:get_gateway": _ONE,
    "agents/llm/registry.py:get_platform_reaches": "what the operator has set",
    "agents/memory/episodes/finding.py:_threads": _ONE,
    "agents/memory/episodes/shelves.py:_places": "by (tenant, contact, model): numbers and vectors, no text",
    "agents/retrieval/asking.py:_threads": _ONE,
    "agents/retrieval/sentences.py:_read_sentences": _PURE,
    "agents/runtime/product_search.py:_evidence_rerankers": _ONE,
    "agents/runtime/parts.py:get_parts": _ONE,
    "agents/runtime/stopping.py:_running": "by (tenant, turn): what stops it",
    "agents/selectors/agents.py:_read": "by the digest of the whole document: equal ones are one document",
    "agents/tracing/otlp/sending.py:_client": _ONE,
    "frontend/docs_views.py:_rendered": _FILE,
    "frontend/error_sentences.py:_constructors": _FILE,
    "frontend/error_sentences.py:_places": _FILE,
    "frontend/error_sentences.py:error_names": _FILE,
    "frontend/icons.py:draw": _FILE,
    "frontend/formats.py:_in_words": _PURE,
    "frontend/formats.py:_known": _PURE,
    "frontend/formats.py:_month": _PURE,
    "frontend/navigation.py:_links": _DECLARED,
    "frontend/navigation.py:places_for": _DECLARED,
    "frontend/pages/settings.py:_zones": _PURE,
    "frontend/reference.py:_read": _FILE,
    "frontend/said.py:_patterns": _FILE,
    "frontend/templatetags/rapport_ui.py:_around": _DECLARED,
    "frontend/widget_views.py:_read_script": _FILE,
    "ingestion/embedding/launching.py:_children": _ONE,
    "ingestion/embedding/registry.py:_make_all": _ONE,
    "ingestion/embedding/state.py:_remembered": "by tenant: which embedding model answers",
    "ingestion/embedding/weights.py:weights_digest": _FILE,
    "ingestion/graph/neo4j/door.py:refuse_unscoped": _PURE,
    "ingestion/graph/registry.py:get_graph_store": _ONE,
    "ingestion/incoming/intake.py:_waiting_until": "by tenant: whether too many of its events wait",
    "ingestion/pipeline/stores.py:_make": _ONE,
    "ingestion/pipeline/stores.py:_make_search": _ONE,
    "ingestion/vectors/registry.py:_collections": _ONE,
    "ingestion/vectors/registry.py:get_vector_store": _ONE,
    "ingestion/vectors/weaviate/store.py:_shard": _PURE,
    "ingestion/vectors/words.py:term_of": _PURE,
    "billing/published.py:_rates": _PURE,
    "billing/stored.py:_measures": _DECLARED,
    "platform/rapport/breakers/breakers.py:_known": "by the breaker's name: a company's own has its id in it",
    "platform/rapport/breakers/registry.py:get_breakers": _ONE,
    "platform/rapport/config.py:get_config": _ONE,
    "platform/rapport/events/dispatch.py:_backlogs": "by queue: whether something waits",
    "agents/services/references.py:_tools": _DECLARED,
    "agents/masking/patterns.py:_compiled": _PURE,
    "agents/tools/schemas.py:_validator": _PURE,
    "platform/rapport/events/far_bells.py:_address": _ONE,
    "platform/rapport/events/far_bells.py:_ringer": _ONE,
    "platform/rapport/events/identity.py:_name_of": _ONE,
    "platform/rapport/events/identity.py:machine_name": _ONE,
    "platform/rapport/events/kafka_bus.py:_hash": _PURE,
    "platform/rapport/events/registry.py:get_bus": _ONE,
    "platform/rapport/events/topics.py:_subscriptions": _DECLARED,
    "platform/rapport/events/topics.py:_topics": _DECLARED,
    "platform/rapport/sockets.py:_sockets": _DECLARED,
    "platform/rapport/health.py:_aside": _DECLARED,
    "platform/rapport/health.py:_asking": "questions to the installation's parts",
    "platform/rapport/health.py:_checks": _DECLARED,
    "platform/rapport/health.py:_not_vital": _DECLARED,
    "platform/rapport/streams/changes.py:get_change_board": _ONE,
    "platform/rapport/streams/change_reader.py:_readers": "by (loop, board); in it numbers by tenant, and no content",
    "frontend/live.py:_open": "by member: how many pages they have open",
    "platform/rapport/metrics/pulls.py:_pulls": _DECLARED,
    "platform/rapport/outbound/transport.py:_trust": _ONE,
    "platform/rapport/outbound/transport.py:trusted": _ONE,
    "platform/rapport/outbound/transport.py:configured_allow_list": _ONE,
    "platform/rapport/sql/compiling.py:_made": "texts of SQL with their values left open, by tables and columns",
    "platform/rapport/sql/filtering.py:_meaning": "columns and lookups of models, by their names",
    "platform/rapport/sqlite/gate.py:_gate": _ONE,
    "platform/rapport/streams/reader.py:_readers": "by event loop; within it by (tenant, turn)",
    "platform/rapport/streams/redis_reader.py:_subscriptions": "by event loop; within it by (tenant, turn)",
    "platform/rapport/streams/registry.py:get_stream_store": _ONE,
    "tenants/company.py:time_zones": _PURE,
    "tenants/privacy/directory.py:_directories": _DECLARED,
    "tenants/privacy/directory.py:_holds": _DECLARED,
    "tenants/privacy/directory.py:_parts": _DECLARED,
    "tenants/privacy/holdings.py:_before": _DECLARED,
    "tenants/privacy/holdings.py:_links": _DECLARED,
    "tenants/privacy/retention.py:_rules": _DECLARED,
    "tenants/privacy/secrets.py:_columns": _DECLARED,
    "tenants/privacy/holdings.py:_stores": _DECLARED,
    "tenants/privacy/holdings.py:_tables": _DECLARED,
    "tenants/seats.py:_limits": _DECLARED,
    "tenants/webhooks/sending.py:_client": _ONE,
}


def cells() -> Iterator[Cell]:
    for path in _files(ROOT):
        for name, problem in found_in(path):
            subject = f"{path.relative_to(ROOT)}:{name}"
            yield Cell("process cache", subject, "stranger's owner", "" if subject in HOLDS_NO_TENANT else problem)


def _files(root: Path) -> list[Path]:
    return sorted(
        path
        for folder in FOLDERS
        for path in (root / folder).rglob("*.py")
        if "node_modules" not in path.parts and "migrations" not in path.parts
    )


def found_in(path: Path) -> Iterator[tuple[str, str]]:
    """(name, what is wrong with it) of everything in the file that is remembered from one call to the next."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(_called(each) in _CACHES for each in node.decorator_list):
            has_tenant = any(each.arg == "tenant_id" for each in (*node.args.args, *node.args.kwonlyargs))
            yield node.name, "" if has_tenant else "remembers, without a tenant in its key"
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and _is_container(statement.value):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(target, ast.Name) and not target.id.isupper() and not target.id.startswith("__"):
                yield target.id, "a container that grows: what of it is whose?"


def _called(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_container(value: ast.expr | None) -> bool:
    is_empty = isinstance(value, ast.Dict | ast.List | ast.Set) and not (
        getattr(value, "keys", None) or getattr(value, "elts", None)
    )
    return is_empty or (isinstance(value, ast.Call) and _called(value) in _CONTAINERS and not value.args)
