"""What people answer goes out by mail when the contact left an address and is not there any more to read it.

Not there means: two minutes after the answer nobody has read it in the chat. One mail holds all that is unread, and
nothing is sent twice. The mail is sent outside any transaction and noted afterwards: a process that dies between the
two sends it once more, and none is lost.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from agents.inbox.mail_limits import may_send
from agents.inbox.refusing import refusal_address
from agents.inbox.telling import language_of_conversation
from agents.models import Conversation, Message, MessageRole
from agents.topics import CONVERSATION_ANSWERED, CONVERSATIONS
from rapport import logs
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from tenants.context import tenant_scope
from tenants.mail import reading_language
from tenants.privacy.suppression import is_contact_erased
from tenants.selectors import get_tenant, list_widget_keys

log = logs.get_logger(__name__)

PATIENCE = timedelta(minutes=2)
MOST_ASKED = 200  # of a company, a minute
SUBJECT = gettext_noop("{company} has answered you")
TEXT = gettext_noop("""\
You asked {company} in its chat, and left this address for the answer:

{answers}

{back}
You get this mail because this address was left in the chat. It was not you, or you want no more mail? One click ends
it:
{refuse}
""")
BACK = gettext_noop("Go on in the chat, in the browser in which you asked: {link}")


@dataclass(frozen=True, slots=True)
class _Due:
    """`through`: the sequence of the last answer in it."""

    address: str
    company: str
    language: str
    answers: str
    link: str
    through: int


def await_reading(conversation: Conversation) -> None:
    """A person has answered, in the caller's transaction: it goes out by mail unless it is read soon."""
    if not conversation.reply_to or conversation.refuses_mail or conversation.mail_answer_at:
        return
    conversation.mail_answer_at = timezone.now() + PATIENCE
    conversation.save(update_fields=["mail_answer_at"])


def note_reading(*, tenant_id: UUID, conversation_id: UUID, sequence: int) -> None:
    """The contact has read people's answers up to this one."""
    with tenant_scope(tenant_id):
        Conversation.objects.filter(id=conversation_id, reached__lt=sequence).update(reached=sequence)


def ask_for_mails(*, tenant_id: UUID) -> int:
    """Have those sent whose time has come; how many."""
    with tenant_scope(tenant_id), transaction.atomic():
        rows = Conversation.objects.select_for_update().filter(mail_answer_at__lte=timezone.now())
        due = list(rows.order_by("mail_answer_at")[:MOST_ASKED])
        Conversation.objects.filter(id__in=[each.id for each in due]).update(mail_answer_at=None)
        for each in due:
            if _unread(each).exists():
                data = {"conversation_id": str(each.id)}
                publish(CONVERSATIONS, Event(CONVERSATION_ANSWERED, tenant_id, str(each.id), data))
    return len(due)


def mail_answers(*, tenant_id: UUID, conversation_id: UUID) -> None:
    """One mail with the answers that have not reached the contact; told again, none."""
    due = _due(tenant_id, conversation_id)
    if due is None:
        return
    if not may_send(due.address):
        log.warning("answer_not_mailed", conversation_id=str(conversation_id), reason="address_has_had_enough")
        return
    _compose(due, refusal_address(tenant_id, conversation_id)).send()
    note_reading(tenant_id=tenant_id, conversation_id=conversation_id, sequence=due.through)


def _due(tenant_id: UUID, conversation_id: UUID) -> _Due | None:
    with tenant_scope(tenant_id):
        conversation = Conversation.objects.select_related("agent").filter(id=conversation_id).first()
        if conversation is None or not conversation.reply_to or conversation.refuses_mail:
            return None
        if is_contact_erased(conversation.contact_id):
            return None
        unread = list(_unread(conversation).order_by("sequence"))
        if not unread:
            return None
        return _Due(
            conversation.reply_to,
            get_tenant(tenant_id).name,
            reading_language(language_of_conversation(conversation)),
            "\n\n".join(f"{each.author_name}:\n{each.text}" for each in unread),
            _website(tenant_id, conversation.agent_id),
            unread[-1].sequence,
        )


def _unread(conversation: Conversation) -> QuerySet[Message]:
    return Message.objects.filter(
        conversation_id=conversation.id, role=MessageRole.HUMAN, sequence__gt=conversation.reached
    )


def _website(tenant_id: UUID, agent_id: UUID) -> str:
    """Where the chat stands; "" for nowhere. The chat of a page is the one that its visitor's browser has kept."""
    origins = [each for key in list_widget_keys(tenant_id) if key.agent_id == agent_id for each in key.allowed_origins]
    return next((each for each in origins if each.startswith("https:")), origins[0] if origins else "")


def _compose(due: _Due, refuse: str) -> EmailMessage:
    with translation.override(due.language):
        back = gettext(BACK).format(link=due.link) + "\n" if due.link else ""
        text = gettext(TEXT).format(company=due.company, answers=due.answers, back=back, refuse=refuse)
        subject = gettext(SUBJECT).format(company=" ".join(due.company.split()))
    # https://www.rfc-editor.org/rfc/rfc8058: mail programs show a button of their own.
    headers = {"List-Unsubscribe": f"<{refuse}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(subject, text, None, [due.address], headers=headers)
