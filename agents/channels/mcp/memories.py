"""What MCP clients do with what is remembered of a customer: read it, search it, put it right, have it forgotten."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from agents.channels.mcp.caller import McpCaller
from agents.memory.editing import edit_fact, retract_fact
from agents.memory.episodes.finding import FoundEpisode, Wanted, find_aside
from agents.memory.graph.model import Relation
from agents.selectors import FactView, get_fact, get_memory_graph, list_facts
from billing.errors import BudgetExhausted
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import is_forgotten
from ingestion.contacts.identities import find_contacts, normalise
from ingestion.contacts.selectors import get_contact
from ingestion.models import IdentityKind
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode, encode
from tenants.context import tenant_scope

Json = dict[str, Any]
MOST = 50


def list_memories(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    """Facts that hold, newest first; with `everything` those that are over or only proposed, too."""
    contact_id = contact_named(caller, arguments["contact"])
    kind, everything = arguments.get("kind", ""), arguments.get("everything", False)
    facts = list_facts(tenant_id=caller.tenant_id, contact_id=contact_id, with_superseded=everything)
    wanted = [each for each in facts if not kind or each.predicate == kind]
    shown = wanted[: arguments.get("limit", MOST)]
    return {"memories": [_fact(each) for each in shown], "has_more": len(wanted) > len(shown)}


def search_memories(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    """Facts with a word of the query, and what was said that fits it, best first."""
    contact_id, query = contact_named(caller, arguments["contact"]), arguments["query"].strip() or "?"
    limit, words = arguments.get("limit", 10), set(query.casefold().split())
    facts = list_facts(tenant_id=caller.tenant_id, contact_id=contact_id, with_superseded=False)
    fitting = [each for each in facts if words & set(f"{each.label} {each.value}".casefold().split())]
    found = find_aside(caller.tenant_id, Wanted(contact_id, query, timezone.now(), limit))
    return {
        "memories": [_fact(each) for each in fitting[:limit]],
        "said": [_said(each) for each in found.episodes],
        **by_words(found.failed),
    }


def by_words(failed: str) -> Json:
    """What whoever searched is told of a search that no budget paid for."""
    said = "The company's budget of the month is spent: this was found by words alone, not by meaning."
    return {"note": said} if failed == BudgetExhausted.code else {}


def memory_graph(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    """Whom and what a customer has to do with, and what says so."""
    contact_id, at = contact_named(caller, arguments["contact"]), _time(arguments.get("valid_at", ""))
    graph = get_memory_graph(tenant_id=caller.tenant_id, contact_id=contact_id)
    held = graph.held_at(at) if at else graph
    names = {key: node.name for key, node in held.nodes.items()}
    nodes = [{"key": node.key, "kind": node.kind, "name": node.name} for node in held.nodes.values()]
    return {"nodes": nodes, "relations": [_relation(each, names) for each in held.relations]}


def _time(text: str) -> datetime | None:
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        raise InvalidRequest("valid_at is a time in ISO 8601, for example 2026-11-26T08:00:00Z.", param="valid_at")
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _relation(relation: Relation, names: Mapping[str, str]) -> Json:
    said = next((each for each in relation.evidence if each.text), None)
    return {
        "from": relation.source,
        "kind": relation.kind,
        "to": relation.target,
        "to_name": names[relation.target],
        "valid_from": relation.valid_from.isoformat() if relation.valid_from else None,
        "valid_to": relation.valid_to.isoformat() if relation.valid_to else None,
        "memory": encode(Prefix.FACT, relation.fact_id) if relation.fact_id else None,
        "said": said.text if said else None,
    }


def edit_memory(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    fact_id = edit_fact(
        tenant_id=caller.tenant_id,
        fact_id=decode(Prefix.FACT, arguments["memory"]),
        value=arguments["value"],
        actor=caller.actor,
    )
    return _fact(get_fact(tenant_id=caller.tenant_id, fact_id=fact_id))


def forget_memory(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    fact_id = decode(Prefix.FACT, arguments["memory"])
    retract_fact(tenant_id=caller.tenant_id, fact_id=fact_id, actor=caller.actor)
    return _fact(get_fact(tenant_id=caller.tenant_id, fact_id=fact_id))


def contact_named(caller: McpCaller, text: str) -> UUID:
    """By the company's own id, or ours. Raises ContactNotFound."""
    if text.startswith("con_"):
        return get_contact(tenant_id=caller.tenant_id, contact_id=decode(Prefix.CONTACT, text)).id
    with tenant_scope(caller.tenant_id):
        known = normalise(IdentityKind.EXTERNAL_ID, text)
        contact_id = find_contacts([known]).get(known)
    if contact_id is None or is_forgotten(tenant_id=caller.tenant_id, contact_id=contact_id):
        raise ContactNotFound("There is no such contact.")
    return contact_id


def _fact(view: FactView) -> Json:
    first = next((each for each in view.sources if each.message), None)
    return {
        "memory": encode(Prefix.FACT, view.id),
        "kind": view.predicate,
        "value": view.value,
        "status": view.status,
        "valid_from": view.valid_from.isoformat() if view.valid_from else None,
        "valid_to": view.valid_to.isoformat() if view.valid_to else None,
        "confidence": view.confidence,
        "said": first.message if first else None,
        "told_by": next((each.told_by for each in view.sources if each.told_by), None),
    }


def _said(found: FoundEpisode) -> Json:
    return {
        "message": encode(Prefix.MESSAGE, found.message_id),
        "conversation": encode(Prefix.CONVERSATION, found.conversation_id),
        "by": found.origin,
        "channel": found.channel,
        "said_at": found.said_at.isoformat(),
        "text": found.text,
    }
