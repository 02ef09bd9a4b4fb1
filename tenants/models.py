"""Control tables (who exists, before a tenant is known) and the tenant's own audit log."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from rapport.ids import new_id
from rapport.sql.filtering import PlainManager
from tenants.scoped import TenantModel
from tenants.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Invitation",
    "Membership",
    "Role",
    "Tenant",
    "User",
    "UserManager",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WidgetKey",
]


class UserManager(BaseUserManager["User"]):
    """Users are found and made by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. What they may do follows from their memberships."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True, default="")  # that they read; empty: as their company
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False
    is_superuser = False

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.email

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used: see `tenants.permissions`."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Tenant(models.Model):
    """A company: the wall that every row, vector, node, key, stream and task stands behind."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(max_length=8, default="en")
    currency = models.CharField(max_length=3, default="USD")
    retention = models.JSONField(default=dict)  # {"conversations_days": 90, …}; what it does not name is kept
    deletion_due_at = models.DateTimeField(null=True, db_index=True)  # asked for; until then it can be taken back
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlainManager()

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    DEVELOPER = "developer", "Developer"
    ANALYST = "analyst", "Analyst"
    BILLING = "billing", "Billing"


class Membership(models.Model):
    """A user's place in a tenant. A control table: it is read to find the tenant, before any scope is open."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "user"], name="membership_unique")]


class Invitation(models.Model):
    """Someone was asked by mail to join. The token is in the mail only; here is its SHA-256.

    A control table: it is read to find the tenant. Unique while it is open: one per tenant and address.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)  # in lower case
    role = models.CharField(max_length=16, choices=Role)
    digest = models.CharField(max_length=64, unique=True)  # hexadecimal
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_unique",
            )
        ]


class WidgetKey(models.Model):
    """A publishable key (`rp_pk_…`): public, mints visitor sessions for one agent, from its allowed origins only.

    A control table: it is read to find the tenant.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="widget_keys")
    key = models.CharField(max_length=64, unique=True)
    agent_id = models.UUIDField()
    allowed_origins = models.JSONField(default=list)  # ["https://shop.example", …], scheme://host[:port]
    requires_identity = models.BooleanField(default=False)  # no anonymous visitors
    requires_proof = models.BooleanField(default=False)  # of work, of new anonymous visitors
    visitor_day_tokens = models.BigIntegerField(null=True, default=300_000)  # what a visitor may spend; null: no limit
    visitor_day_micros = models.BigIntegerField(null=True, default=500_000)
    consent_text = models.TextField(blank=True)  # what visitors agree to first: `tenants.consent`; "": nothing
    consent_link = models.CharField(max_length=300, blank=True)
    consent_version = models.PositiveIntegerField(default=0)
    proactive = models.JSONField(default=dict)  # what it says by itself: `tenants.proactive`; {}: nothing
    attachments = models.JSONField(default=dict)  # files that visitors may send: `tenants.attachments`; {}: none
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class IdentitySecret(TenantModel):
    """With this a tenant's own server signs who a widget's visitor is. Encrypted: a signature is checked with the
    secret itself. Its public id is the `kid` of what it signs."""

    widget_key = models.ForeignKey(WidgetKey, on_delete=models.CASCADE, related_name="+")
    secret = models.TextField()  # by rapport.encryption
    hint = models.CharField(max_length=4)  # its last characters
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)  # set when it is replaced

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["tenant", "widget_key"], name="identity_secret_widget")]


class ApiKey(models.Model):
    """A secret key (`rp_sk_…`) with which a tenant's own systems call the API. Shown once; only its HMAC is kept.

    A control table: it is read to find the tenant.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    is_test = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, unique=True)  # HMAC-SHA256, hexadecimal
    hint = models.CharField(max_length=4)  # the key's last characters
    scopes = models.JSONField(default=list)  # values of Permission
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)
    successor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="predecessors")
    made_by_key = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "created_at"], name="api_key_tenant")]


class SignOn(models.Model):
    """How a company's people sign in through its own OpenID provider.

    A control table, like the two below: it is read to find the tenant.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="sign_on")
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    client_secret = models.TextField()  # encrypted: it is sent to the provider
    default_role = models.CharField(max_length=16, choices=Role, default=Role.ANALYST)
    is_required = models.BooleanField(default=False)  # no other way for people of its domains, owners excepted
    created_at = models.DateTimeField(auto_now_add=True)


class SignOnDomain(models.Model):
    """A mail domain that a company says is its own; it counts once it is verified, and then for one company only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sign_on_domains")
    domain = models.CharField(max_length=253)  # in lower case, as name servers write it
    token = models.CharField(max_length=64)  # public: it stands in the domain's TXT record
    created_at = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "domain"], name="sign_on_domain_unique"),
            models.UniqueConstraint(
                fields=["domain"], condition=models.Q(verified_at__isnull=False), name="sign_on_domain_verified_once"
            ),
        ]


class SignOnIdentity(models.Model):
    """Whom a company's provider means by its `sub`: addresses change hands, this does not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sign_on_identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_on_identities")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "issuer", "subject"], name="sign_on_subject_unique"),
            models.UniqueConstraint(fields=["tenant", "issuer", "user"], name="sign_on_user_unique"),
        ]


class AuditEntry(TenantModel):
    """One row per write by a service, in the write's own transaction; append-only."""

    tenant = models.ForeignKey(  # all its indexes begin with the company
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )
    actor = models.CharField(max_length=80)  # "user:<id>", "agent:<id>", "visitor:<id>", "key:<id>", "system"
    action = models.CharField(max_length=80)  # "document.submitted", noun.verb-past
    subject = models.CharField(max_length=80, blank=True)  # public id of what it was done to
    details = models.JSONField(default=dict)
    before = models.JSONField(default=dict)  # the names that changed, as they were
    after = models.JSONField(default=dict)  # the same names, as they are
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="audit_tenant_newest"),
            models.Index(fields=["tenant", "-created_at"], name="audit_tenant_created"),
            models.Index(fields=["tenant", "actor", "-id"], name="audit_tenant_actor"),
            models.Index(fields=["tenant", "action", "-id"], name="audit_tenant_action"),
            models.Index(fields=["tenant", "subject", "-id"], name="audit_tenant_subject"),
        ]


from tenants.privacy.models import DataExport as DataExport  # noqa: E402  the app's other tables
from tenants.privacy.models import Departure as Departure  # noqa: E402
from tenants.privacy.models import Erasure as Erasure  # noqa: E402
from tenants.privacy.models import Tombstone as Tombstone  # noqa: E402
