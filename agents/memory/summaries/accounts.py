"""The summary of an account: the company that contacts belong to, as the tenant's own systems say.

It holds numbers, and words that at least three of its contacts ask about; no one's sentences and nobody's name. It is
for people of the tenant: no turn of any contact is ever given it, and who belongs to it sees nothing of the others.
In the caller's scope and transaction.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from agents.memory.summaries.keeping import EXTRACTOR, VERSION, digest_of, says
from agents.memory.summaries.lines import read_lines
from agents.models import AccountPart, AccountSummary, ServiceRequest, Summary, SummaryLevel
from ingestion.contacts.companies import companies_of, contacts_of_company
from ingestion.contacts.selectors import get_contacts
from ingestion.parsing.language import STOP_WORDS

MOST_CONTACTS = 200  # that it is made of: who spoke last
SHARED_BY = 3  # contacts: what fewer ask about is theirs alone
MOST_SUBJECTS = 6
_WORD = re.compile(r"[^\W\d_]{4,}")
_SMALL = STOP_WORDS["en"] | STOP_WORDS["de"]


@dataclass(frozen=True, slots=True)
class _Numbers:
    contacts: int
    conversations: int
    unanswered: int
    handed_off: int
    open_requests: int
    first_at: datetime
    last_at: datetime

    @property
    def words(self) -> str:
        parts = [
            f"{_counted(self.contacts, 'contact')} wrote in {_counted(self.conversations, 'conversation')} since "
            f"{self.first_at:%Y-%m-%d}, the last on {self.last_at:%Y-%m-%d}.",
            f"{self.open_requests} open: tickets and callbacks." if self.open_requests else "",
            f"{_counted(self.handed_off, 'conversation')} handed to people." if self.handed_off else "",
            f"{_counted(self.unanswered, 'conversation')} with a question left open." if self.unanswered else "",
        ]
        return " ".join(part for part in parts if part)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def refresh_accounts(family: Sequence[UUID]) -> int:
    """Those that the contact belongs to, and those that it was part of. Returns how many were made."""
    keys = set(companies_of(family))
    keys.update(AccountPart.objects.filter(contact_id__in=family).values_list("account__key", flat=True))
    return sum(refresh_account(key) for key in sorted(keys))


def refresh_account(key: str) -> bool:
    """True when it was made. Two who belong to it wait for each other."""
    AccountSummary.objects.get_or_create(key=key, defaults={"text": "", "digest": "", "version": VERSION})
    account = AccountSummary.objects.select_for_update().get(key=key)
    now = _now(key)
    if not now.parts:
        account.delete()
        return False
    if account.digest == now.digest:
        return False
    _write(account, now)
    return True


def is_behind(account: AccountSummary) -> bool:
    """It was made of something else than there is now."""
    return account.digest != _now(account.key).digest


@dataclass(frozen=True, slots=True)
class _Now:
    """What an account's summary is to be made of. `members`: of each part's contact, all who are read as it."""

    parts: tuple[Summary, ...]
    members: Mapping[UUID, tuple[UUID, ...]]
    requests: int

    @property
    def everybody(self) -> list[UUID]:
        return [each for row in self.parts for each in self.members[row.key]]

    @property
    def digest(self) -> str:
        inputs = sorted((row.key.hex, digest_of(says(row))[:16]) for row in self.parts)
        return digest_of([VERSION, inputs, self.requests])


def _now(key: str) -> _Now:
    members = contacts_of_company(key)
    rows = Summary.objects.filter(level=SummaryLevel.CONTACT, key__in=list(members))
    parts = tuple(rows.order_by("-last_at", "-key")[:MOST_CONTACTS])
    spoken = [each for row in parts for each in members[row.key]]
    requests = ServiceRequest.objects.filter(contact_id__in=spoken, is_open=True).count()
    return _Now(parts, members, requests)


def _write(account: AccountSummary, now: _Now) -> None:
    parts = now.parts
    numbers = _Numbers(
        contacts=len(parts),
        conversations=_sum(parts, "conversations"),
        unanswered=_sum(parts, "unanswered"),
        handed_off=_sum(parts, "handed_off"),
        open_requests=now.requests,
        first_at=min(row.first_at for row in parts if row.first_at),
        last_at=max(row.last_at for row in parts if row.last_at),
    )
    names = _names(account.tenant_id, now.everybody)
    subjects = [each for each in shared_subjects(parts) if each not in names][:MOST_SUBJECTS]
    account.numbers = {
        "contacts": numbers.contacts,
        "conversations": numbers.conversations,
        "unanswered": numbers.unanswered,
        "handed_off": numbers.handed_off,
        "open_requests": numbers.open_requests,
    }
    account.subjects = subjects
    account.text = f"{numbers.words} Often about: {', '.join(subjects)}." if subjects else numbers.words
    account.digest, account.extractor, account.version = now.digest, EXTRACTOR, VERSION
    is_first = not AccountPart.objects.filter(account=account).exists()
    account.times_made = 1 if is_first else F("times_made") + 1
    account.save()
    AccountPart.objects.filter(account=account).delete()
    AccountPart.objects.bulk_create(
        AccountPart(account=account, contact_id=row.key, digest=digest_of(says(row))) for row in parts
    )


def _sum(parts: Iterable[Summary], name: str) -> int:
    return sum(row.numbers.get(name, 0) for row in parts)


def shared_subjects(parts: Iterable[Summary]) -> list[str]:
    """Words of what at least three contacts asked, small-lettered, most often asked first."""
    asked_by = Counter(word for row in parts for word in _asked_words(row))
    often = [(word, count) for word, count in asked_by.items() if count >= SHARED_BY]
    return [word for word, _ in sorted(often, key=lambda each: (-each[1], each[0]))]


def _names(tenant_id: UUID, contact_ids: Iterable[UUID]) -> set[str]:
    found = get_contacts(tenant_id=tenant_id, contact_ids=contact_ids)
    return {word for each in found.values() for word in _WORD.findall(each.name.lower())}


def _asked_words(row: Summary) -> set[str]:
    """Of a contact's conversations: what they asked, not what they told of themselves."""
    conversations = [each.conversation_id for each in read_lines(row.lines) if each.conversation_id]
    rows = Summary.objects.filter(level=SummaryLevel.CONVERSATION, key__in=conversations)
    asked = [line.text for each in rows for line in read_lines(each.lines) if line.kind == "asked"]
    return {word for text in asked for word in _WORD.findall(text.lower()) if word not in _SMALL}
