"""Conversations, their messages, and the turns that answer them."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class Conversation(TenantModel):
    agent = models.ForeignKey("agents.Agent", on_delete=models.CASCADE, related_name="+")
    contact_id = models.UUIDField()
    channel = models.CharField(max_length=16, default="chat")  # "chat", "test", "phone", "api"
    subject = models.CharField(max_length=200, blank=True)  # the first question, shortened
    is_remembered = models.BooleanField(default=True)  # else memory neither takes from it nor gives to it
    message_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_message_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-last_message_at"], name="conversation_recent"),
            models.Index(fields=["tenant", "contact_id"], name="conversation_contact"),
        ]


class MessageRole(models.TextChoices):
    CONTACT = "contact", "Contact"
    AGENT = "agent", "Agent"
    SYSTEM = "system", "System"


class Message(TenantModel):
    """`citations`: [{"marker", "title", "url", "quote", "document_id", "chunk_id", "char_start", "char_end"}]."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    sequence = models.PositiveIntegerField()
    role = models.CharField(max_length=8, choices=MessageRole)
    text = models.TextField()
    citations = models.JSONField(default=list)
    turn_id = models.UUIDField(null=True)
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
    """One answer to one message. `outcome`: "answered", "unknown", "small_talk", "tool_calls" or ""."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    question = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=TurnState, default=TurnState.QUEUED)
    outcome = models.CharField(max_length=16, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    asked = models.JSONField(null=True)  # what its call gave besides the question: agents.runtime.asked
    tool_calls = models.JSONField(default=list)  # what the answer wants done by whoever asked, in OpenAI's form
    trace_id = models.UUIDField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "conversation", "created_at"], name="turn_conversation"),
            models.Index(fields=["state", "created_at"], name="turn_state"),
        ]
