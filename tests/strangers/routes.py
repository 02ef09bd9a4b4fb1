"""Every address of the product, as the resolver knows them, and what is declared about each.

A new route needs nothing here when its arguments are named like those below; else declare its argument in ARGUMENTS, or
the route in PUBLIC (anyone may open it) with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Argument → the prefix of the object that it names, or its fixed value.
ARGUMENTS = {
    "conversation_id": "cnv",
    "conversation": "cnv",
    "turn_id": "trn",
    "turn": "trn",
    "agent_id": "agt",
    "lookup_id": "lkp",
    "lookup": "lkp",
    "agent": "agt",
    "document_id": "doc",
    "document": "doc",
    "trace_id": "trc",
    "trace": "trc",
    "source_id": "src",
    "source": "src",
    "contact_id": "con",
    "contact": "con",
    "key": "key",
    "message_id": "msg",
    "message": "msg",
    "feedback_id": "fbk",
    "fact_id": "fct",
    "fact": "fct",
    "member": "usr",
    "invitation": "inv",
    "erasure_id": "ers",
    "erasure": "ers",
    "export_id": "exp",
    "export": "exp",
    "webhook_id": "whk",
    "webhook": "whk",
    "delivery_id": "whd",
    "delivery": "whd",
    "domain": "sso",
    "widget_key": "wky",
    "reply_id": "can",
    "reply": "can",
    "connection_id": "tcn",
    "connection": "tcn",
    "tool_id": "tol",
    "tool": "tol",
    "approval_id": "apr",
    "approval": "apr",
    "request_id": "srq",
    "service_request": "srq",
    "prompt_id": "prm",
    "prompt": "prm",
    "experiment_id": "xpt",
    "experiment": "xpt",
    "provider_id": "mpr",
    "provider": "mpr",
    "price_id": "prc",
    "company": "ten",
    "phone": "phn",
    "summary_id": "sum",
    "account_id": "acc",
    "phone_number_id": "phn",
    "attachment_id": "att",
    "campaign_id": "cmp",
    "campaign": "cmp",
    "call_id": "cal",
    "call": "cal",
    "price": "prc",
}
CHOICES = {"action": "delete", "number": "1"}
ACTIONS = {
    "act_on_key": "revoke",
    "act_on_identity": "revoke",
    "act_on_member": "remove",
    "act_on_contact": "unmerge",
    "act_on_fact": "retract",
    "withdraw_invitation": "withdraw",
    "join": "join",
    "act_on_domain": "remove",
    "act_on_webhook": "remove",
    "act_on_price": "remove",
    "act_on_trace_export": "remove",
    "act_on_phone": "remove",
    "act_on_campaign": "pause",
    "act_on_tool": "remove",
    "act_on_lookup": "wrong",
    "act_on_connection": "remove",
    "act_on_approval": "refuse",
    "act_on_request": "close",
    "act_on_delivery": "resend",
    "act_on_agent": "publish",
    "act_on_inbox": "take",
    "act_on_answer": "rate",
    "act_on_experiment": "stop",
    "act_on_prompt": "add",
    "act_on_provider": "remove",
}  # a route whose `action` is another one

PUBLIC = {
    "healthz": "for load balancers",
    "readyz": "for load balancers; names parts, no reasons",
    "widget_loader": "a script that customers' pages load",
    "widget_element": "a script that customers' pages load",
    "widget_frame": "opened by a publishable key, checked by origin",
    "widget_rules": "opened by a publishable key, checked by origin",
    "widget_teaser": "a script that customers' pages load",
    "api:widget-sessions": "opened by a publishable key, checked by origin",
    "api:widget-challenges": "asked for with a publishable key, checked by origin; names nothing of a company's",
    "refuse_mails": "opened by the signed link of a mail",
    "answer_invitation": "opened by the token of a mail",
    "api:leaked-keys": "whoever has a key may end it",
    "api:nothing": "addresses that do not exist",
    "company_sign_in": "where people sign in with their company",
    "company_signed_in": "where a provider sends them back to; bound to the browser that began",
    "stripe_webhook": "opened by Stripe's signature",
    "phone_voice": "opened by a carrier's signature",
    "phone_stream": "opened by a carrier's signature",
    "phone_status": "opened by a carrier's signature",
    "phone_ended": "opened by a carrier's signature",
    "phone_out_voice": "opened by a carrier's signature",
    "phone_out_status": "opened by a carrier's signature",
    "phone_machine": "opened by a carrier's signature",
    "phone_recorded": "opened by a carrier's signature",
    "phone_whisper": "opened by a carrier's signature",
    "phone_taken": "opened by a carrier's signature",
    "phone_leg": "opened by a carrier's signature",
    "phone_transferred": "opened by a carrier's signature",
    "docs": "the project's documentation",
    "docs_page": "the project's documentation",
    "openapi": "the project's documentation",
    "dev_mail": "the embedded profile's own mail, from this machine only",
    "dev_gallery": "the design's components, without data",
}
KEYS_ONLY = {"api:chat-completions", "api:embeddings", "mcp"}  # for programs: no person's session opens them
# Written to with a key; people do the same on the dashboard, which asks for their password once more.
KEYS_WRITE = {"api:message-erasure", "api:conversation-erasure"}
_OWN = "allauth's own pages: they know the user who is signed in and no tenant"
NOBODYS = {"account_": _OWN, "mfa_": _OWN, "usersessions_": _OWN}


@dataclass(frozen=True, slots=True)
class Route:
    """`name` with its namespace; `arguments` as the pattern names them; `view` is what it leads to."""

    name: str
    arguments: tuple[str, ...]
    view: Any = field(default=None, compare=False)

    @property
    def is_public(self) -> bool:
        return self.name in PUBLIC or any(self.name.startswith(prefix) for prefix in NOBODYS)


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[URLPattern | URLResolver], namespace: str, arguments: tuple[str, ...]) -> Iterator[Route]:
    for each in patterns:
        found = (*arguments, *each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each.url_patterns, inner, found)
        else:
            yield Route(f"{namespace}{each.name}", found, each.callback)
