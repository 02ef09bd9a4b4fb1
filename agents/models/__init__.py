"""The tables of what answers, one module per idea."""

from agents.models.activity import ActivityDay, ActivityMark
from agents.models.attachments import Attachment
from agents.models.cache import CachedAnswer, CacheEvidence, CacheLookup
from agents.models.campaigns import (
    Campaign,
    CampaignAttempt,
    CampaignMember,
    CampaignState,
    MemberOutcome,
    MemberState,
)
from agents.models.configuration import Agent, AgentVersion
from agents.models.consent import ChatConsent
from agents.models.conversations import Conversation, ConversationState, Message, MessageRole, Turn, TurnState
from agents.models.costs import CostRank, PeriodShare
from agents.models.experiments import Experiment
from agents.models.feedback import Feedback, FeedbackReason, Rater
from agents.models.inbox import CannedReply, ConversationNote, Presence
from agents.models.judgements import Judgement
from agents.models.memory import Episode, Extraction, Fact, FactSource, FactStatus, Precision, Stance, holding
from agents.models.phone import (
    Call,
    CallAnalysis,
    CallCarrier,
    CallDirection,
    CallPermission,
    CallRecording,
    CallState,
    CallTransfer,
    PhoneCarrier,
    PhoneNumber,
    VoicemailPolicy,
)
from agents.models.prompts import Prompt, PromptLabel, PromptVersion
from agents.models.providers import ModelProvider, ProviderCredential
from agents.models.shelves import EpisodeSegment, EpisodeShelf
from agents.models.speech import SpeechKey, SpeechProvider, SpeechRole
from agents.models.summaries import AccountPart, AccountSummary, Summary, SummaryLevel
from agents.models.tools import (
    ServiceRequest,
    Tool,
    ToolApproval,
    ToolConnection,
    ToolOverflow,
    ToolRun,
    ToolRunState,
)
from agents.models.trace_export import TraceExport
from agents.models.tracing import Span, Trace

__all__ = [
    "AccountPart",
    "AccountSummary",
    "ActivityDay",
    "ActivityMark",
    "Agent",
    "AgentVersion",
    "Attachment",
    "CacheEvidence",
    "CacheLookup",
    "CachedAnswer",
    "Call",
    "CallAnalysis",
    "CallCarrier",
    "CallDirection",
    "CallPermission",
    "CallRecording",
    "CallState",
    "CallTransfer",
    "Campaign",
    "CampaignAttempt",
    "CampaignMember",
    "CampaignState",
    "CannedReply",
    "ChatConsent",
    "Conversation",
    "ConversationNote",
    "ConversationState",
    "CostRank",
    "Episode",
    "EpisodeSegment",
    "EpisodeShelf",
    "Experiment",
    "Extraction",
    "Fact",
    "FactSource",
    "FactStatus",
    "Feedback",
    "FeedbackReason",
    "Judgement",
    "MemberOutcome",
    "MemberState",
    "Message",
    "MessageRole",
    "ModelProvider",
    "PeriodShare",
    "PhoneCarrier",
    "PhoneNumber",
    "Precision",
    "Presence",
    "Prompt",
    "PromptLabel",
    "PromptVersion",
    "ProviderCredential",
    "Rater",
    "ServiceRequest",
    "Span",
    "SpeechKey",
    "SpeechProvider",
    "SpeechRole",
    "Stance",
    "Summary",
    "SummaryLevel",
    "Tool",
    "ToolApproval",
    "ToolConnection",
    "ToolOverflow",
    "ToolRun",
    "ToolRunState",
    "Trace",
    "TraceExport",
    "Turn",
    "TurnState",
    "VoicemailPolicy",
    "holding",
]
