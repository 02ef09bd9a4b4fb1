"""What agents can do: connections to other systems, the tools there, each call of one, and what waits for a person."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class ToolConnection(TenantModel):
    """A system of the company's that tools talk to, and how Rapport shows who it is there. `secret` is encrypted."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)  # "http" or "mcp"
    base_url = models.CharField(max_length=2000)
    auth = models.CharField(max_length=8, default="none")  # "none", "header", "bearer", "basic" or "query"
    auth_name = models.CharField(max_length=80, blank=True)  # of the header or parameter; for "basic" the user
    secret = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="tool_connection_name_unique")]


class Tool(TenantModel):
    """One thing that an agent may do there. `definition` is what its kind needs (`agents.tools.definitions`), `policy`
    under which conditions it is done (`agents.tools.policy`).

    `approved_digest`: of the definition that a person has looked at; `seen` is a newer one that waits for that.
    """

    connection = models.ForeignKey(ToolConnection, on_delete=models.CASCADE, related_name="tools")
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=1000)
    definition = models.JSONField(default=dict)
    policy = models.JSONField(default=dict)
    is_enabled = models.BooleanField(default=True)
    approved_digest = models.CharField(max_length=64, blank=True)
    seen = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="tool_name_unique")]


class ToolRunState(models.TextChoices):
    PLANNED = "planned", "Not begun"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Outcome unknown"
    WAITING = "waiting", "Waits for agreement"
    REFUSED = "refused", "Not done"


class ToolRun(TenantModel):
    """One call of a tool: the journal by which a turn that runs again repeats nothing. `said`: the agent's words before
    the calls of this round, on the first of them. `result` is what the model was told."""

    turn = models.ForeignKey("agents.Turn", on_delete=models.CASCADE, related_name="tool_runs")
    step = models.PositiveIntegerField()  # from 1, over all rounds
    round = models.PositiveIntegerField()
    call_id = models.CharField(max_length=200)
    tool = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)  # "builtin", "http" or "mcp"
    arguments = models.TextField()  # as the model wrote them
    signature = models.TextField(blank=True)  # its provider's, wanted back with the call
    said = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=ToolRunState, default=ToolRunState.PLANNED)
    result = models.TextField(blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "turn", "step"], name="tool_run_step_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "-created_at"], name="tool_run_recent")]


class ToolOverflow(TenantModel):
    """What a result was too long for: the whole of it, which the agent reads in pages."""

    run = models.OneToOneField(ToolRun, on_delete=models.CASCADE, related_name="overflow")
    text = models.TextField()

    class Meta(TenantModel.Meta):
        abstract = False


class ToolApproval(TenantModel):
    """A call that waits until someone agrees: a person of the company, or the contact. `exchange`: what the model has
    called and been told so far, so that it can go on."""

    run = models.OneToOneField(ToolRun, on_delete=models.CASCADE, related_name="approval")
    asked_of = models.CharField(max_length=8)  # "person" or "contact"
    state = models.CharField(max_length=8, default="waiting")  # "waiting", "approved", "refused" or "expired"
    exchange = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)  # an actor's label
    resumed_turn_id = models.UUIDField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state", "-created_at"], name="tool_approval_state"),
            models.Index(fields=["state", "expires_at"], name="tool_approval_due"),
        ]


class ServiceRequest(TenantModel):
    """What a contact wants people of the company to do: a ticket, or a call back. Webhooks tell of it."""

    kind = models.CharField(max_length=8)  # "ticket" or "callback"
    run_id = models.UUIDField()
    conversation_id = models.UUIDField()
    contact_id = models.UUIDField()
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    wanted_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "run_id"], name="service_request_run_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "contact_id", "-created_at"], name="service_request_contact")
        ]
