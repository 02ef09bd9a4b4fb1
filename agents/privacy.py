"""Of whom this app's rows and stores are."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from uuid import UUID

from django.db.models import Q

from agents.activity.marking import mark_conversations, mark_messages, mark_turns
from agents.attachments.files import count_files, count_tenant_files, delete_files, delete_tenant_files, read_file
from agents.attachments.kinds import KINDS
from agents.channels.phone.recording.files import (
    Sound,
    count_sounds,
    count_tenant_sounds,
    delete_sounds,
    delete_tenant_sounds,
    list_sounds,
    open_sound,
)
from agents.channels.phone.recording.keeping import remove_old_recordings
from agents.erasing import taking_out as taking_out
from agents.forgetting import remove_old_conversations, remove_old_happenings, remove_old_traces
from agents.memory.summaries.counted import accounts_counting, count_behind, remake_accounts
from agents.models import Attachment, Conversation
from rapport.breakers.registry import get_breakers
from rapport.streams.changes import get_change_board
from rapport.streams.registry import get_stream_store
from tenants.context import tenant_scope
from tenants.privacy.directory import declare_hold
from tenants.privacy.holdings import (
    OfContact,
    OfTenant,
    Person,
    Store,
    StoredFile,
    Subject,
    by_field,
    by_links,
    declare,
    declare_before,
    declare_gather,
    declare_links,
    declare_store,
)
from tenants.privacy.retention import declare_retention
from tenants.privacy.secrets import Encrypted, NoSecret, declare_secret

_OF_TURNS = by_links("turn_id", "turns")
_OF_CONVERSATIONS = by_links("conversation_id", "conversations")


def _ranked(person: Person) -> Iterator[Q]:
    yield Q(subject_id__in=person.contacts)
    yield from by_links("subject_id", "conversations")(person)


declare_links("conversations", "agents.Conversation", "contact_id")
declare_links("messages", "agents.Message", "conversation__contact_id")
declare_links("turns", "agents.Turn", "conversation__contact_id")
declare_links("episodes", "agents.Episode", "contact_id")
declare_links("calls", "agents.Call", "contact_id")
declare_links("attachments", "agents.Attachment", "conversation__contact_id")
declare_links("facts", "agents.Fact", "contact_id")
declare_gather("accounts", accounts_counting)

declare_before("agents.Conversation", mark_conversations)
declare_before("agents.Message", mark_messages)
declare_before("agents.Turn", mark_turns)

declare("agents.ActivityDay", OfTenant("how many conversations a day had: numbers", is_exported=False))
declare("agents.ActivityMark", OfTenant("which of those sums are out of date: quarters of an hour", is_exported=False))
declare("agents.CostRank", OfContact(_ranked, by_links("subject_id", "conversations"), is_exported=False))
declare("agents.PeriodShare", OfTenant("sums of the ledger: numbers, and ids of what was paid for", is_exported=False))
declare("agents.Agent", OfTenant("how the company's agents are set up"))
declare("agents.AgentVersion", OfTenant("how its agents were set up at a time", is_append_only=True))
declare("agents.ProviderCredential", OfTenant("the company's own keys at providers of models"))
declare("agents.SpeechKey", OfTenant("the company's own keys at providers of speech"))
declare("agents.Prompt", OfTenant("names of the company's prompts"))
declare("agents.PromptVersion", OfTenant("what the company tells its agents", is_append_only=True))
declare("agents.PromptLabel", OfTenant("which version of a prompt is used"))
declare("agents.Experiment", OfTenant("which versions of an agent answered side by side"))
declare("agents.Conversation", OfContact(by_field("contact_id"), by_links("id", "conversations")))
declare("agents.Message", OfContact(by_field("conversation__contact_id"), by_links("id", "messages")))
declare(  # `text` is made of the file, which is exported itself
    "agents.Attachment",
    OfContact(by_field("conversation__contact_id"), by_links("id", "attachments"), hidden=frozenset({"text"})),
)
declare("agents.Turn", OfContact(by_field("conversation__contact_id"), by_links("id", "turns")))
declare("agents.ConversationNote", OfContact(by_field("conversation__contact_id"), by_links("id", "notes")))
declare("agents.Feedback", OfContact(by_field("conversation__contact_id"), by_links("id", "feedback")))
declare("agents.Judgement", OfContact(by_field("conversation__contact_id"), by_links("id", "judgements")))
declare("agents.Presence", OfContact(by_field("conversation__contact_id"), _OF_CONVERSATIONS))
declare(
    "agents.PhoneNumber",
    OfTenant("the telephone numbers that agents answer", hidden=frozenset({"secret", "api_key"})),
)
declare("agents.Call", OfContact(by_field("contact_id"), _OF_CONVERSATIONS, hidden=frozenset({"token_digest"})))
declare(
    "agents.CallTransfer", OfContact(by_field("call__contact_id"), by_links("call__conversation_id", "conversations"))
)
declare(
    "agents.CallRecording",
    OfContact(by_field("call__contact_id"), by_links("call_id", "calls"), hidden=frozenset({"listened"})),
)
declare("agents.CallAnalysis", OfContact(by_field("call__contact_id"), by_links("call_id", "calls")))
declare("agents.Campaign", OfTenant("whom the company's agents are to call, when and how often"))
declare("agents.CampaignMember", OfContact(by_field("contact_id"), "that it is to be called, of no conversation"))
declare(
    "agents.CampaignAttempt",
    OfContact(by_field("call__contact_id"), by_links("call__conversation_id", "conversations")),
)
declare("agents.CallPermission", OfContact(by_field("contact_id"), "call_permissions"))
declare("agents.ChatConsent", OfContact(by_field("contact_id"), "chat_consents"))
declare("agents.CannedReply", OfTenant("replies that the company writes often"))
declare("agents.Episode", OfContact(by_field("contact_id"), by_links("id", "episodes")))
declare("agents.Extraction", OfContact(by_field("contact_id"), by_links("episode_id", "episodes"), is_exported=False))
declare("agents.EpisodeShelf", OfContact(by_field("contact_id"), "counters", is_exported=False))
declare(  # numbers made of episodes
    "agents.EpisodeSegment", OfContact(by_field("contact_id"), by_links("id", "segments"), is_exported=False)
)
declare("agents.Summary", OfContact(by_field("contact_id"), by_links("id", "summaries")))
declare("agents.AccountSummary", OfTenant("of companies that contacts belong to: numbers, and words that many asked"))
declare("agents.AccountPart", OfContact(by_field("contact_id"), "a digest of what is left", is_exported=False))
declare("agents.Fact", OfContact(by_field("contact_id"), by_links("id", "facts")))
declare("agents.FactSource", OfContact(by_field("fact__contact_id"), by_links("id", "sources")))
declare("agents.Trace", OfContact(by_field("contact_id"), by_links("id", "traces")))
declare("agents.Span", OfContact(by_field("trace__contact_id"), by_links("trace_id", "traces")))
declare("agents.TraceExport", OfTenant("where the company has its traces sent", hidden=frozenset({"headers"})))
declare("agents.ToolConnection", OfTenant("which systems its agents talk to", hidden=frozenset({"secret"})))
declare("agents.Tool", OfTenant("what its agents can do"))
declare("agents.ToolRun", OfContact(by_field("turn__conversation__contact_id"), by_links("id", "runs")))
declare("agents.ToolOverflow", OfContact(by_field("run__turn__conversation__contact_id"), by_links("run_id", "runs")))
declare("agents.ToolApproval", OfContact(by_field("run__turn__conversation__contact_id"), by_links("run_id", "runs")))
declare("agents.ServiceRequest", OfContact(by_field("contact_id"), by_links("id", "requests")))
declare("agents.CachedAnswer", OfContact(_OF_TURNS, _OF_TURNS))  # its words may be the contact's
declare("agents.CacheLookup", OfContact(_OF_TURNS, _OF_TURNS, is_exported=False))
declare("agents.CacheEvidence", OfTenant("how often answers to like questions were false: numbers"))


def _hold_conversations(contacts: Sequence[UUID]) -> None:
    """Whoever writes a message, an answer, a trace or a memory holds the conversation meanwhile."""
    list(Conversation.objects.select_for_update().filter(contact_id__in=contacts).order_by("id").values_list("id"))


def _streams_of(person: Person) -> list[UUID]:
    """Of turns and conversations; "frames" are turns that were under way when a part of it was taken out."""
    return person.linked("turns", "frames", "conversations")


def _count_frames(subject: Subject) -> int:
    turns = _streams_of(subject) if isinstance(subject, Person) else None
    return get_stream_store().count_frames(subject.tenant_id, turns)


def _erase_frames(subject: Subject) -> None:
    if isinstance(subject, Person):
        get_stream_store().seal(subject.tenant_id, _streams_of(subject))
    else:
        get_stream_store().delete_tenant(subject.tenant_id)
        get_change_board().delete_tenant(subject.tenant_id)


def _breakers_of(company: Subject) -> str:
    """How the names begin of breakers of the company's own models: see `agents.llm.reach`."""
    return f"llm:{company.tenant_id}:"


def _count_breakers(subject: Subject) -> int:
    return 0 if isinstance(subject, Person) else get_breakers().count(_breakers_of(subject))


def _erase_breakers(subject: Subject) -> None:
    if not isinstance(subject, Person):
        get_breakers().forget(_breakers_of(subject))


def _count_accounts(subject: Subject) -> int:
    """Whose numbers still count someone who is gone."""
    return count_behind(subject.tenant_id, subject.linked("accounts")) if isinstance(subject, Person) else 0


def _erase_accounts(subject: Subject) -> None:
    """Made anew of those who are left."""
    if isinstance(subject, Person):
        remake_accounts(subject.tenant_id, subject.linked("accounts"))


def _count_recordings(subject: Subject) -> int:
    if isinstance(subject, Person):
        return count_sounds(subject.tenant_id, subject.linked("calls"))
    return count_tenant_sounds(subject.tenant_id)


def _erase_recordings(subject: Subject) -> None:
    if isinstance(subject, Person):
        delete_sounds(subject.tenant_id, subject.linked("calls"))
    else:
        delete_tenant_sounds(subject.tenant_id)


def _recordings(subject: Subject) -> Iterable[StoredFile]:
    """As WAVE files, the caller left and the agent right."""
    found = list_sounds(subject.tenant_id)
    mine = found if not isinstance(subject, Person) else [each for each in subject.linked("calls") if each in found]
    sounds = {each: open_sound(subject.tenant_id, each) for each in mine}
    return [StoredFile(f"recordings/{each}.wav", partial(_whole, sound)) for each, sound in sounds.items() if sound]


def _whole(sound: Sound) -> bytes:
    return b"".join(sound.read(0, sound.size))


def _count_attachments(subject: Subject) -> int:
    if isinstance(subject, Person):
        return count_files(subject.tenant_id, subject.linked("attachments"))
    return count_tenant_files(subject.tenant_id)


def _erase_attachments(subject: Subject) -> None:
    if isinstance(subject, Person):
        delete_files(subject.tenant_id, subject.linked("attachments"))
    else:
        delete_tenant_files(subject.tenant_id)


def _attachments(subject: Subject) -> Iterable[StoredFile]:
    """As they were sent, named by their ids and their kinds; what they were called is in their rows."""
    with tenant_scope(subject.tenant_id):
        rows = Attachment.objects.order_by("id")
        rows = rows.filter(id__in=subject.linked("attachments")) if isinstance(subject, Person) else rows
        found = [(row.id, f"attachments/{row.id}{KINDS[row.kind].suffixes[0]}") for row in rows]
    return [StoredFile(path, partial(_bytes_of, subject.tenant_id, each)) for each, path in found]


def _bytes_of(tenant_id: UUID, attachment_id: UUID) -> bytes:
    """Nothing of one that was taken away while the export was made."""
    return read_file(tenant_id, attachment_id) or b""


declare_hold(_hold_conversations)
declare_retention("conversations_days", remove_old_conversations)
declare_retention("events_days", remove_old_happenings)
declare_retention("recordings_days", remove_old_recordings)
declare_retention("traces_days", remove_old_traces)
declare_secret("agents.ProviderCredential", "secret", Encrypted())
declare_secret("agents.SpeechKey", "secret", Encrypted())
declare_secret("agents.PhoneNumber", "secret", Encrypted())
declare_secret("agents.PhoneNumber", "api_key", Encrypted())
declare_secret("agents.Call", "token_digest", NoSecret("SHA-256 of a random word that counts once"))
declare_secret("agents.TraceExport", "headers", Encrypted())
declare_secret("agents.CachedAnswer", "key", NoSecret("SHA-256 over what a question was asked of"))
declare_secret("agents.AccountSummary", "key", NoSecret("what the company's own systems call the account"))
for _table, _column in (
    ("Summary", "digest"),
    ("Summary", "facts_digest"),
    ("AccountSummary", "digest"),
    ("AccountPart", "digest"),
):
    declare_secret(f"agents.{_table}", _column, NoSecret("SHA-256 over what a summary was made of"))
declare_secret("agents.ToolConnection", "secret", Encrypted())
for _table, _column in (("AgentVersion", "digest"), ("PromptVersion", "digest"), ("Tool", "approved_digest")):
    declare_secret(f"agents.{_table}", _column, NoSecret("SHA-256 of what the company wrote, to tell it apart"))
declare_store(Store("accounts", "Numbers of the companies that contacts belong to", _count_accounts, _erase_accounts))
declare_store(
    Store("recordings", "The sound of calls that agreed to it", _count_recordings, _erase_recordings, _recordings)
)
declare_store(
    Store("attachments", "Files that came with messages", _count_attachments, _erase_attachments, _attachments)
)
declare_store(Store("breakers", "How its own models did lately", _count_breakers, _erase_breakers))
declare_store(Store("streams", "Answers while they are written, for a day", _count_frames, _erase_frames))
