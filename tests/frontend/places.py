"""Every address of the dashboard with arguments that exist at Acme."""

from rapport.ids import Prefix, encode
from tests.cast import Cast
from tests.frontend.seed import Seeded

LISTS = (
    "/",
    "/?figures=1",
    "/welcome/",
    "/knowledge/",
    "/knowledge/board/",
    "/search/",
    "/agent/",
    "/prompts/",
    "/models/",
    "/widget/",
    "/inbox/",
    "/inbox/replies/",
    "/conversations/",
    "/calls/",
    "/campaigns/",
    "/feedback/",
    "/questions/",
    "/contacts/",
    "/privacy/",
    "/usage/",
    "/usage/prices/",
    "/traces/",
    "/billing/",
    "/billing/rows/",
    "/trace-export/",
    "/phone-numbers/",
    "/phone-numbers/try/",
    "/keys/",
    "/members/",
    "/webhooks/",
    "/tools/",
    "/approvals/",
    "/audit/",
    "/health/",
    "/settings/",
    "/settings/sign-in/",
)


def objects(cast: Cast, seeded: Seeded) -> list[str]:
    """Pages of one thing of Acme's."""
    return [
        f"/knowledge/documents/{encode(Prefix.DOCUMENT, seeded.document_id)}/",
        f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/",
        *(
            f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/{each}/"
            for each in ("versions", "difference", "experiments")
        ),
        f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/messages/",
        f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/hours/",
        f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/consent/",
        f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/files/",
        f"/conversations/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/",
        f"/inbox/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/",
        f"/feedback/{encode(Prefix.MESSAGE, seeded.answer_id)}/",
        f"/traces/{encode(Prefix.TRACE, seeded.trace_id)}/",
        f"/contacts/{encode(Prefix.CONTACT, seeded.contact_id)}/",
        f"/contacts/{encode(Prefix.CONTACT, seeded.contact_id)}/merge-with/?q=a",
        f"/privacy/erasures/{encode(Prefix.ERASURE, seeded.erasure_id)}/",
        f"/privacy/erasures/{encode(Prefix.ERASURE, seeded.receipt_id)}/",
        f"/webhooks/{encode(Prefix.WEBHOOK, seeded.webhooks.healthy)}/",
        delivery(seeded),
    ]


def delivery(seeded: Seeded) -> str:
    webhook, one = seeded.webhooks.failing, seeded.webhooks.delivery
    return f"/webhooks/{encode(Prefix.WEBHOOK, webhook)}/deliveries/{encode(Prefix.DELIVERY, one)}/"


def actions(cast: Cast, seeded: Seeded) -> list[str]:
    """What changes something of Acme's."""
    source = encode(Prefix.SOURCE, seeded.source_id)
    document = encode(Prefix.DOCUMENT, seeded.document_id)
    return [
        f"/knowledge/sources/{source}/retry/",
        f"/knowledge/sources/{source}/delete/",
        f"/knowledge/documents/{document}/retry/",
        f"/knowledge/documents/{document}/delete/",
        *(
            f"/webhooks/{encode(Prefix.WEBHOOK, seeded.webhooks.healthy)}/{action}"
            for action in ("", "test/", "rotate/", "disable/", "enable/", "remove/")
        ),
        f"{delivery(seeded)}resend/",
        f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/",
        f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/publish/",
        f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/discard/",
    ]
