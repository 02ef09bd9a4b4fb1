"""Every setting of the product, read once, typed, and refused at start by name when it is missing or wrong.

Nothing else reads the environment. It must not import Django: processes that run without it (the embedder) read it too.
"""

import contextlib
import secrets
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from environs import Env, EnvError

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Config:
    """One field per setting; the field's name in capitals is the variable's name."""

    data_dir: Path
    debug: bool
    secret_key_fallbacks: tuple[str, ...]  # what was signed under them stays good
    secret_key: str
    allowed_hosts: tuple[str, ...]
    public_url: str  # where browsers reach the dashboard and the API, no trailing slash
    bind_address: str
    port: int
    metrics_port: int  # where Prometheus asks; 0: nowhere
    metrics_bind_address: str
    demo_site_port: int  # the demo customer's page; 0 switches it off
    database_url: str
    database_owner_url: str  # for migrations; "" where DATABASE_URL's own role may make them (the embedded profile)
    database_ops_url: str  # for named maintenance commands
    events_url: str
    celery_broker_url: str
    streams_url: str
    vectors_url: str
    graph_url: str
    embeddings_url: str
    embeddings_other_urls: tuple[str, ...]  # of models that still answer somewhere, or that can be moved to
    search_deadline_seconds: float  # how long an answer waits for an arm of the search before it goes on without
    rerank_url: str  # of a reranking API; "" for none
    rerank_api_key: str
    rerank_model: str
    llm_url: str
    llm_other_urls: tuple[str, ...]  # of models that answer beside it; each with ?model=, and ?key= where it needs one
    llm_region: str  # where LLM_URL's model runs, as agents ask for it: "eu", "us", …
    llm_api_key: str
    llm_model: str
    llm_input_price: int  # micro-units of USD per million tokens; both 0: nobody said, costs are shown as unpriced
    llm_output_price: int
    recogniser_url: str  # who understands calls that bring audio
    recogniser_api_key: str
    synthesiser_url: str  # who speaks in them
    synthesiser_api_key: str
    operators: tuple[str, ...]  # verified e-mail addresses of those who see what all companies come to
    default_plan: str  # of companies that nobody has put on a plan; see `billing.plans`
    stripe_secret_key: str  # "": nothing is charged by anybody, everything is counted as ever
    stripe_webhook_secrets: tuple[str, ...]  # several while one is replaced, or where Stripe sends to us twice
    email_url: str
    default_from_email: str
    log_level: str
    live_slots: int  # how many keys of each queue are worked on at once, in all
    ingest_slots: int
    bulk_slots: int
    calls_slots: int
    lease_seconds: float  # how long a key waits for a worker that vanished without a trace
    session_idle_hours: int  # a member who did nothing for so long signs in again
    session_most_hours: int  # and so does everybody after so long
    event_retention_hours: int  # handled events, the log and published outbox rows
    max_upload_bytes: int
    outbound_allowed_private_hosts: tuple[str, ...]
    dns_servers: tuple[str, ...]  # "192.0.2.53" or "127.0.0.1:5353"; none: those of the machine

    @property
    def llm_model_name(self) -> str:
        """The model at LLM_URL: LLM_MODEL, else `?model=` of the address, else ""."""
        return self.llm_model or parse_qs(urlsplit(self.llm_url).query).get("model", [""])[0]

    @property
    def is_embedded(self) -> bool:
        """True while the database is the embedded one: the profile of one machine, and of tests."""
        return self.database_url.startswith("sqlite")


_SPOKEN_WITH = ("deepgram", "elevenlabs", "openai")
SPEECH = ("builtin", *_SPOKEN_WITH, *(f"{each}+{scheme}" for each in _SPOKEN_WITH for scheme in ("http", "https")))
# Which kinds of address each URL setting takes. Parts named here but not built yet refuse by themselves, by name.
SCHEMES = {
    "public_url": ("http", "https"),
    "events_url": ("embedded", "kafka", "kafka+ssl"),
    "celery_broker_url": ("embedded", "redis", "rediss", "memory"),
    "streams_url": ("embedded", "redis", "rediss"),
    "vectors_url": ("embedded", "weaviate", "weaviates"),
    "graph_url": ("embedded", "bolt", "neo4j", "bolt+s", "neo4j+s"),
    "embeddings_url": ("builtin", "http", "https"),
    "llm_url": (
        *("builtin", "http", "https", "openai", "anthropic", "google"),
        *("openai+http", "openai+https", "anthropic+http", "anthropic+https", "google+http", "google+https"),
    ),
    "recogniser_url": SPEECH,
    "synthesiser_url": SPEECH,
    "email_url": ("embedded", "smtp", "smtps"),
}


class ConfigError(SystemExit):
    """A setting is missing or wrong; the message names each one and what it should be."""


def _local_secret(data_dir: Path) -> str:
    """A secret made once for this machine; only the embedded profile may live on it."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        candidate = path.with_suffix(f".{secrets.token_hex(4)}")
        candidate.touch(mode=0o600)
        candidate.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(candidate)  # the first process wins, the others read its secret
        candidate.unlink()
    return path.read_text()


def load() -> Config:
    """Read the environment (and a `.env` beside manage.py). Raises ConfigError with every wrong name at once."""
    config = _read()
    others = [
        "EMBEDDINGS_OTHER_URLS is a list of addresses like EMBEDDINGS_URL, with blanks between them"
        for url in config.embeddings_other_urls
        if url.partition(":")[0] not in SCHEMES["embeddings_url"] or ":" not in url
    ]
    other_models = [
        "LLM_OTHER_URLS is a list of addresses like LLM_URL, with blanks between them"
        for url in config.llm_other_urls
        if url.partition(":")[0] not in SCHEMES["llm_url"] or ":" not in url
    ]
    wrong = (
        _wrong_databases(config)
        + others[:1]
        + other_models[:1]
        + _wrong_stripe(config)
        + [
            f"{field.upper()} must begin with one of {', '.join(scheme + ':' for scheme in schemes)}"
            for field, schemes in SCHEMES.items()
            if getattr(config, field).partition(":")[0] not in schemes or ":" not in getattr(config, field)
        ]
    )
    if wrong:
        raise ConfigError(f"Rapport cannot start, settings are wrong: {'; '.join(wrong)}.")
    return config


def _wrong_databases(config: Config) -> list[str]:
    kinds = ("sqlite:", "postgres:", "postgresql:")
    urls = {name: getattr(config, name) for name in ("database_url", "database_owner_url", "database_ops_url")}
    return [
        f"{name.upper()} must begin with one of {', '.join(kinds)}"
        for name, url in urls.items()
        if url and not url.startswith(kinds)
    ]


def _wrong_stripe(config: Config) -> list[str]:
    """With an empty secret everybody could sign what Stripe is said to have sent."""
    if not config.stripe_secret_key:
        return []
    secrets_ = config.stripe_webhook_secrets
    if not secrets_ or not all(each.startswith("whsec_") and len(each) > 12 for each in secrets_):
        return ["STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET beside it, which begins with whsec_"]
    is_key = config.stripe_secret_key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_"))
    return [] if is_key else ["STRIPE_SECRET_KEY begins with sk_test_, sk_live_, rk_test_ or rk_live_"]


def _read() -> Config:
    env = Env(eager=False)
    env.read_env(str(ROOT / ".env"), recurse=False)
    data_dir = Path(env.str("DATA_DIR", str(ROOT / "var"))).expanduser().resolve()
    database_url = env.str("DATABASE_URL", "") or f"sqlite:///{data_dir / 'rapport.sqlite3'}"
    embedded = database_url.startswith("sqlite")
    port = env.int("PORT", 8000) or 0  # None when it is no number: named when the reading is sealed
    config = Config(
        data_dir=data_dir,
        debug=env.bool("DEBUG", False),
        secret_key_fallbacks=tuple(env.list("SECRET_KEY_FALLBACKS", [])),
        secret_key=env.str("SECRET_KEY", "") or (_local_secret(data_dir) if embedded else env.str("SECRET_KEY")),
        allowed_hosts=tuple(env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if embedded else [])),
        public_url=env.str("PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
        bind_address=env.str("BIND_ADDRESS", "127.0.0.1"),
        port=port,
        metrics_port=env.int("METRICS_PORT", 0),
        metrics_bind_address=env.str("METRICS_BIND_ADDRESS", "127.0.0.1"),
        demo_site_port=env.int("DEMO_SITE_PORT", port + 1 if embedded else 0),
        database_url=database_url,
        database_owner_url=env.str("DATABASE_OWNER_URL", ""),
        database_ops_url=env.str("DATABASE_OPS_URL", ""),
        events_url=env.str("EVENTS_URL", "embedded:"),
        celery_broker_url=env.str("CELERY_BROKER_URL", "embedded:"),
        streams_url=env.str("STREAMS_URL", "embedded:"),
        vectors_url=env.str("VECTORS_URL", "embedded:"),
        graph_url=env.str("GRAPH_URL", "embedded:"),
        embeddings_url=env.str("EMBEDDINGS_URL", "builtin:"),
        embeddings_other_urls=tuple(env.str("EMBEDDINGS_OTHER_URLS", "").split()),
        search_deadline_seconds=env.float("SEARCH_DEADLINE_SECONDS", 2.0),
        rerank_url=env.str("RERANK_URL", ""),
        rerank_api_key=env.str("RERANK_API_KEY", ""),
        rerank_model=env.str("RERANK_MODEL", ""),
        llm_url=env.str("LLM_URL", "builtin:"),
        llm_other_urls=tuple(env.str("LLM_OTHER_URLS", "").split()),
        llm_region=env.str("LLM_REGION", ""),
        llm_api_key=env.str("LLM_API_KEY", ""),
        llm_model=env.str("LLM_MODEL", ""),
        llm_input_price=env.int("LLM_INPUT_PRICE", 0),
        llm_output_price=env.int("LLM_OUTPUT_PRICE", 0),
        recogniser_url=env.str("RECOGNISER_URL", "builtin:"),
        recogniser_api_key=env.str("RECOGNISER_API_KEY", ""),
        synthesiser_url=env.str("SYNTHESISER_URL", "builtin:"),
        synthesiser_api_key=env.str("SYNTHESISER_API_KEY", ""),
        operators=tuple(env.str("OPERATORS", "").lower().replace(",", " ").split()),
        default_plan=env.str("DEFAULT_PLAN", "self-hosted"),
        stripe_secret_key=env.str("STRIPE_SECRET_KEY", "").strip(),
        stripe_webhook_secrets=tuple(env.str("STRIPE_WEBHOOK_SECRET", "").split()),
        email_url=env.str("EMAIL_URL", "embedded:" if embedded else ""),
        default_from_email=env.str("DEFAULT_FROM_EMAIL", "Rapport <rapport@localhost>"),
        log_level=env.str("LOG_LEVEL", "INFO").upper(),
        live_slots=env.int("LIVE_SLOTS", 64),
        ingest_slots=env.int("INGEST_SLOTS", 3),
        bulk_slots=env.int("BULK_SLOTS", 4),
        calls_slots=env.int("CALLS_SLOTS", 4),
        lease_seconds=env.float("LEASE_SECONDS", 30.0),
        session_idle_hours=env.int("SESSION_IDLE_HOURS", 3 * 24),
        session_most_hours=env.int("SESSION_MOST_HOURS", 14 * 24),
        event_retention_hours=env.int("EVENT_RETENTION_HOURS", 7 * 24),
        max_upload_bytes=env.int("MAX_UPLOAD_BYTES", 50 * 1024 * 1024),
        outbound_allowed_private_hosts=tuple(env.list("OUTBOUND_ALLOWED_PRIVATE_HOSTS", [])),
        dns_servers=tuple(env.list("DNS_SERVERS", [])),
    )
    try:
        env.seal()
    except EnvError as error:
        raise ConfigError(f"Rapport cannot start, settings are missing or wrong: {error}") from None
    return config


@cache
def get_config() -> Config:
    """The process's configuration, read once."""
    return load()


if __name__ == "__main__":
    sys.stdout.write(f"{get_config()}\n")
