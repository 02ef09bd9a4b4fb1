"""Conversations, their messages, and the turns that answer them."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class ConversationState(models.TextChoices):
    """Who is to answer: see `agents.inbox.state`."""

    AGENT = "agent", "Agent answers"
    WAITING = "waiting", "Waits for a person"
    HUMAN = "human", "A person answers"
    CLOSED = "closed", "Closed"


class Conversation(TenantModel):
    """`reply_to`: the address that the contact gave for an answer when nobody was there; nobody proved it.

    `page_context`: what the page around the widget last said of what the contact does there, by name; nobody proved it.
    `reached`: the sequence up to which people's answers reached the contact, in the chat or by mail.
    `mail_answer_at`: when an answer that has not reached it by then goes out by mail.
    """

    agent = models.ForeignKey("agents.Agent", on_delete=models.CASCADE, related_name="+")
    contact_id = models.UUIDField()
    channel = models.CharField(max_length=16, default="chat")  # "chat", "test", "phone", "api"
    agent_version = models.PositiveIntegerField(null=True)  # None: as for everybody; else this one, 0 is the draft
    subject = models.CharField(max_length=200, blank=True)  # the first question, shortened
    is_remembered = models.BooleanField(default=True)  # else memory neither takes from it nor gives to it
    message_count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ConversationState, default=ConversationState.AGENT)
    assignee_id = models.UUIDField(null=True)  # a member
    handoff_reason = models.CharField(max_length=16, blank=True)  # of the last one
    handed_off_at = models.DateTimeField(null=True)
    handoff_summary = models.TextField(blank=True)  # for the colleague who takes it; by a model, where there is one
    had_person = models.BooleanField(default=False)  # it was waiting for one, or one answered
    reply_to = models.CharField(max_length=254, blank=True)
    refuses_mail = models.BooleanField(default=False)  # the contact wants no answer by mail
    reached = models.PositiveIntegerField(default=0)
    mail_answer_at = models.DateTimeField(null=True)
    page_context = models.JSONField(default=dict)
    is_mail_due = models.BooleanField(default=False)  # nobody was there: the fall-back address is told once
    created_at = models.DateTimeField(auto_now_add=True)
    last_message_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state", "-last_message_at"], name="conversation_state"),
            models.Index(fields=["tenant", "-last_message_at"], name="conversation_recent"),
            models.Index(fields=["tenant", "created_at"], name="conversation_begun"),
            models.Index(  # those that somebody has: few
                fields=["tenant", "assignee_id", "state", "-last_message_at"],
                condition=models.Q(assignee_id__isnull=False),
                name="conversation_assigned",
            ),
            models.Index(fields=["tenant", "contact_id", "-last_message_at"], name="conversation_contact_recent"),
            models.Index(  # those about to be mailed: a handful
                fields=["tenant", "mail_answer_at"],
                condition=models.Q(mail_answer_at__isnull=False),
                name="conversation_mail_answer",
            ),
        ]


class MessageRole(models.TextChoices):
    CONTACT = "contact", "Contact"
    AGENT = "agent", "Agent"
    HUMAN = "human", "Person of the company"
    SYSTEM = "system", "System"


class Message(TenantModel):
    """`author_name`: of the person who wrote it, as the contact is shown it.

    `citations`: [{"marker", "title", "url", "quote", "document_id", "chunk_id", "char_start", "char_end"}].
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    sequence = models.PositiveIntegerField()
    role = models.CharField(max_length=8, choices=MessageRole)
    text = models.TextField()
    citations = models.JSONField(default=list)
    turn_id = models.UUIDField(null=True)
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "conversation", "sequence"], name="message_sequence_unique")
        ]


class TurnState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Answering"
    DONE = "done", "Answered"
    FAILED = "failed", "Failed"


class Turn(TenantModel):
    """One answer to one message. `outcome`: see `agents.runtime.finishing.Answer`; "taken_over" has no answer.

    `is_suggestion`: written for the colleague who answers, never said; `suggestion` is {"text", "citations"} then.
    `cancelled_at`: since when whoever asked does not want the answer any more; the turn ends soon after it.
    `heard`: on the phone, what was heard of an answer that the caller cut off; that is then the answer.
    `approved_at`: when somebody approved an answer to its question (`agents.feedback.approving`).
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    question = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=TurnState, default=TurnState.QUEUED)
    outcome = models.CharField(max_length=16, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    asked = models.JSONField(null=True)  # what its call gave besides the question: agents.runtime.asked
    tool_calls = models.JSONField(default=list)  # what the answer wants done by whoever asked, in OpenAI's form
    is_suggestion = models.BooleanField(default=False)
    suggestion = models.JSONField(null=True)
    trace_id = models.UUIDField(null=True)
    agent_version = models.PositiveIntegerField(null=True)  # which one answered; None before it began; 0: the draft
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    heard = models.TextField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "conversation", "created_at"], name="turn_conversation"),
            models.Index(fields=["state", "created_at"], name="turn_state"),
            models.Index(fields=["tenant", "created_at"], name="turn_asked"),
            models.Index(condition=models.Q(outcome="unknown"), fields=["tenant", "-created_at"], name="turn_unknown"),
        ]
