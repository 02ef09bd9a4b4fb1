"""What can go wrong with agents, conversations and turns. Messages say what to do and never repeat what was said."""

from rapport.errors import Conflict, InvalidRequest, NotFound, PermissionDenied, RapportError, Unavailable


class AgentNotFound(NotFound):
    code = "agent_not_found"


class VersionNotFound(NotFound):
    code = "agent_version_not_found"


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class ConversationHeld(Conflict):
    """A person has it, or one is waited for: the message is kept for them, and the agent does not answer."""

    code = "conversation_held"


class ConversationTaken(Conflict):
    """Somebody else was faster."""

    code = "conversation_taken"


class ConversationClosed(Conflict):
    code = "conversation_closed"


class WrongConversationState(Conflict):
    code = "conversation_state"


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"


class AttachmentsOff(PermissionDenied):
    code = "attachments_off"


class AttachmentTooLarge(InvalidRequest):
    code = "attachment_too_large"
    status = 413


class AttachmentEmpty(InvalidRequest):
    code = "attachment_empty"


class AttachmentName(InvalidRequest):
    code = "attachment_name"


class WrongAttachmentKind(InvalidRequest):
    code = "attachment_kind"
    status = 415


class TooManyAttachments(InvalidRequest):
    code = "too_many_attachments"


class AttachmentSent(Conflict):
    """It is part of a message by now."""

    code = "attachment_sent"


class ConsentRequired(PermissionDenied):
    code = "consent_required"


class InvalidReplyAddress(InvalidRequest):
    code = "invalid_reply_address"


class MailRefused(Conflict):
    code = "mail_refused"


class AssigneeNotFound(InvalidRequest):
    code = "assignee_not_found"


class CannedReplyNotFound(NotFound):
    code = "canned_reply_not_found"


class CannedReplyExists(Conflict):
    code = "canned_reply_exists"


class InvalidCannedReply(InvalidRequest):
    code = "invalid_canned_reply"


class TurnNotFound(NotFound):
    code = "turn_not_found"


class ContextErased(RapportError):
    """Some of what the answer was made from was erased meanwhile: it is made anew from what is left."""

    code = "context_erased"
    is_retryable = True


class TurnCancelled(RapportError):
    """Whoever asked does not want the answer any more: the turn stops where it is. Nobody is shown this."""

    code = "turn_cancelled"


class TraceNotFound(NotFound):
    code = "trace_not_found"


class CallNotFound(NotFound):
    code = "call_not_found"


class RecordingNotFound(NotFound):
    code = "recording_not_found"


class PhoneNumberNotFound(NotFound):
    code = "phone_number_not_found"


class InvalidPhoneNumber(InvalidRequest):
    code = "invalid_phone_number"


class InvalidCallPermission(InvalidRequest):
    code = "invalid_call_permission"


class CallNotAllowed(Conflict):
    """The contact may not be called, or not now; its kinds say why."""

    code = "call_not_allowed"


class ContactHasNoNumber(CallNotAllowed):
    code = "contact_has_no_number"


class ConsentMissing(CallNotAllowed):
    code = "call_consent_missing"


class WantsNoCalls(CallNotAllowed):
    code = "do_not_call"


class QuietHours(CallNotAllowed):
    code = "quiet_hours"


class CarrierCannotCall(CallNotAllowed):
    """From this number, whoever would be called."""

    code = "carrier_cannot_call"


class CampaignNotFound(NotFound):
    code = "campaign_not_found"


class InvalidCampaign(InvalidRequest):
    code = "invalid_campaign"


class CampaignNotReady(Conflict):
    """What was asked does not go with how the campaign stands."""

    code = "campaign_not_ready"


class CallRefused(Conflict):
    """A line that is not, or no longer, a call of this number's."""

    code = "call_refused"


class FactNotFound(NotFound):
    code = "memory_not_found"


class FactNotOpen(Conflict):
    code = "memory_not_open"


class InvalidAgent(InvalidRequest):
    code = "invalid_agent"


class InvalidAgentFile(InvalidAgent):
    code = "invalid_agent_file"


class PromptNotFound(NotFound):
    code = "prompt_not_found"


class PromptVersionNotFound(NotFound):
    code = "prompt_version_not_found"


class InvalidPrompt(InvalidRequest):
    code = "invalid_prompt"


class PromptExists(Conflict):
    code = "prompt_exists"


class PromptInUse(Conflict):
    """What answers now could not any more."""

    code = "prompt_in_use"


class ModelProviderNotFound(NotFound):
    code = "model_provider_not_found"


class InvalidModelProvider(InvalidRequest):
    code = "invalid_model_provider"


class ExperimentNotFound(NotFound):
    code = "experiment_not_found"


class InvalidExperiment(InvalidRequest):
    code = "invalid_experiment"


class ExperimentRunning(Conflict):
    """Its versions answer until it is stopped; nothing else can be published meanwhile."""

    code = "experiment_running"


class ToolNotFound(NotFound):
    code = "tool_not_found"


class InvalidTool(InvalidRequest):
    code = "invalid_tool"


class ToolServerFailed(InvalidRequest):
    """An MCP server answers with an error, or with something that is no MCP."""

    code = "tool_server_failed"


class ToolExists(Conflict):
    code = "tool_exists"


class ApprovalNotFound(NotFound):
    code = "tool_approval_not_found"


class ApprovalDecided(Conflict):
    """It waits no more: someone was quicker, or its time is over."""

    code = "tool_approval_decided"


class ServiceRequestNotFound(NotFound):
    code = "service_request_not_found"


class EmptyMessage(InvalidRequest):
    code = "message_empty"


class MessageTooLong(InvalidRequest):
    code = "message_too_long"


class ConversationFull(InvalidRequest):
    """A conversation holds so many messages and no more; the contact starts a new one."""

    code = "conversation_full"


class ModelNotFound(NotFound):
    """What a call named as its model is none of the company's agents."""

    code = "model_not_found"


class TurnFailed(RapportError):
    """Every attempt at the answer failed; asking again is asking anew."""

    code = "turn_failed"
    status = 502


class TurnTooDear(RapportError):
    """No model may be asked: the call could cost more than the agent's limit for one answer."""

    code = "turn_too_dear"
    status = 429
    type = "rate_limit_error"


class TurnTimedOut(RapportError):
    code = "turn_timed_out"
    status = 504


class LookupNotFound(NotFound):
    code = "lookup_not_found"


class MessageNotFound(NotFound):
    code = "message_not_found"


class NotRateable(InvalidRequest):
    """Only what an agent answered is rated."""

    code = "not_rateable"


class FeedbackNotFound(NotFound):
    code = "feedback_not_found"


class NothingToSuggest(Conflict):
    """Nobody asked anything that the agent could answer."""

    code = "nothing_to_suggest"


class SuggestionNotFound(NotFound):
    code = "suggestion_not_found"


class InvalidTraceExport(InvalidRequest):
    code = "invalid_trace_export"


class TraceExportMissing(InvalidRequest):
    """The company has no collector."""

    code = "trace_export_missing"


class TracesNotTaken(Unavailable):
    """This attempt at sending failed; there will be another one."""

    code = "traces_not_taken"


class TracesRefused(RapportError):
    """The collector will not take them however often they are sent."""

    code = "traces_refused"


class SummaryNotFound(NotFound):
    code = "summary_not_found"


class AccountNotFound(NotFound):
    code = "account_not_found"
