"""What the MCP server can do: search, ask, and a customer's memory. Each tool names the scope that its caller needs.

They run in a thread, except waiting for an answer, which is the event loop's. They know nothing of the protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async

from agents.channels.mcp.caller import McpCaller
from agents.channels.mcp.memories import (
    MOST,
    by_words,
    edit_memory,
    forget_memory,
    list_memories,
    memory_graph,
    search_memories,
)
from agents.channels.mcp.remembering import KINDS, remember_for_tool
from agents.channels.openai.asking import Caller, ask_completion
from agents.channels.openai.reading import CompletionRequest
from agents.errors import ConversationNotFound
from agents.presenting import citation_json
from agents.runtime.asked import Asked
from agents.runtime.awaiting import wait_for_answer
from agents.runtime.product_search import ProductSearch, search_aside
from agents.selectors import ConversationView, get_conversation, list_agents
from agents.selectors.completions import get_completion
from ingestion.selectors import get_passages
from rapport.errors import InvalidRequest, Unavailable
from rapport.ids import Prefix, decode, encode
from rapport.streams.registry import get_stream_store
from tenants.permissions import Permission

Json = dict[str, Any]
LONGEST_QUERY = 2_000
MOST_PASSAGES = 20


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """`schema` is the JSON Schema of its arguments."""

    name: str
    title: str
    description: str
    scope: Permission
    schema: Mapping[str, Any]
    is_read_only: bool
    scopes_too: tuple[Permission, ...] = ()

    @property
    def scopes(self) -> tuple[Permission, ...]:
        return (self.scope, *self.scopes_too)


def _schema(required: list[str], **properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _string(description: str, longest: int = 200) -> Json:
    return {"type": "string", "description": description, "maxLength": longest}


_CONTACT = _string("The company's own id of the customer, or con_….")
_MEMORY = _string("The memory's id, fct_…, from a list or a search.")

TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(
        "search",
        "Search the knowledge",
        "Finds passages in the company's documents, best first, each with its source.",
        Permission.KNOWLEDGE_READ,
        _schema(
            ["query"],
            query=_string("What to look for, as a question or in words.", LONGEST_QUERY),
            limit={"type": "integer", "minimum": 1, "maximum": MOST_PASSAGES, "description": "How many; 5 without it."},
        ),
        is_read_only=True,
    ),
    ToolSpec(
        "ask",
        "Ask an agent",
        "Asks one of the company's agents, which answers from the documents and cites them.",
        Permission.CONVERSATIONS_WRITE,
        _schema(
            ["question"],
            question=_string("The question.", 4_000),
            agent=_string("The agent's id or name; without it the first one."),
            contact=_string("The company's own id of the customer who asks: one memory for each."),
            conversation=_string("The conversation that goes on, cnv_…, from an earlier answer."),
        ),
        is_read_only=False,
    ),
    ToolSpec(
        "remember",
        "Remember something of a customer",
        "Keeps a fact about a customer. A newer one replaces an older one where only one can be true.",
        Permission.CONTACTS_WRITE,
        _schema(
            ["contact", "kind", "value"],
            contact=_string("The company's own id of the customer."),
            kind={"type": "string", "enum": list(KINDS), "description": "What kind of fact."},
            value=_string("The fact itself, for example the order's number.", 300),
        ),
        is_read_only=False,
    ),
    ToolSpec(
        "list_memories",
        "What is known of a customer",
        "Lists the facts about a customer, each with since when it holds and what said it.",
        Permission.CONTACTS_READ,
        _schema(
            ["contact"],
            contact=_CONTACT,
            kind=_string("Only facts of this kind.", 60),
            everything={"type": "boolean", "description": "Also what is over, taken back or only proposed."},
            limit={"type": "integer", "minimum": 1, "maximum": MOST, "description": "How many; 50 without it."},
        ),
        is_read_only=True,
    ),
    ToolSpec(
        "search_memories",
        "Search what a customer said",
        "Finds what was said with a customer that fits a query, and the facts that have a word of it.",
        Permission.CONVERSATIONS_READ,
        _schema(
            ["contact", "query"],
            contact=_CONTACT,
            query=_string("What to look for, as a question or in words.", LONGEST_QUERY),
            limit={"type": "integer", "minimum": 1, "maximum": MOST, "description": "How many; 10 without it."},
        ),
        is_read_only=True,
        scopes_too=(Permission.CONTACTS_READ,),
    ),
    ToolSpec(
        "memory_graph",
        "Show whom a customer has to do with",
        "People, companies, places, orders and events of a customer, how they hang together, and what says so.",
        Permission.CONTACTS_READ,
        _schema(
            ["contact"],
            contact=_CONTACT,
            valid_at=_string("Only what held at this time, in ISO 8601.", 40),
        ),
        is_read_only=True,
    ),
    ToolSpec(
        "edit_memory",
        "Put a memory right",
        "Says what is true, and always was, instead of what is remembered. The answer has the id of the new memory.",
        Permission.CONTACTS_WRITE,
        _schema(["memory", "value"], memory=_MEMORY, value=_string("What is true.", 500)),
        is_read_only=False,
        scopes_too=(Permission.CONTACTS_READ,),
    ),
    ToolSpec(
        "forget_memory",
        "Forget a memory",
        "Says that it is not so: it is used no more, and what it had replaced holds again. The company still sees it.",
        Permission.CONTACTS_WRITE,
        _schema(["memory"], memory=_MEMORY),
        is_read_only=False,
        scopes_too=(Permission.CONTACTS_READ,),
    ),
)
_SYNC = {
    "list_memories": list_memories,
    "search_memories": search_memories,
    "memory_graph": memory_graph,
    "edit_memory": edit_memory,
    "forget_memory": forget_memory,
}


async def call_tool(caller: McpCaller, name: str, arguments: Mapping[str, Any]) -> Json:
    """What the tool gives, as JSON. Raises InvalidRequest, PermissionDenied, and what the tool's work raises."""
    spec = next((each for each in TOOLS if each.name == name), None)
    if spec is None:
        raise InvalidRequest(f"There is no tool {name[:40]!r}. There are: {', '.join(each.name for each in TOOLS)}.")
    for scope in spec.scopes:
        caller.require(scope)
    _check(spec, arguments)
    if name == "ask":
        return await _ask(caller, arguments)
    work = {"search": _search, "remember": _remember, **_SYNC}[name]
    return await sync_to_async(work)(caller, arguments)


def _check(spec: ToolSpec, arguments: Mapping[str, Any]) -> None:
    from jsonschema import Draft202012Validator

    error = next(iter(Draft202012Validator(dict(spec.schema)).iter_errors(dict(arguments))), None)
    if error is not None:
        place = ".".join(str(each) for each in error.absolute_path)
        raise InvalidRequest(f"{place or 'arguments'}: {error.message[:200]}", param=place or None)
    if any(isinstance(value, str) and "\x00" in value for value in arguments.values()):
        raise InvalidRequest("A text holds no NUL.")


def _search(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    query, limit = arguments["query"].strip() or "?", arguments.get("limit", 5)
    try:
        found = search_aside(ProductSearch(), tenant_id=caller.tenant_id, query=query, limit=limit)
    except Unavailable:
        return {"passages": [], "is_partial": True}
    cited = get_passages(tenant_id=caller.tenant_id, ids=[each.chunk.id for each in found.passages])
    return {
        "passages": [
            {
                "text": each.chunk.text,
                "title": each.chunk.title,
                "heading": " › ".join(each.chunk.heading_path),
                "url": (cited[each.chunk.id].url if each.chunk.id in cited else "") or None,
                "document_id": encode(Prefix.DOCUMENT, each.chunk.document_id),
                "score": round(each.score, 5),
            }
            for each in found.passages
        ],
        "is_partial": bool(found.failed),
        **by_words(found.failed.get("dense", "")),
    }


async def _ask(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    asked = await sync_to_async(_post)(caller, arguments)
    await wait_for_answer(get_stream_store(), tenant_id=caller.tenant_id, turn_id=asked.turn_id)
    done = await sync_to_async(get_completion)(tenant_id=caller.tenant_id, turn_id=asked.turn_id)
    return {
        "answer": done.text,
        "outcome": done.outcome,
        "sources": [citation_json(each) for each in done.citations],
        "agent": encode(Prefix.AGENT, asked.agent.id),
        "conversation": encode(Prefix.CONVERSATION, done.conversation_id),
        "turn": encode(Prefix.TURN, done.turn_id),
    }


def _post(caller: McpCaller, arguments: Mapping[str, Any]) -> Any:
    conversation = _conversation(caller, arguments.get("conversation", ""))
    request = CompletionRequest(
        agent=arguments.get("agent") or _first_agent(caller, conversation),
        question=arguments["question"],
        asked=Asked(),
        is_streamed=False,
        wants_usage=False,
        contact=arguments.get("contact", ""),
        conversation="",
    )
    by = Caller(caller.tenant_id, caller.key_id, caller.channel, caller.actor)
    return ask_completion(request, by, conversation=conversation)


def _conversation(caller: McpCaller, text: str) -> ConversationView | None:
    """One that a key began: in a customer's own chat nobody speaks in the customer's place."""
    if not text:
        return None
    found = get_conversation(tenant_id=caller.tenant_id, conversation_id=decode(Prefix.CONVERSATION, text))
    if found.channel != caller.channel:
        raise ConversationNotFound("There is no such conversation.")
    return found


def _first_agent(caller: McpCaller, conversation: ConversationView | None) -> str:
    if conversation is not None:
        return encode(Prefix.AGENT, conversation.agent_id)
    agents = list_agents(tenant_id=caller.tenant_id)
    if not agents:
        raise InvalidRequest("There is no agent to ask. Make one on the dashboard.", param="agent")
    return encode(Prefix.AGENT, agents[0].id)


def _remember(caller: McpCaller, arguments: Mapping[str, Any]) -> Json:
    fact_id = remember_for_tool(
        tenant_id=caller.tenant_id,
        external_id=arguments["contact"],
        kind=arguments["kind"],
        value=arguments["value"],
        actor=caller.actor,
    )
    return {"fact": encode(Prefix.FACT, fact_id), "kind": arguments["kind"], "value": arguments["value"].strip()}
