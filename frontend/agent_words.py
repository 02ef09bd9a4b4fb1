"""What an agent's settings are called on the page, and what to write there. What is not here goes by its own name."""

from frontend.phrases import phrase

SECTIONS = {
    "appearance": phrase("Appearance"),
    "prompt": phrase("Prompt"),
    "models": phrase("Models"),
    "knowledge": phrase("Knowledge"),
    "tools": phrase("Tools"),
    "guardrails": phrase("Guardrails"),
    "cache": phrase("Cache"),
    "budget": phrase("Budget"),
    "handoff": phrase("Hand-off"),
    "voice": phrase("Voice"),
    "judging": phrase("Judging"),
    "analysis": phrase("After a call"),
}
LONG = frozenset({"prompt.instructions", "appearance.greeting", "analysis.success"})
LABELS = {
    "appearance.color": phrase("Colour"),
    "prompt.blocks": phrase("Blocks"),
    "models.answer": phrase("Answering"),
    "models.classify": phrase("Classifying"),
    "models.extract": phrase("Extracting"),
    "models.summarise": phrase("Summarising"),
    "models.judge": phrase("Judging"),
    "models.effort": phrase("Effort"),
    "models.routing.capability": phrase("Capability"),
    "models.routing.most_cost_micros": phrase("Most cost of an answer"),
    "models.routing.most_latency_ms": phrase("Most time to the first word"),
    "models.routing.region": phrase("Region"),
    "knowledge.passages": phrase("Passages"),
    "knowledge.context_tokens": phrase("Tokens of context"),
    "knowledge.arms.words": phrase("Weight of words"),
    "knowledge.arms.dense": phrase("Weight of meaning"),
    "knowledge.arms.graph": phrase("Weight of the graph"),
    "knowledge.query_rewriting": phrase("Rewrite follow-up questions"),
    "tools.use": phrase("Tools"),
    "guardrails.below": phrase("Below it"),
    "guardrails.mask_personal_data": phrase("Mask personal data before the model sees it"),
    "guardrails.personal_patterns": phrase("And what else is masked"),
    "cache.mode": phrase("Known answers"),
    "cache.most_false_hits": phrase("Most false hits"),
    "budget.turn_micros": phrase("For one answer"),
    "budget.conversation_micros": phrase("For a conversation"),
    "budget.contact_day_micros": phrase("For a contact, a day"),
    "budget.month_micros": phrase("For the agent, a month"),
    "handoff.rules": phrase("Rules"),
    "handoff.fallback_email": phrase("E-mail when nobody is there"),
    "judging.share_percent": phrase("Per cent of the answers"),
    "judging.day_micros": phrase("Most cost in a day"),
    "analysis.values": phrase("What to read from it"),
    "analysis.success": phrase("A success, when"),
    "handoff.close_after_hours": phrase("Hours without a message until it is closed"),
}
_MICROS = phrase("In millionths of a dollar. Empty: no limit of its own.")
_CHAIN = phrase(
    "One on each line: the next one is asked when one cannot answer. Empty: the model of this installation."
)
HELP = {
    "appearance.name": phrase("Shown at the top of the chat."),
    "appearance.suggested_questions": phrase(
        "One on each line, four at most. They are shown before the first message."
    ),
    "prompt.instructions": phrase(
        "Tone, what to offer, what to leave to people. Knowledge belongs in documents, where it can "
        "be cited. The built-in model quotes your documents and does not read instructions; other models do."
    ),
    "prompt.blocks": phrase(
        "In this order after the instructions: texts, and prompts of the registry by label or version."
    ),
    "prompt.variables": phrase("For all prompts of the registry above, for example company: Acme."),
    "models.answer": _CHAIN,
    "models.routing.most_cost_micros": _MICROS,
    "models.routing.most_latency_ms": phrase("In milliseconds. Empty: any."),
    "knowledge.sources": phrase("Ids of sources, one on each line. Empty: all of them."),
    "knowledge.arms.words": phrase("0 leaves this way of searching out."),
    "tools.use": phrase("Each by its name, with its settings."),
    "guardrails.minimum_grounding": phrase("The part of an answer's claims that must stand in what it cites, 0 to 1."),
    "guardrails.mask_personal_data": phrase(
        "E-mail addresses, telephone numbers, IBANs, cards and IP addresses become "
        "placeholders for the model, and values again in answers and for tools."
    ),
    "guardrails.personal_patterns": phrase(
        "RE2 expressions, for example: - {name: customer_number, pattern: 'KD-[0-9]{6}'}"
    ),
    "cache.mode": phrase("Shadow counts what would be answered from memory and answers nothing by likeness yet."),
    "cache.most_false_hits": phrase("0.01 is one in a hundred."),
    "budget.turn_micros": _MICROS,
    "handoff.office_hours": phrase("Empty: always. Else for example: - {day: mon, opens: 09:00, closes: 17:00}"),
    "handoff.closed_on": phrase("Days on which nobody is there, one on each line: 2026-12-24"),
    "handoff.time_zone": phrase("For example Europe/Berlin. Empty: the company's."),
    "handoff.close_after_hours": phrase("Only what the agent answers alone; whoever writes again opens it. 0: never."),
    "judging.share_percent": phrase(
        "So many are scored by a language model afterwards: grounded, relevant, complete. 0: none."
    ),
    "judging.day_micros": phrase("In millionths of a dollar."),
    "analysis.values": phrase(
        "For example: - {name: order_number, about: as the caller says it} and - {name: mood, kind: choice, "
        "choices: [glad, angry]}. Kinds: text, number, yes_no, date, choice. A language model reads the call for them."
    ),
    "analysis.success": phrase("In your words, for the model: an appointment was made, and confirmed."),
    "voice.speed": phrase("1 is normal."),
}
# Settings, and what can be chosen for them, that are called as they are written.
PLAIN = (
    *(phrase("Name"), phrase("Greeting"), phrase("Suggested questions"), phrase("Instructions"), phrase("Variables")),
    *(phrase("Prompt caching"), phrase("Compaction"), phrase("Sources"), phrase("Reranker"), phrase("Max rounds")),
    *(phrase("Minimum grounding"), phrase("Office hours"), phrase("Closed on"), phrase("Time zone"), phrase("Voice")),
    *(phrase("Language"), phrase("Speed"), phrase("Shadow"), phrase("Api"), phrase("Model"), phrase("Strong")),
    *(phrase("Say unknown"), phrase("On"), phrase("Medium"), phrase("Any"), phrase("Low"), phrase("Basic")),
    *(phrase("High"), phrase("None"), phrase("Standard"), phrase("Off"), phrase("Hand off")),
)
