"""How this floor, and the ground beneath it, keep secrets."""

from tenants.privacy.secrets import Encrypted, Hashed, NoSecret, Plain, declare_secret

_ORDER = "what is handled in order: an id"

declare_secret("tenants.User", "password", Hashed("PBKDF2, salted"))
declare_secret("tenants.ApiKey", "digest", Hashed("HMAC-SHA256 under a key that follows from SECRET_KEY"))
declare_secret("tenants.Invitation", "digest", Hashed("SHA-256 of a random token of 256 bits, good for seven days"))
declare_secret("tenants.WidgetKey", "key", NoSecret("public: it stands in customers' pages"))
declare_secret("tenants.Tombstone", "digest", Hashed("HMAC-SHA256 under a key that follows from SECRET_KEY"))
declare_secret("tenants.Departure", "recipients", Encrypted())
declare_secret("tenants.IdentitySecret", "secret", Encrypted())
declare_secret("tenants.SignOn", "client_secret", Encrypted())
declare_secret("tenants.SignOnDomain", "token", NoSecret("public: it is put into the domain's DNS"))
declare_secret("tenants.WebhookEndpoint", "secret", Encrypted())
declare_secret("tenants.WebhookEndpoint", "old_secret", Encrypted())
declare_secret("mfa.Authenticator", "data", Encrypted(("secret", "seed", "migrated_codes")))

_SESSION = "Django keeps the id of a session as the browser shows it; it is over after two weeks, or when it is ended"
declare_secret("sessions.Session", "session_key", Plain(_SESSION))
declare_secret("usersessions.UserSession", "session_key", Plain(_SESSION))
declare_secret("account.EmailConfirmation", "key", NoSecret("not used: links that confirm an address are signed"))

declare_secret("events.OutboxEvent", "key", NoSecret(_ORDER))
declare_secret("events.InboxEvent", "key", NoSecret(_ORDER))
declare_secret("events.LogRecord", "key", NoSecret(_ORDER))
declare_secret("events.KeyLease", "key", NoSecret(_ORDER))
declare_secret("idempotency.IdempotencyClaim", "key", NoSecret("chosen by who calls, to send the call again"))
declare_secret("ratelimits.CacheEntry", "cache_key", NoSecret("names what is counted or was used"))
