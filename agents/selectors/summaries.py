"""Reads about summaries: what conversations, contacts and accounts amount to, and what each was made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from agents.errors import AccountNotFound, SummaryNotFound
from agents.memory.summaries.lines import Line, about, in_words, read_lines
from agents.models import AccountPart, AccountSummary, Summary, SummaryLevel
from ingestion.contacts.companies import CompanyView, companies_of, names_of_companies
from ingestion.contacts.merging import family_of
from ingestion.contacts.selectors import ContactView, get_contacts
from tenants.context import tenant_scope

LEVELS = (SummaryLevel.CONVERSATION, SummaryLevel.CONTACT)  # those that are shown; turns are what they are made of


@dataclass(frozen=True, slots=True)
class InputView:
    """`kind`: "turn" (`id` is its first message's), "fact", "conversation" or "contact"; `digest`: of what it said."""

    kind: str
    id: UUID
    digest: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line in words, and where it was said."""

    kind: str
    text: str
    message_id: UUID | None
    conversation_id: UUID | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SummaryView:
    """`is_written`: by a model, else by rules. `times_made`: how often it was made anew, the first time included."""

    id: UUID
    level: str
    contact_id: UUID
    conversation_id: UUID | None
    text: str
    language: str
    lines: tuple[LineView, ...]
    inputs: tuple[InputView, ...]
    digest: str
    extractor: str
    version: int
    times_made: int
    first_at: datetime | None
    last_at: datetime | None
    made_at: datetime

    @property
    def is_written(self) -> bool:
        return self.extractor == "model"

    @property
    def made_of(self) -> dict[str, int]:
        """How many inputs of each kind."""
        kinds = [each.kind for each in self.inputs if each.kind != self.level]
        return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


@dataclass(frozen=True, slots=True)
class AccountView:
    """A company that contacts belong to: `key` as the tenant's own systems call it. `contacts`: that it is made of."""

    id: UUID
    key: str
    name: str
    text: str
    numbers: Mapping[str, int]
    subjects: tuple[str, ...]
    contacts: tuple[UUID, ...]
    digest: str
    version: int
    times_made: int
    made_at: datetime


def list_summaries(
    *,
    tenant_id: UUID,
    limit: int = 50,
    before: UUID | None = None,
    contact_id: UUID | None = None,
    conversation_id: UUID | None = None,
    level: str = "",
) -> list[SummaryView]:
    """Newest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = _shown().order_by("-id")
        if contact_id:
            rows = rows.filter(contact_id__in=family_of(tenant_id=tenant_id, contact_id=contact_id))
        rows = rows.filter(conversation_id=conversation_id) if conversation_id else rows
        rows = rows.filter(level=level) if level else rows
        rows = rows.filter(id__lt=before) if before else rows
        return [_view(row) for row in rows[:limit]]


def get_summary(*, tenant_id: UUID, summary_id: UUID) -> SummaryView:
    """Raises SummaryNotFound."""
    with tenant_scope(tenant_id):
        row = _shown().filter(id=summary_id).first()
    if row is None:
        raise SummaryNotFound("There is no such summary.")
    return _view(row)


def summary_of_conversation(*, tenant_id: UUID, conversation_id: UUID) -> SummaryView | None:
    return _one(tenant_id, SummaryLevel.CONVERSATION, conversation_id)


def summary_of_contact(*, tenant_id: UUID, contact_id: UUID) -> SummaryView | None:
    """Of all who are read as one with it."""
    root, *_ = family_of(tenant_id=tenant_id, contact_id=contact_id)
    return _one(tenant_id, SummaryLevel.CONTACT, root)


def short_texts(*, tenant_id: UUID, conversations: Iterable[UUID]) -> dict[UUID, str]:
    """What each was about, in a line, of those that have a summary."""
    with tenant_scope(tenant_id):
        rows = Summary.objects.filter(level=SummaryLevel.CONVERSATION, key__in=list(conversations))
        found = {row.key: _short(row) for row in rows}
    return {key: text for key, text in found.items() if text}


def _short(row: Summary) -> str:
    line = about(read_lines(row.lines))
    return line.text if line else ""


def _one(tenant_id: UUID, level: SummaryLevel, key: UUID) -> SummaryView | None:
    with tenant_scope(tenant_id):
        row = Summary.objects.filter(level=level, key=key).first()
    return _view(row) if row and row.text else None


def _shown() -> QuerySet[Summary]:
    return Summary.objects.filter(level__in=LEVELS)


def _view(row: Summary) -> SummaryView:
    return SummaryView(
        id=row.id,
        level=row.level,
        contact_id=row.contact_id,
        conversation_id=row.conversation_id,
        text=row.text,
        language=row.language,
        lines=tuple(_line(each, row.language) for each in read_lines(row.lines) if each.kind != "forgets"),
        inputs=tuple(InputView(kind, UUID(identity), digest) for kind, identity, digest in row.inputs),
        digest=row.digest,
        extractor=row.extractor,
        version=row.version,
        times_made=row.times_made,
        first_at=row.first_at,
        last_at=row.last_at,
        made_at=row.made_at,
    )


def _line(line: Line, language: str) -> LineView:
    return LineView(line.kind, in_words(line, language), line.message_id, line.conversation_id, line.at)


def list_accounts(*, tenant_id: UUID, limit: int = 50, before: UUID | None = None) -> list[AccountView]:
    """Newest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = AccountSummary.objects.order_by("-id")
        rows = rows.filter(id__lt=before) if before else rows
        return _account_views(list(rows[:limit]))


def get_account(*, tenant_id: UUID, account_id: UUID) -> AccountView:
    """Raises AccountNotFound."""
    with tenant_scope(tenant_id):
        found = _account_views(list(AccountSummary.objects.filter(id=account_id)))
    if not found:
        raise AccountNotFound("There is no such account.")
    return found[0]


def accounts_of(*, tenant_id: UUID, contact_id: UUID) -> list[AccountView]:
    """Of the companies that the contact belongs to."""
    with tenant_scope(tenant_id):
        companies = companies_of(family_of(tenant_id=tenant_id, contact_id=contact_id))
        rows = AccountSummary.objects.filter(key__in=list(companies)).order_by("key")
        return _account_views(list(rows), companies)


def colleagues_of(*, tenant_id: UUID, account: AccountView) -> list[tuple[ContactView, str]]:
    """Who else belongs to it, each with what its own summary says in short. For people who may read contacts and
    conversations."""
    with tenant_scope(tenant_id):
        rows = Summary.objects.filter(level=SummaryLevel.CONTACT, key__in=account.contacts).order_by("-last_at")[:20]
        found = get_contacts(tenant_id=tenant_id, contact_ids=[row.key for row in rows])
        return [(found[row.key], _last_of(row)) for row in rows if row.key in found]


def _last_of(row: Summary) -> str:
    return next((each.text for each in read_lines(row.lines) if each.kind == "conversation"), "")


def _account_views(rows: list[AccountSummary], companies: Mapping[str, CompanyView] | None = None) -> list[AccountView]:
    names = companies if companies is not None else names_of_companies([row.key for row in rows])
    parts: dict[UUID, list[UUID]] = {row.id: [] for row in rows}
    for account_id, contact_id in AccountPart.objects.filter(account_id__in=parts).values_list(
        "account_id", "contact_id"
    ):
        parts[account_id].append(contact_id)
    return [
        AccountView(
            id=row.id,
            key=row.key,
            name=names[row.key].name if row.key in names else row.key,
            text=row.text,
            numbers=row.numbers,
            subjects=tuple(row.subjects),
            contacts=tuple(sorted(parts[row.id])),
            digest=row.digest,
            version=row.version,
            times_made=row.times_made,
            made_at=row.made_at,
        )
        for row in rows
    ]
