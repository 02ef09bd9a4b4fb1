"""What a tenant knows: sources, documents and their versions, chunks; and the end customers, called contacts.

These rows are the truth; vectors and graph are projections of them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from tenants.scoped import TenantModel


class SourceKind(models.TextChoices):
    UPLOAD = "upload", "Uploaded files"
    WEBSITE = "website", "Website"
    ANSWERS = "answers", "Approved answers"


class Source(TenantModel):
    """A place documents come from. `config` for a website: {"url", "max_pages", …}."""

    kind = models.CharField(max_length=16, choices=SourceKind)
    name = models.CharField(max_length=200)
    config = models.JSONField(default=dict)
    crawl_state = models.CharField(max_length=16, blank=True)  # "", "queued", "running", "done", "failed"
    crawl_error_code = models.CharField(max_length=80, blank=True)
    crawl_error = models.CharField(max_length=500, blank=True)
    pages_seen = models.PositiveIntegerField(default=0)
    last_crawled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "created_at"], name="source_tenant_created")]


class DocumentState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    PROCESSING = "processing", "Reading"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    DELETING = "deleting", "Being removed"


class Document(TenantModel):
    """One page or file. `external_id` is its identity within the source: file name or canonical address.

    `current_version_id` is the version that answers; a newer version replaces it only when all stores hold it.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="documents")
    external_id = models.CharField(max_length=1000)
    title = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    media_type = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=12, choices=DocumentState, default=DocumentState.QUEUED)
    error_code = models.CharField(max_length=80, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    current_version_id = models.UUIDField(null=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "source", "external_id"], name="document_unique_in_source")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "source", "state"], name="document_tenant_state")]


class IngestStage(models.TextChoices):
    QUEUED = "queued", "Waiting"
    PARSING = "parsing", "Reading the file"
    CHUNKING = "chunking", "Splitting into passages"
    EMBEDDING = "embedding", "Computing meaning"
    STORING = "storing", "Writing to the stores"
    VERIFYING = "verifying", "Checking the stores"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class DocumentVersion(TenantModel):
    """One content of a document, and how far its ingest is."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    content_hash = models.CharField(max_length=64)  # SHA-256 of the bytes as they came
    blob_key = models.CharField(max_length=200)
    text = models.TextField(blank=True)  # canonical text; chunk offsets point into it
    links = models.JSONField(null=True)  # addresses that the text links to; null: from before they were kept
    stage = models.CharField(max_length=12, choices=IngestStage, default=IngestStage.QUEUED)
    done_units = models.PositiveIntegerField(default=0)
    total_units = models.PositiveIntegerField(default=0)
    chunk_count = models.PositiveIntegerField(default=0)
    embedded_count = models.PositiveIntegerField(default=0)  # chunks computed; the others were reused
    token_count = models.PositiveIntegerField(default=0)  # of all chunks
    embedded_tokens = models.PositiveIntegerField(default=0)  # of the chunks computed: what is to be billed
    node_count = models.PositiveIntegerField(default=0)
    edge_count = models.PositiveIntegerField(default=0)
    timings_ms = models.JSONField(default=dict)  # stage → milliseconds
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "document", "-created_at"], name="version_tenant_document")]


class Chunk(TenantModel):
    """A passage of a version, with its vector: the stores can be rebuilt from these rows without embedding again."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="chunks")
    ordinal = models.PositiveIntegerField()
    text = models.TextField()
    heading_path = models.JSONField(default=list)
    anchor = models.CharField(max_length=200, blank=True)  # fragment of the page's address where the passage begins
    char_start = models.PositiveIntegerField()
    char_end = models.PositiveIntegerField()
    token_count = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)  # SHA-256 of what was embedded
    embedding_model = models.CharField(max_length=80, blank=True)
    embedding = models.BinaryField(null=True)  # float32, little endian, unit length

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "version", "ordinal"], name="chunk_unique_in_version")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "document", "content_hash"], name="chunk_content_hash"),
        ]


class ChunkVector(TenantModel):
    """A passage's vector by another model than the one in its row: while two models' collections stand beside each
    other. What removes passages removes these too (`ingestion.pipeline.row_vectors`)."""

    chunk = models.ForeignKey(Chunk, on_delete=models.DO_NOTHING, related_name="+")
    model = models.CharField(max_length=80)
    vector = models.BinaryField()  # as Chunk.embedding

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "chunk", "model"], name="chunk_vector_unique")
        ]


class EmbeddingState(TenantModel):
    """Which embedding model answers for a tenant, where else its passages are, and how far a re-embedding has come.

    `held`: model → dimensions of every collection that may hold passages of the tenant: what is removed leaves all.
    """

    model = models.CharField(max_length=80)
    held = models.JSONField(default=dict)
    switched_at = models.DateTimeField(null=True)
    next_model = models.CharField(max_length=80, blank=True)  # of an unfinished re-embedding
    runner = models.CharField(max_length=120, blank=True)  # who does it: host and process
    runner_until = models.DateTimeField(null=True)
    settles_until = models.DateTimeField(null=True)  # until then no version begins to answer
    done = models.PositiveIntegerField(default=0)  # passages that have the next model's vector
    total = models.PositiveIntegerField(default=0)
    embedded = models.PositiveIntegerField(default=0)  # passages computed by the present run
    started_at = models.DateTimeField(null=True)  # of the present run
    progress_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="embedding_state_unique")]


class Contact(TenantModel):
    """An end customer of the tenant. An anonymous visitor is a contact with no identity yet.

    `merged_into`: read as one with that contact; nothing moves, so it can be taken back (`ingestion.contacts.merging`).
    """

    tenant = models.ForeignKey(  # its indexes begin with the company
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=32, blank=True)  # E.164
    external_id = models.CharField(max_length=200, blank=True)
    is_anonymous = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    described_at = models.DateTimeField(null=True)  # when what the tenant's systems said of it last was true
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "external_id"], condition=~Q(external_id=""), name="contact_external_id_unique"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="contact_newest"),
            models.Index(fields=["tenant", "-last_seen_at"], name="contact_tenant_seen"),
            models.Index(  # few are
                fields=["tenant", "merged_into"], name="contact_merged", condition=Q(merged_into__isnull=False)
            ),
        ]


class IdentityKind(models.TextChoices):
    EXTERNAL_ID = "external_id", "Your id"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    ANONYMOUS_ID = "anonymous_id", "Anonymous id"  # a browser or device; says nothing of who uses it


class ContactIdentity(TenantModel):
    """By what a contact is found: exactly, by `digest` (a keyed hash of kind and value), never by likeness."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=16, choices=IdentityKind)
    digest = models.CharField(max_length=64)
    value = models.CharField(max_length=300)  # normalised, for people to read
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "kind", "digest"], name="contact_identity_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "contact"], name="contact_identity_contact")]


class ContactMerge(TenantModel):
    """Who said that two contacts are one person, and who took it back."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=16)  # "asked", "alias" or "identify"
    merged_by = models.CharField(max_length=80)
    merged_at = models.DateTimeField(auto_now_add=True)
    unmerged_by = models.CharField(max_length=80, blank=True)
    unmerged_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "contact"], condition=Q(unmerged_at=None), name="contact_merge_one_open"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "into"], name="contact_merge_into")]


class ContactEvent(TenantModel):
    """Something that happened in the tenant's own systems, as it was sent: the timeline, and the source of what follows
    from it. Unique, so that sending it again changes nothing.

    `who` holds what the sender said of whom it is about: external_id, anonymous_id, previous_id, email, phone,
    contact_id, company_id. `contact` is who that is; None until it is handled, and for what is about nobody.
    `company_id` is that of `who`, kept apart by the database: under row-level security no index finds what is in JSON.
    """

    source = models.CharField(max_length=500)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=16)  # "identify", "track", "page", "screen", "group", "alias" or "event"
    name = models.CharField(max_length=300, blank=True)
    who = models.JSONField(default=dict)
    traits = models.JSONField(default=dict)  # what it says of the contact
    properties = models.JSONField(default=dict)
    context = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="+")
    company_id = models.GeneratedField(
        expression=KeyTextTransform("company_id", "who"),
        output_field=models.CharField(max_length=300, null=True),
        db_persist=True,
    )

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "source", "event_id"], name="contact_event_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "contact", "-occurred_at", "-id"], name="contact_event_timeline"),
            models.Index(fields=["tenant", "id"], condition=Q(handled_at=None), name="contact_event_waiting"),
            models.Index(
                fields=["tenant", "company_id", "occurred_at"],
                condition=~Q(company_id=None),
                name="contact_event_company",
            ),
        ]


class ContactRelation(TenantModel):
    """What a contact has to do with a company, a page or a product: since when, until when, by which event last."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=40)  # "belongs_to", "viewed", "ordered", …
    target_kind = models.CharField(max_length=16)  # "company", "url", "screen" or "product"
    target_key = models.CharField(max_length=300)
    name = models.CharField(max_length=300, blank=True)
    times = models.PositiveIntegerField(default=1)
    valid_from = models.DateTimeField()
    last_at = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    event = models.ForeignKey(ContactEvent, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "contact", "kind", "target_kind", "target_key"], name="contact_relation_unique"
            )
        ]


class ProjectionCheck(models.Model):
    """How a tenant's comparison of the stores with these rows stands. The platform's table, not the tenant's: it says
    whose turn it is, and outlives the tenant until its stores are known to be empty. Counts only.

    `progress` is where an unfinished comparison goes on; `report` is what the last finished one found.
    """

    tenant_id = models.UUIDField(unique=True)
    due_at = models.DateTimeField(null=True)  # null: nothing to do
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    report = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="projection_check_due")]


class StoreWatch(models.Model):
    """Whether a store answered when it was last asked, and which start of it: one that comes back, or was started again
    unnoticed, is compared with the rows."""

    name = models.CharField(max_length=20, unique=True)
    is_up = models.BooleanField(default=True)
    incarnation = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()


class Rebuild(models.Model):
    """How far a rebuild of a store came for a tenant; the row goes with its end."""

    store = models.CharField(max_length=20)
    tenant_id = models.UUIDField()
    after = models.UUIDField(null=True)  # the last document that was written

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["store", "tenant_id"], name="rebuild_unique")]
