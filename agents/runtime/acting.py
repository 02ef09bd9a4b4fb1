"""The turn's loop with tools: the model is asked, what it calls is done here, and it is told what came of it.

Calls that whoever asked the turn offered go back to them. Whether an agent's own tool is called is decided by
`agents.tools.policy`. A call is written down before it is made, and made once: a turn that runs again goes on from its
journal.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.llm.port import ToolCall
from agents.models import ToolRunState
from agents.runtime.phrases import say
from agents.runtime.searching import Gathered, SearchBudget, search_again
from agents.runtime.steps import Draft, Run, Source, add_text, ask_model
from agents.tools.agreeing import is_agreement
from agents.tools.approvals import AskedOf, Resumed, ask_for_approval, hear_contact
from agents.tools.builtin import BUILTIN, READ_RESULT, Remember
from agents.tools.journal import Entry, Journal, PlannedCall, arguments_of, called
from agents.tools.limit import ToolCallLimit
from agents.tools.policy import Verdict, decide
from agents.tools.port import Tool, ToolContext, declaration
from agents.tools.registry import Offered, tools_of
from agents.tools.results import Told, tell_failure
from agents.tools.running import Ran, lost_outcome, run_tool
from agents.tools.schemas import fault_of
from agents.tracing import names
from agents.tracing.recorder import OpenSpan
from billing.errors import QuotaExhausted
from rapport.ids import Prefix, encode

Json = dict[str, Any]
MOST_IN_A_ROUND = 8  # calls; what the model wants beyond is refused
_BY_ITSELF = "It was not called. Call it again, by itself."
_USED_UP = (
    "It was not called: this tool is not available now. Do not try it again. Answer without it, say what you could not "
    "do, and hand over to a person if the customer asks for one."
)
_TYPES = {"builtin": "function", "http": "function", "mcp": "extension"}


@dataclass(frozen=True, slots=True)
class Pause:
    """The turn ends here: a call waits until `asked_of` agrees."""

    asked_of: AskedOf
    tool: str
    arguments: Json


@dataclass(slots=True)
class Acted:
    """`run` knows what tools told; `draft` is what was said; its `tool_calls` are for whoever asked the turn."""

    run: Run
    draft: Draft
    sources: tuple[Source, ...]
    used: int = 0
    hand_off: str = ""
    pause: Pause | None = None


def act(
    run: Run, gathered: Gathered, sources: Sequence[Source], *, instructions: str, language: str, is_held: bool
) -> Acted:
    """To the answer, to a call that is not ours, or to a pause."""
    section = run.context.agent.config.tools
    theirs = {str(each.get("function", {}).get("name")) for each in run.context.asked.tools}
    own = {} if run.context.is_suggestion else tools_of(tenant_id=run.context.tenant_id, section=section)
    own = {name: each for name, each in own.items() if name not in theirs}
    work = _Work(run, own, theirs, gathered, list(sources), instructions, language, is_held)
    return work.to_the_end(section.max_rounds)


@dataclass(slots=True)
class _Work:
    run: Run
    own: dict[str, Offered]
    theirs: set[str]
    gathered: Gathered
    sources: list[Source]
    instructions: str
    language: str
    is_held: bool
    exchange: list[Json] = field(default_factory=list)
    budget: SearchBudget = field(default_factory=SearchBudget)
    draft: Draft = field(default_factory=Draft)
    hand_off: str = ""
    pause: Pause | None = None
    limit: ToolCallLimit | None = None
    used: int = 0
    written: int = 0  # pieces of the draft that the journal has

    def to_the_end(self, most_rounds: int) -> Acted:
        self.draft.is_held = self.is_held
        first = self._restore() + 1
        for number in range(first, most_rounds + 2):
            if self.hand_off or self.pause:
                break
            calls = self._ask(may_call=number <= most_rounds)
            ours = [each for each in calls if each.name not in self.theirs] if self.own else []
            if not ours or number > most_rounds:
                self.draft.tool_calls = [each for each in calls if each not in ours]
                break
            self.draft.tool_calls = []
            self._do_round(number, calls)
        return Acted(self._told(), self.draft, tuple(self.sources), self.used, self.hand_off, self.pause)

    def _offered(self) -> dict[str, Tool]:
        """Long results can be read on as soon as there is one."""
        tools = {name: each.tool for name, each in self.own.items()}
        is_long = any("read_result" in str(each.get("content")) for each in self.exchange if each["role"] == "tool")
        return {**tools, READ_RESULT.name: READ_RESULT} if is_long and tools else tools

    def _told(self, *, may_call: bool = True) -> Run:
        """The turn as the model knows it by now."""
        asked = self.run.context.asked
        own = [declaration(each) for each in self._offered().values()]
        if not own and not self.exchange:
            return self.run
        asked = replace(
            asked,
            tools=(*asked.tools, *own),
            exchange=(*asked.exchange, *self.exchange),
            tool_choice=asked.tool_choice if may_call else "none",
        )
        return replace(self.run, context=replace(self.run.context, asked=asked))

    def _ask(self, *, may_call: bool) -> list[ToolCall]:
        """More of the answer, behind what was said before. Returns what the model calls."""
        self.draft.tool_calls = []
        ask_model(
            self._told(may_call=may_call),
            self.sources,
            instructions=self.instructions,
            considered=self.gathered.considered,
            draft=self.draft,
        )
        return list(self.draft.tool_calls)

    def _restore(self) -> int:
        """What an earlier attempt of this turn did, and a call that was agreed to meanwhile. Returns the last round."""
        context = self.run.context
        if not self.own and not context.asked.resumes:
            return 0
        resumed = hear_contact(
            tenant_id=context.tenant_id,
            conversation_id=context.conversation_id,
            turn_id=context.turn_id,
            is_agreed=is_agreement(context.question),
        )
        if resumed:
            self._resume(resumed)
        entries = self._journal.read()
        for number in dict.fromkeys(each.round for each in entries):
            these = [each for each in entries if each.round == number]
            if these[0].said:
                add_text(self.run, self.draft, these[0].said)
                self.written = len(self.draft.text)
            self._do_all(these)
        return max((each.round for each in entries), default=0)

    def _resume(self, resumed: Resumed) -> None:
        self.exchange += resumed.exchange
        entry = resumed.entry
        if not entry.is_finished:
            if resumed.state == "approved":
                result = self._make(entry, is_agreed=True)
            else:
                who = "The customer" if resumed.state == "refused" and not self.run.context.asked.resumes else "Nobody"
                result = self._refuse(entry, "not_agreed", f"{who} agreed to this. It was not done.")
        else:
            result = entry.result
        self.exchange.append({"role": "tool", "tool_call_id": entry.call.id, "content": result})

    @property
    def _journal(self) -> Journal:
        return Journal(self.run.context.tenant_id, self.run.context.turn_id)

    def _do_round(self, number: int, calls: Sequence[ToolCall]) -> None:
        said = "".join(self.draft.text[self.written :])
        self.written = len(self.draft.text)
        kinds = {name: tool.kind for name, tool in self._offered().items()}
        planned = [
            PlannedCall(each.id, each.name, kinds.get(each.name, "builtin"), each.arguments, each.signature)
            for each in calls
        ]
        self._do_all(self._journal.plan(planned, round_=number, said=said))

    def _do_all(self, entries: Sequence[Entry]) -> None:
        """The calls of one round, in order. When one has to wait, those behind it are not made."""
        self.exchange.append(called(entries))
        waiting: Entry | None = None
        for place, entry in enumerate(entries):
            if entry.is_finished:
                result: str | None = entry.result
            elif waiting or place >= MOST_IN_A_ROUND:
                result = self._refuse(entry, "not_now", _BY_ITSELF)
            else:
                result = self._consider(entry)
                waiting = entry if result is None else None
            if result is not None:
                self.exchange.append({"role": "tool", "tool_call_id": entry.call.id, "content": result})
        if waiting and self.pause:
            ask_for_approval(
                tenant_id=self.run.context.tenant_id,
                entry=waiting,
                asked_of=self.pause.asked_of,
                exchange=self.exchange,
            )

    def _consider(self, entry: Entry) -> str | None:
        """What the model is told; None when the call waits."""
        tool, arguments = self._offered().get(entry.call.tool), arguments_of(entry.call.arguments)
        fault = self._fault(entry, tool, arguments)
        if fault or tool is None or arguments is None:
            return self._refuse(entry, *(fault or ("no_such_tool", "There is no such tool.")))
        verdict = self._verdict(tool, arguments)
        if entry.state == ToolRunState.RUNNING or verdict.decision == "run":
            return self._make(entry)
        if verdict.decision == "refuse":
            return self._refuse(entry, verdict.why, verdict.tell)
        self._wait(entry, tool, arguments, verdict)
        return None

    def _fault(self, entry: Entry, tool: Tool | None, arguments: Json | None) -> tuple[str, str] | tuple[()]:
        """Why it cannot be called at all: a code and a sentence; () when it can."""
        if entry.call.tool in self.theirs:
            return "not_now", _BY_ITSELF
        if tool is None:
            return "no_such_tool", "There is no such tool."
        if arguments is None:
            return "invalid_arguments", "The arguments are no JSON object."
        fault = fault_of(tool.parameters, arguments)
        return ("invalid_arguments", f"The arguments are wrong: {fault}") if fault else ()

    def _wait(self, entry: Entry, tool: Tool, arguments: Json, verdict: Verdict) -> None:
        self.pause = Pause("contact" if verdict.decision == "confirm" else "person", tool.name, arguments)
        with self._span(entry, arguments) as span:
            span.set(names.TOOL_OUTCOME, "waiting")
            span.set(names.TOOL_VERDICT, verdict.why)

    def _verdict(self, tool: Tool, arguments: Json) -> Verdict:
        return decide(tool, arguments, words=tuple(_words(self.run)))

    def _make(self, entry: Entry, *, is_agreed: bool = False) -> str:
        """The call itself; `is_agreed`: somebody agreed to this very call."""
        tool, arguments = self._offered().get(entry.call.tool), arguments_of(entry.call.arguments) or {}
        if tool is None:
            return self._refuse(entry, "no_such_tool", "There is no such tool any more.")
        if entry.state == ToolRunState.RUNNING and not tool.policy.is_idempotent:
            return self._lose(entry)
        if entry.state != ToolRunState.RUNNING and not self._may_begin(tool):
            return self._refuse(entry, QuotaExhausted.code, _USED_UP)
        self.used += 1
        self.run.recorder.count("execute_tool", tool_calls=1)
        self._journal.begin(entry)
        with self._span(entry, arguments) as span:
            span.set(names.TOOL_VERDICT, "agreed" if is_agreed else self._verdict(tool, arguments).why)
            ran = self._run(tool, entry, arguments)
            _describe(span, ran)
        self.hand_off = ran.hand_off or self.hand_off
        self._hear_of(ran.state)
        self._journal.end(entry, ran.state, ran.told.text, code=ran.code, overflow=ran.told.overflow)
        return ran.told.text

    def _may_begin(self, tool: Tool) -> bool:
        """What the company lets be called in a month is not used up."""
        if self.limit is None:
            self.limit = ToolCallLimit(self.run.context.tenant_id)
        try:
            self.limit.take(tool.name)
        except QuotaExhausted:
            return False
        return True

    def _hear_of(self, state: str) -> None:
        """A tool that was needed did not do its work: a person takes over where the agent's rules say so."""
        has_rule = any(rule.when == "tool_failure" for rule in self.run.context.agent.config.handoff.rules)
        if has_rule and state in (ToolRunState.FAILED, ToolRunState.UNKNOWN):
            self.hand_off = self.hand_off or "tool_failure"

    def _run(self, tool: Tool, entry: Entry, arguments: Json) -> Ran:
        """What a tool writes into the memory is an operation of the memory as well."""
        context = self._context(entry, tool)
        if tool is not BUILTIN[Remember.name]:
            return run_tool(tool, context, arguments)
        with self.run.recorder.span(names.CREATE_MEMORY, label="Memory") as span:
            ran = run_tool(tool, context, arguments)
            span.set(names.MEMORY_RECORD_COUNT, int(ran.state == ToolRunState.DONE))
            return ran

    def _lose(self, entry: Entry) -> str:
        self._hear_of(ToolRunState.UNKNOWN)
        return self._end(entry, ToolRunState.UNKNOWN, "unknown_outcome", lost_outcome(entry.call.tool))

    def _refuse(self, entry: Entry, code: str, message: str) -> str:
        return self._end(entry, ToolRunState.REFUSED, code, tell_failure(entry.call.tool, code, message))

    def _end(self, entry: Entry, state: str, code: str, told: str) -> str:
        """A call that is not made is in the trace, too."""
        with self._span(entry, arguments_of(entry.call.arguments) or {}) as span:
            _describe(span, Ran(state, Told(told), code))
        self._journal.end(entry, state, told, code=code)
        return told

    def _span(self, entry: Entry, arguments: Json) -> Any:
        return _step(self.run, entry, arguments)

    def _context(self, entry: Entry, tool: Tool) -> ToolContext:
        context = self.run.context
        offered = self.own.get(tool.name)
        return ToolContext(
            tenant_id=context.tenant_id,
            agent_id=context.agent.id,
            conversation_id=context.conversation_id,
            contact_id=context.contact_id,
            question_id=context.question_id,
            asked_at=context.asked_at,
            words=tuple(_words(self.run)),
            run_id=entry.id,
            idempotency_key=entry.idempotency_key,
            search=self._search,
            settings=offered.settings if offered else {},
            language=self.language,
            is_remembered=context.is_remembered,
        )

    def _search(self, question: str) -> str:
        """More passages behind those that are there, with the numbers by which they can be cited."""
        known = len(self.gathered.sources)
        self.gathered, refusal = search_again(self.run, question, self.gathered, self.budget)
        fresh = self.gathered.sources[known:]
        start = len(self.sources) + 1
        self.sources += fresh
        if refusal:
            return refusal
        if not fresh:
            return "Nothing else was found."
        return f"The passages [{start}] to [{len(self.sources)}] were added to the numbered passages."


def _words(run: Run) -> Iterator[str]:
    """What the contact wrote, newest first."""
    yield run.context.question
    yield from (each.text for each in reversed(run.context.history) if each.role == "user")


def _step(run: Run, entry: Entry, arguments: Mapping[str, Any]) -> Any:
    run.frames.status("tool")
    kind = _TYPES.get(entry.call.kind, "function")
    attributes = {
        names.TOOL_NAME: entry.call.tool,
        names.TOOL_TYPE: "datastore" if entry.call.tool == "search" else kind,
        names.TOOL_CALL_ID: entry.call.id,
        names.TOOL_RUN_ID: encode(Prefix.TOOL_RUN, entry.id),
        names.TOOL_ARGUMENTS: json.dumps(arguments, ensure_ascii=False),
    }
    return run.recorder.span(names.EXECUTE_TOOL, attributes, label=entry.call.tool)


def _describe(span: OpenSpan, ran: Ran) -> None:
    span.set(names.TOOL_OUTCOME, str(ran.state))
    span.set(names.TOOL_RESULT, ran.told.text)
    if ran.code:
        span.status = "ok" if ran.state == ToolRunState.REFUSED else "error"
        span.set(names.ERROR_TYPE, ran.code)


def pause_text(pause: Pause, language: str) -> str:
    """What the contact is told. It names the tool and shows the arguments: what is agreed to is exactly this."""
    if pause.asked_of == "person":
        return say("waits_for_person", language)
    shown = "\n".join(f"- {name}: {value}" for name, value in pause.arguments.items())
    return say("confirm", language).format(pause.tool.replace("_", " "), f"\n{shown}\n" if shown else " ")
