"""One method for each operation of the API, grouped by what it is about.

Made from docs/openapi.yaml by `make sdks`; changes by hand are lost.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from rapport_sdk import models
from rapport_sdk._calls import OMIT, Call, FileInput, Omit, given, new_id
from rapport_sdk._pages import AsyncPages, Pages
from rapport_sdk._transport import AsyncResource, AsyncTransport, Resource, Transport


class Account(Resource):
    def me(self) -> models.Me:
        """Whose key this is, and what it may do."""
        return self._transport.fetch(Call("GET", "/v1/me"), models.Me)


class Accounts(Resource):
    def get(self, account_id: str) -> models.Account:
        """A company that contacts belong to, and what they amount to together."""
        return self._transport.fetch(
            Call("GET", "/v1/accounts/{account_id}", ids={"account_id": account_id}), models.Account
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> Pages[models.Account]:
        """Companies that contacts who wrote belong to, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport, Call("GET", "/v1/accounts", query={"cursor": cursor, "limit": limit}), models.Account
        )


class Agents(Resource):
    def compare_versions(self, agent_id: str, *, from_: str | None = None, to: str | None = None) -> models.Diff:
        """What changes from one version to another, setting by setting; long texts word by word.

        from_: A version's number, or 'draft'; without it the published one.
        to: A version's number, or 'draft'; without it the published one.
        """
        return self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/diff", ids={"agent_id": agent_id}, query={"from": from_, "to": to}),
            models.Diff,
        )

    def create(
        self,
        *,
        name: str | None = None,
        instructions: str | None = None,
        greeting: str | None = None,
        suggested_questions: Sequence[str] | None = None,
        color: str | None = None,
        model: str | None = None,
        config: Mapping[str, Any] | None = None,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Agent:
        """Make an agent. What is not given has a sensible default.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
        config: Any part of the configuration, laid over it (RFC 7396). docs/agents.md describes it.
        note: Why. At most 300 characters.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/agents",
                body={
                    "name": name,
                    "instructions": instructions,
                    "greeting": greeting,
                    "suggested_questions": suggested_questions,
                    "color": color,
                    "model": model,
                    "config": config,
                    "note": note,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Agent,
        )

    def create_version(self, agent_id: str, *, note: str | None = None) -> models.Version:
        """Keep the draft as a version without publishing it: for test chats and experiments.

        note: At most 300 characters.
        """
        return self._transport.fetch(
            Call("POST", "/v1/agents/{agent_id}/versions", ids={"agent_id": agent_id}, body={"note": note}),
            models.Version,
        )

    def discard_draft(self, agent_id: str) -> None:
        """Put the draft back to what is published."""
        self._transport.send(Call("DELETE", "/v1/agents/{agent_id}/draft", ids={"agent_id": agent_id}))

    def export_file(self, agent_id: str, *, version: str | None = None) -> models.File:
        """An agent as one YAML file, which `POST /v1/agents/import` reads.

        version: A version's number, or 'draft'; without it the published one.
        """
        return self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/export", ids={"agent_id": agent_id}, query={"version": version}),
            models.File,
        )

    def get(self, agent_id: str) -> models.Agent:
        """One agent."""
        return self._transport.fetch(Call("GET", "/v1/agents/{agent_id}", ids={"agent_id": agent_id}), models.Agent)

    def get_cache(self, agent_id: str) -> models.CacheBoard:
        """What the agent's cache did in the last 30 days, and what was proved of it."""
        return self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/cache", ids={"agent_id": agent_id}), models.CacheBoard
        )

    def get_draft(self, agent_id: str) -> models.VersionConfig:
        """What is being edited. PATCH the agent with `publish: false` to change it."""
        return self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/draft", ids={"agent_id": agent_id}), models.VersionConfig
        )

    def get_experiment(self, agent_id: str, experiment_id: str) -> models.Experiment:
        """An experiment, with what became of each version's answers."""
        return self._transport.fetch(
            Call(
                "GET",
                "/v1/agents/{agent_id}/experiments/{experiment_id}",
                ids={"agent_id": agent_id, "experiment_id": experiment_id},
            ),
            models.Experiment,
        )

    def get_version(self, agent_id: str, number: str) -> models.VersionConfig:
        """What a version is."""
        return self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/versions/{number}", ids={"agent_id": agent_id, "number": number}),
            models.VersionConfig,
        )

    def import_file(
        self, *, yaml: str, agent_id: str | None = None, idempotency_key: str | None = None
    ) -> models.Agent:
        """Make an agent of a file, or write it into an agent's draft. `error.problems` has all that is wrong.

        yaml: What an export gave.
        agent_id: Whose draft it becomes. Without it a new agent is made.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/import",
                body={"yaml": yaml, "agent_id": agent_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Agent,
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> Pages[models.Agent]:
        """The company's agents, oldest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(self._transport, Call("GET", "/v1/agents", query={"cursor": cursor, "limit": limit}), models.Agent)

    def list_cache_lookups(
        self, agent_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.CacheLookup]:
        """Questions for which an answer was kept, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/agents/{agent_id}/cache/lookups",
                ids={"agent_id": agent_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.CacheLookup,
        )

    def list_experiments(
        self, agent_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.ExperimentLine]:
        """The agent's experiments, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/agents/{agent_id}/experiments",
                ids={"agent_id": agent_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.ExperimentLine,
        )

    def list_versions(
        self, agent_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Version]:
        """The agent's versions, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/agents/{agent_id}/versions",
                ids={"agent_id": agent_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Version,
        )

    def publish(self, agent_id: str, *, note: str | None = None) -> models.Version:
        """Make the draft the version that answers. A draft that differs in nothing makes no new version.

        note: At most 300 characters.
        """
        return self._transport.fetch(
            Call("POST", "/v1/agents/{agent_id}/publish", ids={"agent_id": agent_id}, body={"note": note}),
            models.Version,
        )

    def report_cached_answer(self, agent_id: str, lookup_id: str) -> models.CacheLookup:
        """This answer was wrong: it is not given again, and counts as a false hit. Saying it twice changes
        nothing.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/cache/lookups/{lookup_id}/wrong",
                ids={"agent_id": agent_id, "lookup_id": lookup_id},
            ),
            models.CacheLookup,
        )

    def roll_back(self, agent_id: str, *, version: int, note: str | None = None) -> models.Version:
        """Publish an older version, or a candidate, as a new version. The draft becomes the same.

        version: Which to take up again.
        note: At most 300 characters.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/rollback",
                ids={"agent_id": agent_id},
                body={"note": note, "version": version},
            ),
            models.Version,
        )

    def start_experiment(
        self, agent_id: str, *, name: str, arms: Sequence[models.SplitParam], idempotency_key: str | None = None
    ) -> models.Experiment:
        """Let versions answer side by side: each contact gets one of them, always the same. While it runs
        nothing else is published.

        name: At most 120 characters.
        arms: Two to four versions; the parts add up to 100.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/experiments",
                ids={"agent_id": agent_id},
                body={"name": name, "arms": arms},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Experiment,
        )

    def stop_experiment(self, agent_id: str, experiment_id: str) -> models.Experiment:
        """Everybody gets the published version again."""
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/experiments/{experiment_id}/stop",
                ids={"agent_id": agent_id, "experiment_id": experiment_id},
            ),
            models.Experiment,
        )

    def update(
        self,
        agent_id: str,
        *,
        name: str | None = None,
        instructions: str | None = None,
        greeting: str | None = None,
        suggested_questions: Sequence[str] | None = None,
        color: str | None = None,
        model: str | None = None,
        config: Mapping[str, Any] | None = None,
        note: str | None = None,
        publish: bool | None = None,
    ) -> models.Agent:
        """Change an agent. What differs is published as a new version, which the next answer is by, and stands
        in the draft too; with `publish: false` only the draft changes. What else waits in the draft goes on
        waiting.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
        config: Any part of the configuration, laid over it (RFC 7396). docs/agents.md describes it.
        note: Why. At most 300 characters.
        publish: false: change the draft alone, and nobody is answered by it yet.
        """
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/agents/{agent_id}",
                ids={"agent_id": agent_id},
                body={
                    "name": name,
                    "instructions": instructions,
                    "greeting": greeting,
                    "suggested_questions": suggested_questions,
                    "color": color,
                    "model": model,
                    "config": config,
                    "note": note,
                    "publish": publish,
                },
            ),
            models.Agent,
        )


class ApprovedAnswers(Resource):
    def approve(self, *, question: str, answer: str, feedback_id: str | None = None) -> models.ApprovedAnswer:
        """Keep an answer that a person says is right, for all agents. It is a document of the source 'Approved
        answers', listed, changed and deleted with the documents.

        question: As customers ask it; the same one replaces its answer.
        feedback_id: What it was made of.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/approved-answers",
                body={"question": question, "answer": answer, "feedback_id": feedback_id},
            ),
            models.ApprovedAnswer,
        )


class Attachments(Resource):
    def download(self, attachment_id: str) -> bytes:
        """The file itself, to be saved: no browser shows it as a page."""
        return self._transport.fetch_bytes(
            Call("GET", "/v1/attachments/{attachment_id}/content", ids={"attachment_id": attachment_id})
        )

    def get(self, attachment_id: str) -> models.Attachment:
        """What is known of a file."""
        return self._transport.fetch(
            Call("GET", "/v1/attachments/{attachment_id}", ids={"attachment_id": attachment_id}), models.Attachment
        )

    def remove(self, attachment_id: str) -> None:
        """Take a file away that was not sent with a message yet. One that was sent goes with its message."""
        self._transport.send(Call("DELETE", "/v1/attachments/{attachment_id}", ids={"attachment_id": attachment_id}))


class Audit(Resource):
    def list(
        self,
        *,
        action: str | None = None,
        actor: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        since: datetime | None = None,
        subject: str | None = None,
        until: datetime | None = None,
    ) -> Pages[models.Audit]:
        """The audit log, newest first. Filters that are given must all match.

        action: agent.updated; or agent, for all that is done to agents.
        actor: A label (user:usr_…), an id (usr_…), or a kind: user, key, agent, …
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        since: Not before this time, in ISO 8601.
        subject: The id of what it was done to.
        until: Before this time, in ISO 8601.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/audit",
                query={
                    "action": action,
                    "actor": actor,
                    "cursor": cursor,
                    "limit": limit,
                    "since": since,
                    "subject": subject,
                    "until": until,
                },
            ),
            models.Audit,
        )


class Billing(Resource):
    def get(self) -> models.Billing:
        """The plan, the running period's statement so far, and how much of each quota is used."""
        return self._transport.fetch(Call("GET", "/v1/billing"), models.Billing)

    def list_periods(self) -> Pages[models.BillingPeriod]:
        """Closed periods, latest first. What is told of one after it was closed is borne by the next."""
        return Pages(self._transport, Call("GET", "/v1/billing/periods"), models.BillingPeriod)

    def set_usage_limit(self, *, meter: models.UsageLimitRequestMeterEnum, quantity: int | None) -> models.Billing:
        """At how much of a meter in a period nothing more is taken, whatever the plan would charge for it.

        quantity: In a period; null: no limit.
        """
        return self._transport.fetch(
            Call("PUT", "/v1/billing/limits", body={"meter": meter, "quantity": given(quantity)}), models.Billing
        )


class Budget(Resource):
    def get(self) -> models.Budget:
        """What the company may spend in this calendar month, and what is spent and kept aside."""
        return self._transport.fetch(Call("GET", "/v1/budget"), models.Budget)

    def set(self, *, month_micros: int | None) -> models.Budget:
        """A hard limit: when what a turn could cost at worst does not fit any more, the turn is refused.

        month_micros: For a calendar month of the company's time zone; null: no limit.
        """
        return self._transport.fetch(
            Call("PUT", "/v1/budget", body={"month_micros": given(month_micros)}), models.Budget
        )


class Calls(Resource):
    def get(self, call_id: str) -> models.PhoneCall:
        """A call. What was said is in its conversation."""
        return self._transport.fetch(Call("GET", "/v1/calls/{call_id}", ids={"call_id": call_id}), models.PhoneCall)

    def list(
        self,
        *,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["dialling", "ended", "queued", "ringing", "talking", "transfer"] | None = None,
    ) -> Pages[models.PhoneCall]:
        """Calls, the latest first.

        contact_id: Of this contact.
        conversation_id: That this conversation was.
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        state: Only those.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/calls",
                query={
                    "contact_id": contact_id,
                    "conversation_id": conversation_id,
                    "cursor": cursor,
                    "limit": limit,
                    "state": state,
                },
            ),
            models.PhoneCall,
        )

    def place(
        self,
        *,
        phone_number_id: str,
        contact_id: str,
        opening: str | None = None,
        instructions: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.PhoneCall:
        """Let an agent call a contact, as soon as it is its turn, and at most once. Refused unless it is
        recorded that the contact agreed, when it wants no calls, and in quiet hours where it is.

        phone_number_id: From which number; its agent speaks.
        contact_id: Who is called, at the number that is known of them.
        opening: Said first, in place of the number's greeting.
        instructions: For the agent in this call, beside its own.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/calls",
                body={
                    "phone_number_id": phone_number_id,
                    "contact_id": contact_id,
                    "opening": opening,
                    "instructions": instructions,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.PhoneCall,
        )


class Campaigns(Resource):
    def add_members(
        self,
        campaign_id: str,
        *,
        contacts: Sequence[models.CampaignContactRequest] | None = None,
        filter: models.CampaignFilterRequest | None = None,
        csv: str | None = None,
    ) -> models.CampaignMembersAdded:
        """Add contacts to a draft: a list, all that match a filter, or a table. Sent again it adds nobody
        twice. Rows that are not taken are listed with the reason.

        filter: All contacts that match; empty: all.
        csv: A table with a head: a column contact_id, phone, email, external_id, every other one is a
        variable.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/campaigns/{campaign_id}/members",
                ids={"campaign_id": campaign_id},
                body={"contacts": contacts, "filter": filter, "csv": csv},
            ),
            models.CampaignMembersAdded,
        )

    def cancel(self, campaign_id: str) -> models.Campaign:
        """End it for good; calls under way end by themselves."""
        return self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/cancel", ids={"campaign_id": campaign_id}), models.Campaign
        )

    def change(
        self,
        campaign_id: str,
        *,
        name: str | None = None,
        phone_number_id: str | None = None,
        opening: str | None = None,
        instructions: str | None = None,
        windows: Sequence[Mapping[str, Any]] | None = None,
        retries: Mapping[str, Any] | None = None,
        starts_at: datetime | Omit | None = OMIT,
        ends_at: datetime | Omit | None = OMIT,
        most_at_once: int | None = None,
        calls_per_minute: int | None = None,
    ) -> models.Campaign:
        """Change a draft.

        opening: Said first. {{ first_name }} and others are filled in for each contact.
        instructions: For the agent in these calls, beside its own.
        windows: Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to
        21:00.
        retries: How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left
        out: never.
        starts_at: Nobody is called before.
        ends_at: Nobody is called after.
        """
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/campaigns/{campaign_id}",
                ids={"campaign_id": campaign_id},
                body={
                    "name": name,
                    "phone_number_id": phone_number_id,
                    "opening": opening,
                    "instructions": instructions,
                    "windows": windows,
                    "retries": retries,
                    "starts_at": given(starts_at),
                    "ends_at": given(ends_at),
                    "most_at_once": most_at_once,
                    "calls_per_minute": calls_per_minute,
                },
            ),
            models.Campaign,
        )

    def check(self, campaign_id: str) -> models.CampaignCheck:
        """How many would be called if it began now, how many not and why, and about what it costs."""
        return self._transport.fetch(
            Call("GET", "/v1/campaigns/{campaign_id}/check", ids={"campaign_id": campaign_id}), models.CampaignCheck
        )

    def create(
        self,
        *,
        name: str,
        phone_number_id: str,
        opening: str,
        instructions: str | None = None,
        windows: Sequence[Mapping[str, Any]] | None = None,
        retries: Mapping[str, Any] | None = None,
        starts_at: datetime | Omit | None = OMIT,
        ends_at: datetime | Omit | None = OMIT,
        most_at_once: int | None = None,
        calls_per_minute: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.Campaign:
        """Make a draft. It calls nobody until it has contacts and is started.

        phone_number_id: From which number; its agent speaks.
        opening: Said first. {{ first_name }} and others are filled in for each contact.
        instructions: For the agent in these calls, beside its own.
        windows: Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to
        21:00.
        retries: How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left
        out: never.
        starts_at: Nobody is called before.
        ends_at: Nobody is called after.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/campaigns",
                body={
                    "name": name,
                    "phone_number_id": phone_number_id,
                    "opening": opening,
                    "instructions": instructions,
                    "windows": windows,
                    "retries": retries,
                    "starts_at": given(starts_at),
                    "ends_at": given(ends_at),
                    "most_at_once": most_at_once,
                    "calls_per_minute": calls_per_minute,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Campaign,
        )

    def get(self, campaign_id: str) -> models.Campaign:
        """A campaign, as it is written down."""
        return self._transport.fetch(
            Call("GET", "/v1/campaigns/{campaign_id}", ids={"campaign_id": campaign_id}), models.Campaign
        )

    def get_member(self, campaign_id: str, contact_id: str) -> models.CampaignMember:
        """A contact of the campaign, and what became of it."""
        return self._transport.fetch(
            Call(
                "GET",
                "/v1/campaigns/{campaign_id}/members/{contact_id}",
                ids={"campaign_id": campaign_id, "contact_id": contact_id},
            ),
            models.CampaignMember,
        )

    def get_progress(self, campaign_id: str) -> models.CampaignProgress:
        """How far it is, how fast, and what it cost so far."""
        return self._transport.fetch(
            Call("GET", "/v1/campaigns/{campaign_id}/progress", ids={"campaign_id": campaign_id}),
            models.CampaignProgress,
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> Pages[models.Campaign]:
        """Campaigns, the latest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport, Call("GET", "/v1/campaigns", query={"cursor": cursor, "limit": limit}), models.Campaign
        )

    def list_members(
        self,
        campaign_id: str,
        *,
        cursor: str | None = None,
        group: Literal["calling", "failed", "no_answer", "not_called", "reached", "refused", "voicemail", "waiting"]
        | None = None,
        limit: int | None = None,
    ) -> Pages[models.CampaignMember]:
        """Its contacts in the order in which they came, and what became of each.

        cursor: next_cursor of the page before.
        group: Only those, as the progress counts them.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/campaigns/{campaign_id}/members",
                ids={"campaign_id": campaign_id},
                query={"cursor": cursor, "group": group, "limit": limit},
            ),
            models.CampaignMember,
        )

    def pause(self, campaign_id: str) -> models.Campaign:
        """Nobody is dialled from now on; calls under way end by themselves."""
        return self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/pause", ids={"campaign_id": campaign_id}), models.Campaign
        )

    def remove_member(self, campaign_id: str, contact_id: str) -> None:
        """Take a contact out of a draft."""
        self._transport.send(
            Call(
                "DELETE",
                "/v1/campaigns/{campaign_id}/members/{contact_id}",
                ids={"campaign_id": campaign_id, "contact_id": contact_id},
            )
        )

    def resume(self, campaign_id: str) -> models.Campaign:
        """Go on with a paused one."""
        return self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/resume", ids={"campaign_id": campaign_id}), models.Campaign
        )

    def start(self, campaign_id: str, *, calls: int) -> models.Campaign:
        """Begin to call. `calls` confirms what the check said; those that it left out are not called.

        calls: What the check said; refused when it is another by now.
        """
        return self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/start", ids={"campaign_id": campaign_id}, body={"calls": calls}),
            models.Campaign,
        )


class CannedReplies(Resource):
    def create(self, *, name: str, text: str) -> models.CannedReply:
        """Keep a reply by a name.

        text: May hold {{contact.name}}, {{agent.name}}, {{me.name}}.
        """
        return self._transport.fetch(
            Call("POST", "/v1/canned-replies", body={"name": name, "text": text}), models.CannedReply
        )

    def delete(self, reply_id: str) -> None:
        """Remove it; what was written with it stays."""
        self._transport.send(Call("DELETE", "/v1/canned-replies/{reply_id}", ids={"reply_id": reply_id}))

    def get(self, reply_id: str) -> models.CannedReply:
        """One reply, with its variables as they are written."""
        return self._transport.fetch(
            Call("GET", "/v1/canned-replies/{reply_id}", ids={"reply_id": reply_id}), models.CannedReply
        )

    def list(self) -> Pages[models.CannedReply]:
        """Replies that are written often, by name."""
        return Pages(self._transport, Call("GET", "/v1/canned-replies"), models.CannedReply)

    def replace(self, reply_id: str, *, name: str, text: str) -> models.CannedReply:
        """Another name or text for it.

        text: May hold {{contact.name}}, {{agent.name}}, {{me.name}}.
        """
        return self._transport.fetch(
            Call("PUT", "/v1/canned-replies/{reply_id}", ids={"reply_id": reply_id}, body={"name": name, "text": text}),
            models.CannedReply,
        )


class Contacts(Resource):
    def change_call_permission(
        self,
        contact_id: str,
        *,
        consent_source: str | None = None,
        wants_no_calls: bool | None = None,
        time_zone: str | None = None,
    ) -> models.CallPermission:
        """Record that a contact agreed to be called, that it wants no calls, or where it is.

        consent_source: For example: form of 3 May. Empty takes it back.
        time_zone: For example Europe/Berlin.
        """
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/contacts/{contact_id}/call-permission",
                ids={"contact_id": contact_id},
                body={"consent_source": consent_source, "wants_no_calls": wants_no_calls, "time_zone": time_zone},
            ),
            models.CallPermission,
        )

    def create(
        self,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Contact:
        """Make a contact. An address, number or id that another contact has is a conflict that names it.

        phone: With its country code; kept as E.164.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/contacts",
                body={"name": name, "email": email, "phone": phone, "external_id": external_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Contact,
        )

    def erase(self, contact_id: str, *, idempotency_key: str | None = None) -> models.Erasure:
        """Forget a contact for good, everywhere. Needs the scope contacts.erase; cannot be taken back. An
        anonymous visitor may have itself forgotten; who is identified asks the company.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/contacts/{contact_id}/erasure",
                ids={"contact_id": contact_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Erasure,
        )

    def export(self, contact_id: str, *, idempotency_key: str | None = None) -> models.Export:
        """Have an archive made of all that is held of a contact: JSON Lines, files and a manifest in one ZIP.
        Needs the scopes contacts.read, conversations.read and traces.read.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/contacts/{contact_id}/exports",
                ids={"contact_id": contact_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Export,
        )

    def get(self, contact_id: str) -> models.Contact:
        """One contact."""
        return self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}", ids={"contact_id": contact_id}), models.Contact
        )

    def get_call_permission(self, contact_id: str) -> models.CallPermission:
        """Whether a contact may be called."""
        return self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}/call-permission", ids={"contact_id": contact_id}),
            models.CallPermission,
        )

    def get_erasure(self, contact_id: str) -> models.Erasure:
        """How far the contact's erasure is; afterwards its receipt."""
        return self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}/erasure", ids={"contact_id": contact_id}), models.Erasure
        )

    def get_memory_graph(self, contact_id: str, *, valid_at: datetime | None = None) -> models.MemoryGraph:
        """People, companies, places, orders and events of a contact and those who are read as one with it, how
        they hang together, and what says so. What is only proposed is left out; without `valid_at` what is
        over is there.

        valid_at: Only what held then.
        """
        return self._transport.fetch(
            Call(
                "GET", "/v1/contacts/{contact_id}/graph", ids={"contact_id": contact_id}, query={"valid_at": valid_at}
            ),
            models.MemoryGraph,
        )

    def list(
        self,
        *,
        cursor: str | None = None,
        email: str | None = None,
        external_id: str | None = None,
        limit: int | None = None,
        phone: str | None = None,
        q: str | None = None,
    ) -> Pages[models.Contact]:
        """List contacts, newest first. Every filter given must match. Those merged into another are left out.

        cursor: next_cursor of the page before.
        email: Exactly this address.
        external_id: Exactly this id of your own.
        limit: How many, at most 100.
        phone: Exactly this number, with its country code.
        q: Somewhere in the name, address, number or id.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/contacts",
                query={
                    "cursor": cursor,
                    "email": email,
                    "external_id": external_id,
                    "limit": limit,
                    "phone": phone,
                    "q": q,
                },
            ),
            models.Contact,
        )

    def list_events(
        self, contact_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.ContactEvent]:
        """What happened to a contact, the latest first, also under the identities of those merged into it.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/contacts/{contact_id}/events",
                ids={"contact_id": contact_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.ContactEvent,
        )

    def list_exports(self, contact_id: str) -> Pages[models.Export]:
        """The contact's latest exports."""
        return Pages(
            self._transport,
            Call("GET", "/v1/contacts/{contact_id}/exports", ids={"contact_id": contact_id}),
            models.Export,
        )

    def merge(self, contact_id: str, *, into: str) -> models.Contact:
        """This contact is another one: both are read as one. Nothing moves, so it can be taken back. Returns
        that other one.

        into: Who both are from now on.
        """
        return self._transport.fetch(
            Call("POST", "/v1/contacts/{contact_id}/merge", ids={"contact_id": contact_id}, body={"into": into}),
            models.Contact,
        )

    def unmerge(self, contact_id: str) -> models.Contact:
        """Take a merge back: the contact is someone apart again, with all that came in under its own
        identities.
        """
        return self._transport.fetch(
            Call("POST", "/v1/contacts/{contact_id}/unmerge", ids={"contact_id": contact_id}), models.Contact
        )

    def update(
        self,
        contact_id: str,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
    ) -> models.Contact:
        """Change what is given; the rest stays.

        email: Empty takes it away.
        phone: Empty takes it away.
        external_id: Empty takes it away.
        """
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/contacts/{contact_id}",
                ids={"contact_id": contact_id},
                body={"name": name, "email": email, "phone": phone, "external_id": external_id},
            ),
            models.Contact,
        )


class Conversations(Resource):
    def add_note(self, conversation_id: str, *, text: str) -> models.Note:
        """Leave a note for colleagues."""
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/notes",
                ids={"conversation_id": conversation_id},
                body={"text": text},
            ),
            models.Note,
        )

    def assign(self, conversation_id: str, *, member_id: str | None) -> models.Conversation:
        """Say whose it is, or (null) that it is nobody's.

        member_id: Whose it is; null for nobody's.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/assign",
                ids={"conversation_id": conversation_id},
                body={"member_id": given(member_id)},
            ),
            models.Conversation,
        )

    def close(self, conversation_id: str) -> models.Conversation:
        """Nothing more is to be done; the contact's next message opens it again."""
        return self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/close", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    def erase(self, conversation_id: str, *, idempotency_key: str | None = None) -> models.Erasure:
        """Forget a conversation for good, with what was made of it and what repeats it. Needs the scope
        contacts.erase; cannot be taken back.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/erasure",
                ids={"conversation_id": conversation_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Erasure,
        )

    def get(self, conversation_id: str) -> models.Conversation:
        """One conversation, without its messages. Visitors are not told whose it is, nor why it was handed
        over.
        """
        return self._transport.fetch(
            Call("GET", "/v1/conversations/{conversation_id}", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    def get_suggestion(self, conversation_id: str) -> models.Suggestion:
        """What the agent would answer, as it was last asked."""
        return self._transport.fetch(
            Call("GET", "/v1/conversations/{conversation_id}/suggestion", ids={"conversation_id": conversation_id}),
            models.Suggestion,
        )

    def give_back(self, conversation_id: str) -> models.Conversation:
        """The agent answers again, and knows what people wrote."""
        return self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/giveback", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    def hand_off(self, conversation_id: str) -> models.Conversation:
        """A person is to answer: the agent stays silent, and the contact is told."""
        return self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/handoff", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    def leave_reply_address(self, conversation_id: str, *, email: str) -> None:
        """Leave an address for the answer, while a person is awaited or answers. What the person writes goes
        there when nobody has read it in the chat two minutes later. For the visitor, and for who may answer
        in the inbox.
        """
        self._transport.send(
            Call(
                "PUT",
                "/v1/conversations/{conversation_id}/reply-address",
                ids={"conversation_id": conversation_id},
                body={"email": email},
            )
        )

    def list(
        self,
        *,
        agent_id: str | None = None,
        channel: str | None = None,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        q: str | None = None,
        since: datetime | None = None,
        state: Literal["agent", "closed", "human", "waiting"] | None = None,
    ) -> Pages[models.Conversation]:
        """List the company's conversations, those with the latest message first. For members and keys.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        q: One message says all of these words, at most eight.
        since: Somebody said something after that.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations",
                query={
                    "agent_id": agent_id,
                    "channel": channel,
                    "contact_id": contact_id,
                    "cursor": cursor,
                    "limit": limit,
                    "q": q,
                    "since": since,
                    "state": state,
                },
            ),
            models.Conversation,
        )

    def list_attachments(
        self, conversation_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Attachment]:
        """The files that were sent in a conversation, the earliest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations/{conversation_id}/attachments",
                ids={"conversation_id": conversation_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Attachment,
        )

    def list_messages(
        self, conversation_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Message]:
        """The messages of a conversation, in the order in which they were said.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations/{conversation_id}/messages",
                ids={"conversation_id": conversation_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Message,
        )

    def list_notes(self, conversation_id: str) -> Pages[models.Note]:
        """Colleagues' notes on a conversation, oldest first. No contact and no model is ever given one."""
        return Pages(
            self._transport,
            Call("GET", "/v1/conversations/{conversation_id}/notes", ids={"conversation_id": conversation_id}),
            models.Note,
        )

    def post_message(
        self,
        conversation_id: str,
        *,
        text: str,
        proactive: str | None = None,
        page_context: Mapping[str, Any] | None = None,
        attachments: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> models.MessageAccepted:
        """Say something. The answer comes on `stream_url`, and among the messages when it is complete. While a
        person has the conversation `turn_id` and `stream_url` are null: the conversation's own stream tells
        of their answer.

        proactive: For visitors: the id of the proactive message that this answers; it is kept before it.
        page_context: For visitors: what the page says of what they do there. At most 20 names with a text
        of 500 characters, a number, true or false each.
        attachments: Files that were sent to the conversation before. With one the text may be empty.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/messages",
                ids={"conversation_id": conversation_id},
                body={"text": text, "proactive": proactive, "page_context": page_context, "attachments": attachments},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.MessageAccepted,
        )

    def remove_reply_address(self, conversation_id: str) -> None:
        """Take it back: the answer is in the chat alone."""
        self._transport.send(
            Call(
                "DELETE", "/v1/conversations/{conversation_id}/reply-address", ids={"conversation_id": conversation_id}
            )
        )

    def reopen(self, conversation_id: str) -> models.Conversation:
        """A closed conversation goes on, with the agent."""
        return self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/reopen", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    def reply_to(
        self, conversation_id: str, *, text: str, member_id: str | None = None, idempotency_key: str | None = None
    ) -> models.ReplyCreated:
        """Write to the contact as a person: for the member who has the conversation.

        member_id: For keys: the member in whose name it is written.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/replies",
                ids={"conversation_id": conversation_id},
                body={"text": text, "member_id": member_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.ReplyCreated,
        )

    def start(
        self,
        *,
        agent_id: str | None = None,
        contact: models.ContactRequest | None = None,
        version: Any | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConversationCreated:
        """Start a conversation: a visitor with the agent of its widget, a member as a test chat with
        `agent_id`, a key with `agent_id` for the `contact` that it names.

        agent_id: For members and keys; a visitor's token names it.
        contact: For keys: who speaks.
        version: For members and keys with agents.read: the version that answers all of it.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations",
                body={"agent_id": agent_id, "contact": contact, "version": version},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.ConversationCreated,
        )

    def suggest_answer(self, conversation_id: str) -> models.SuggestionAccepted:
        """Ask what the agent would answer to the contact's last message, while a person has the conversation.
        Only colleagues see it; no tool is called for it. Asked twice for one message, it is the same
        suggestion.
        """
        return self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/suggestion", ids={"conversation_id": conversation_id}),
            models.SuggestionAccepted,
        )

    def take_over(self, conversation_id: str, *, member_id: str | None = None) -> models.Conversation:
        """Answer yourself from now on. 409 when somebody else has it already.

        member_id: For keys: the member in whose name it is done.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/takeover",
                ids={"conversation_id": conversation_id},
                body={"member_id": member_id},
            ),
            models.Conversation,
        )

    def upload_attachment(
        self, conversation_id: str, *, name: str, content: str, idempotency_key: str | None = None
    ) -> models.Attachment:
        """Send a file that a message names in its `attachments` afterwards. PNG, JPEG, WebP and GIF pictures,
        PDF, plain text and CSV are told by their content; a widget's visitors send what its company allows.
        Nobody but the sender sees a file before its message, and after a day without one it is gone.

        name: With an ending that fits its content: .png, .jpg, .pdf, .txt, …
        content: The bytes in base64.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/attachments",
                ids={"conversation_id": conversation_id},
                body={"name": name, "content": content},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Attachment,
        )


class Documents(Resource):
    def create(
        self,
        *,
        source_id: str | None = None,
        name: str | None = None,
        text: str | None = None,
        content_type: str | None = None,
        url: str | None = None,
        file: FileInput | None = None,
    ) -> models.DocumentTaken:
        """Send a text or a file. It is read in the background (202); the same bytes again change nothing
        (200), so the call may be repeated safely.

        source_id: The company's first folder of uploads without it.
        name: Its identity within the source: the same name again is a new version. A file's own name
        without it.
        content_type: Of the text: text/markdown, text/html…
        url: Where citations of it lead.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/documents",
                body={
                    "source_id": source_id,
                    "name": name,
                    "text": text,
                    "content_type": content_type,
                    "url": url,
                    "file": file,
                },
                is_repeatable=True,
            ),
            models.DocumentTaken,
        )

    def delete(self, document_id: str) -> None:
        """Remove a document. It stops answering at once."""
        self._transport.send(Call("DELETE", "/v1/documents/{document_id}", ids={"document_id": document_id}))

    def get(self, document_id: str) -> models.Document:
        """One document and how far its ingest is."""
        return self._transport.fetch(
            Call("GET", "/v1/documents/{document_id}", ids={"document_id": document_id}), models.Document
        )

    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        source_id: str | None = None,
        state: Literal["failed", "processing", "queued", "ready"] | None = None,
    ) -> Pages[models.Document]:
        """Documents, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET", "/v1/documents", query={"cursor": cursor, "limit": limit, "source_id": source_id, "state": state}
            ),
            models.Document,
        )

    def list_passages(
        self, document_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.Passage]:
        """The passages that the document was split into, in their order.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/documents/{document_id}/passages",
                ids={"document_id": document_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Passage,
        )

    def retry(self, document_id: str) -> models.Document:
        """Read a failed document again."""
        return self._transport.fetch(
            Call("POST", "/v1/documents/{document_id}/retry", ids={"document_id": document_id}), models.Document
        )


class Erasures(Resource):
    def get(self, erasure_id: str) -> models.Erasure:
        """One erasure, and its receipt once it is done."""
        return self._transport.fetch(
            Call("GET", "/v1/erasures/{erasure_id}", ids={"erasure_id": erasure_id}), models.Erasure
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> Pages[models.Erasure]:
        """Erasures and their receipts, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport, Call("GET", "/v1/erasures", query={"cursor": cursor, "limit": limit}), models.Erasure
        )


class Events(Resource):
    def alias(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say that an id until now is this user. As customer-data tools send it, with a secret key as the
        write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/alias",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    def group(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say to which company someone belongs. As customer-data tools send it, with a secret key as the write
        key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/group",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    def identify(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say who someone is, and what is known of them. As customer-data tools send it, with a secret key as
        the write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/identify",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    def page(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say which page someone saw. As customer-data tools send it, with a secret key as the write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/page",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    def screen(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say which screen of an app someone saw. As customer-data tools send it, with a secret key as the
        write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/screen",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    def send(self, events: Sequence[models.CloudEvent]) -> models.EventsAccepted:
        """Send what happened in your own systems, as CloudEvents: one, one with its attributes in `ce-…`
        headers, or up to 1,000. What is accepted is kept for good; of many, the right ones are taken and
        the others are named.
        """
        return self._transport.fetch(
            Call(
                "POST", "/v1/events", items=events, media_type="application/cloudevents-batch+json", is_repeatable=True
            ),
            models.EventsAccepted,
        )

    def send_batch(
        self, *, batch: Sequence[models.TrackingCall], sent_at: datetime | None = None
    ) -> models.TrackingAccepted:
        """Send up to 1,000 calls of customer-data tools at once. Those that are right are taken, the others
        named.
        """
        return self._transport.fetch(
            Call("POST", "/v1/batch", body={"batch": batch, "sentAt": sent_at}), models.TrackingAccepted
        )

    def track(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say what someone did. As customer-data tools send it, with a secret key as the write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/track",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )


class Exports(Resource):
    def download(self, export_id: str) -> bytes:
        """The archive, once it is ready, for seven days."""
        return self._transport.fetch_bytes(
            Call("GET", "/v1/exports/{export_id}/download", ids={"export_id": export_id})
        )

    def get(self, export_id: str) -> models.Export:
        """How far an export is."""
        return self._transport.fetch(
            Call("GET", "/v1/exports/{export_id}", ids={"export_id": export_id}), models.Export
        )


class FailedEvents(Resource):
    def act_on(
        self,
        *,
        action: models.ActionEnum,
        event_ids: Sequence[str] | None = None,
        subscription: str | None = None,
        code: str | None = None,
        all: bool | None = None,
    ) -> models.FailedEventsActed:
        """Have failed events handled again, in their order, or give them up. Every filter given must match.

        all: Needed when nothing else is given.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/failed-events",
                body={"action": action, "event_ids": event_ids, "subscription": subscription, "code": code, "all": all},
            ),
            models.FailedEventsActed,
        )

    def list(
        self,
        *,
        code: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        subscription: str | None = None,
    ) -> Pages[models.FailedEvent]:
        """Events that failed for good, newest first. They stay until someone replays or drops them.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/failed-events",
                query={"code": code, "cursor": cursor, "limit": limit, "subscription": subscription},
            ),
            models.FailedEvent,
        )


class Feedback(Resource):
    def get(self, feedback_id: str) -> models.Feedback:
        """One word about one answer."""
        return self._transport.fetch(
            Call("GET", "/v1/feedback/{feedback_id}", ids={"feedback_id": feedback_id}), models.Feedback
        )

    def list(
        self,
        *,
        agent_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        rater: Literal["contact", "staff"] | None = None,
        rating: Literal["bad", "good"] | None = None,
    ) -> Pages[models.Feedback]:
        """What people think of answers, latest first, with what was asked and answered: for evaluation.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/feedback",
                query={"agent_id": agent_id, "cursor": cursor, "limit": limit, "rater": rater, "rating": rating},
            ),
            models.Feedback,
        )


class Invitations(Resource):
    def create(self, *, role: str, email: str, idempotency_key: str | None = None) -> models.Invitation:
        """Ask somebody to join, by a mail whose link is good for seven days. An open one to the same address
        is replaced.

        role: owner, admin, developer, analyst or billing; a key never makes owners.
        email: Where the mail goes; the link is for this address only.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/invitations",
                body={"role": role, "email": email},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Invitation,
        )

    def get(self, invitation: str) -> models.Invitation:
        """One that nobody has answered."""
        return self._transport.fetch(
            Call("GET", "/v1/invitations/{invitation}", ids={"invitation": invitation}), models.Invitation
        )

    def list(self) -> Pages[models.Invitation]:
        """Invitations that nobody has answered, newest first."""
        return Pages(self._transport, Call("GET", "/v1/invitations"), models.Invitation)

    def withdraw(self, invitation: str) -> None:
        """Its link opens nothing any more."""
        self._transport.send(Call("DELETE", "/v1/invitations/{invitation}", ids={"invitation": invitation}))


class Keys(Resource):
    def create(
        self,
        *,
        name: str,
        scopes: Sequence[str],
        is_test: bool | None = None,
        expires_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.NewApiKey:
        """Make a key, with nothing that yours may not do. It is in this answer and never again, is over when
        yours is, and is revoked with it.

        scopes: None that your own key, or the person who made it, does not have.
        is_test: A key for tests makes only such.
        expires_at: Never later than your own key's.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/keys",
                body={"name": name, "scopes": scopes, "is_test": is_test, "expires_at": expires_at},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewApiKey,
        )

    def get(self, key: str) -> models.ApiKey:
        """One key: what it may do, when it was last used and when it ends."""
        return self._transport.fetch(Call("GET", "/v1/keys/{key}", ids={"key": key}), models.ApiKey)

    def list(self) -> Pages[models.ApiKey]:
        """Which keys there are, newest first; never the keys themselves."""
        return Pages(self._transport, Call("GET", "/v1/keys"), models.ApiKey)

    def revoke(self, key: str) -> None:
        """Revoke a key, and those that it has made: calls with them are refused from now on."""
        self._transport.send(Call("DELETE", "/v1/keys/{key}", ids={"key": key}))

    def rotate(
        self, key: str, *, grace_hours: int | None = None, idempotency_key: str | None = None
    ) -> models.NewApiKey:
        """A new key in the place of one that may do no more than yours; the old one is accepted for some hours
        more.

        grace_hours: For how long the old one is accepted.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/keys/{key}/rotate",
                ids={"key": key},
                body={"grace_hours": grace_hours},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewApiKey,
        )


class LeakedKeys(Resource):
    def report(self, leaked_keys: Sequence[models.LeakedKeyRequest]) -> builtins.list[models.LeakedKeyResult]:
        """Report secret keys that were found in the open. Ours are revoked at once and their company is told."""
        return self._transport.fetch(
            Call("POST", "/v1/leaked-keys", items=leaked_keys), builtins.list[models.LeakedKeyResult]
        )


class Members(Resource):
    def change_role(self, member: str, *, role: str | None = None) -> models.Member:
        """Give somebody another role, of those that you may give.

        role: owner, admin, developer, analyst or billing; a key never makes owners.
        """
        return self._transport.fetch(
            Call("PATCH", "/v1/members/{member}", ids={"member": member}, body={"role": role}), models.Member
        )

    def get(self, member: str) -> models.Member:
        """One of the company's people."""
        return self._transport.fetch(Call("GET", "/v1/members/{member}", ids={"member": member}), models.Member)

    def list(self) -> Pages[models.Member]:
        """The company's people and their roles, first comers first."""
        return Pages(self._transport, Call("GET", "/v1/members"), models.Member)

    def remove(self, member: str) -> None:
        """Somebody belongs to the company no more. There is always an owner."""
        self._transport.send(Call("DELETE", "/v1/members/{member}", ids={"member": member}))


class Memories(Resource):
    def add(self, *, contact_id: str, predicate: str, value: str) -> models.Memory:
        """Keep something that your company knows of a contact.

        predicate: One of the kinds that are remembered.
        """
        return self._transport.fetch(
            Call("POST", "/v1/memories", body={"contact_id": contact_id, "predicate": predicate, "value": value}),
            models.Memory,
        )

    def get(self, fact_id: str) -> models.Memory:
        """One fact of a contact, with what said it."""
        return self._transport.fetch(Call("GET", "/v1/memories/{fact_id}", ids={"fact_id": fact_id}), models.Memory)

    def list(
        self,
        *,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        predicate: str | None = None,
        recorded_at: datetime | None = None,
        superseded: bool | None = None,
        valid_at: datetime | None = None,
    ) -> Pages[models.Memory]:
        """What is remembered of contacts, newest first. `valid_at` asks what held at a time in the world,
        `recorded_at` what was known at a time; both together ask what was then believed of then. Such an
        answer is one page, of those who are read as one with the contact, too.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        recorded_at: As far as it was known then. Needs contact_id.
        superseded: Also what is over, and what is only proposed.
        valid_at: What held then. Needs contact_id.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/memories",
                query={
                    "contact_id": contact_id,
                    "cursor": cursor,
                    "limit": limit,
                    "predicate": predicate,
                    "recorded_at": recorded_at,
                    "superseded": superseded,
                    "valid_at": valid_at,
                },
            ),
            models.Memory,
        )

    def restore(self, fact_id: str) -> models.Memory:
        """Take back that your company called it wrong."""
        return self._transport.fetch(
            Call("POST", "/v1/memories/{fact_id}/restore", ids={"fact_id": fact_id}), models.Memory
        )

    def retract(self, fact_id: str) -> models.Memory:
        """It is not so, and never was: it is used no more, and what it had ended holds again."""
        return self._transport.fetch(
            Call("POST", "/v1/memories/{fact_id}/retract", ids={"fact_id": fact_id}), models.Memory
        )

    def update(self, fact_id: str, *, value: str | None = None, is_pinned: bool | None = None) -> models.Memory:
        """Put a fact right, or pin it. With another value it is another fact: the answer has its id.

        value: What is true, and always was.
        """
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/memories/{fact_id}",
                ids={"fact_id": fact_id},
                body={"value": value, "is_pinned": is_pinned},
            ),
            models.Memory,
        )


class Messages(Resource):
    def erase(self, message_id: str, *, idempotency_key: str | None = None) -> models.Erasure:
        """Forget a message for good, with its answer, what was made of it and what repeats it. Needs the scope
        contacts.erase; cannot be taken back.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/messages/{message_id}/erasure",
                ids={"message_id": message_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Erasure,
        )

    def rate_answer(
        self,
        message_id: str,
        *,
        rating: models.RatingEnum,
        reason: Any | None = None,
        comment: str | None = None,
        correction: str | None = None,
        rater: models.RaterEnum | None = None,
    ) -> models.Rated:
        """Say what you think of an agent's answer; a later word replaces the earlier one. A visitor rates
        answers it was given; members, and keys with inbox.write, all of the company's.

        reason: Of a bad answer.
        correction: What should have been said.
        rater: For keys: whose word it is, contact where it is left out. Members speak for the staff.
        """
        return self._transport.fetch(
            Call(
                "PUT",
                "/v1/messages/{message_id}/feedback",
                ids={"message_id": message_id},
                body={"rating": rating, "reason": reason, "comment": comment, "correction": correction, "rater": rater},
            ),
            models.Rated,
        )

    def withdraw_rating(self, message_id: str, *, rater: Literal["contact", "staff"] | None = None) -> None:
        """Take your word back.

        rater: For keys.
        """
        self._transport.send(
            Call("DELETE", "/v1/messages/{message_id}/feedback", ids={"message_id": message_id}, query={"rater": rater})
        )


class ModelProviders(Resource):
    def get(self, provider_id: str) -> models.ModelProvider:
        """One provider, the models that it offers, and what its last test found."""
        return self._transport.fetch(
            Call("GET", "/v1/model-providers/{provider_id}", ids={"provider_id": provider_id}), models.ModelProvider
        )

    def list(self) -> Pages[models.ModelProvider]:
        """The company's own providers of models, oldest first. Their keys are shown to nobody."""
        return Pages(self._transport, Call("GET", "/v1/model-providers"), models.ModelProvider)

    def test(self, provider_id: str, *, model: str | None = None) -> models.ModelTest:
        """Ask one of its models for one word. The provider charges for it.

        model: Empty: its first one.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/model-providers/{provider_id}/test",
                ids={"provider_id": provider_id},
                body={"model": model},
            ),
            models.ModelTest,
        )


class PhoneNumbers(Resource):
    def change(
        self,
        phone_number_id: str,
        *,
        agent_id: str | None = None,
        language: str | None = None,
        greeting: str | None = None,
        is_enabled: bool | None = None,
        most_minutes: int | None = None,
        menu_prompt: str | None = None,
        menu: Mapping[str, Any] | None = None,
    ) -> models.PhoneNumber:
        """Let another agent answer, or none, from the next call on. Its account and token are changed on the
        page Phone.

        menu: By a key, 0 to 9, what pressing it asks. The whole menu; empty for none.
        """
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/phone-numbers/{phone_number_id}",
                ids={"phone_number_id": phone_number_id},
                body={
                    "agent_id": agent_id,
                    "language": language,
                    "greeting": greeting,
                    "is_enabled": is_enabled,
                    "most_minutes": most_minutes,
                    "menu_prompt": menu_prompt,
                    "menu": menu,
                },
            ),
            models.PhoneNumber,
        )

    def get(self, phone_number_id: str) -> models.PhoneNumber:
        """A number, and which agent answers it."""
        return self._transport.fetch(
            Call("GET", "/v1/phone-numbers/{phone_number_id}", ids={"phone_number_id": phone_number_id}),
            models.PhoneNumber,
        )

    def list(self) -> Pages[models.PhoneNumber]:
        """The numbers that agents answer, in their order."""
        return Pages(self._transport, Call("GET", "/v1/phone-numbers"), models.PhoneNumber)


class Prices(Resource):
    def get(self, price_id: str) -> models.Price:
        """One of the company's own prices."""
        return self._transport.fetch(Call("GET", "/v1/prices/{price_id}", ids={"price_id": price_id}), models.Price)

    def list(self) -> Pages[models.Price]:
        """The company's own prices, by model, newest first. Whatever is not here has the provider's published
        price.
        """
        return Pages(self._transport, Call("GET", "/v1/prices"), models.Price)

    def remove(self, price_id: str) -> None:
        """The one before it, or the published one, holds again from now on."""
        self._transport.send(Call("DELETE", "/v1/prices/{price_id}", ids={"price_id": price_id}))

    def set(
        self,
        *,
        model: str,
        meter: models.PriceRequestMeterEnum,
        micros_per_million: int,
        starts_at: datetime | None = None,
    ) -> models.Price:
        """What a class of a model's tokens costs from a moment on. What was reckoned before stays as it was.

        model: As the ledger has it; dated versions of it are meant too.
        meter: The class of tokens.
        micros_per_million: Millionths of the currency's unit for a million tokens.
        starts_at: Left out: from now on.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/prices",
                body={"model": model, "meter": meter, "micros_per_million": micros_per_million, "starts_at": starts_at},
            ),
            models.Price,
        )


class Prompts(Resource):
    def add_version(self, prompt_id: str, *, text: str, note: str | None = None) -> models.Prompt:
        """Add a version. No label is on it yet, so nothing answers differently."""
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/prompts/{prompt_id}/versions",
                ids={"prompt_id": prompt_id},
                body={"text": text, "note": note},
            ),
            models.Prompt,
        )

    def change(self, prompt_id: str, *, is_archived: bool | None = None) -> models.Prompt:
        """Put a prompt away, or take it out again. Refused while an agent answers with it."""
        return self._transport.fetch(
            Call("PATCH", "/v1/prompts/{prompt_id}", ids={"prompt_id": prompt_id}, body={"is_archived": is_archived}),
            models.Prompt,
        )

    def create(
        self, *, name: str, text: str, note: str | None = None, idempotency_key: str | None = None
    ) -> models.Prompt:
        """Make a prompt. Its first version gets the label production.

        name: Lower-case letters, digits, - and _, at most 60.
        text: With variables as {{ company }}.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/prompts",
                body={"name": name, "text": text, "note": note},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Prompt,
        )

    def get(self, prompt_id: str) -> models.Prompt:
        """A prompt, its versions, and which agents answer with it."""
        return self._transport.fetch(
            Call("GET", "/v1/prompts/{prompt_id}", ids={"prompt_id": prompt_id}), models.Prompt
        )

    def list(
        self, *, archived: bool | None = None, cursor: str | None = None, limit: int | None = None
    ) -> Pages[models.PromptLine]:
        """The company's prompts, oldest first.

        archived: Those that were put away.
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call("GET", "/v1/prompts", query={"archived": archived, "cursor": cursor, "limit": limit}),
            models.PromptLine,
        )

    def move_label(self, prompt_id: str, *, label: str, version: int | None) -> models.Prompt:
        """Put a label on a version, or take it off. The next answer of who refers to it follows. Refused when
        an agent that answers now could not any more.

        label: For example production.
        version: null: take it off.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/prompts/{prompt_id}/labels",
                ids={"prompt_id": prompt_id},
                body={"label": label, "version": given(version)},
            ),
            models.Prompt,
        )


class Runs(Resource):
    def get(self, turn_id: str) -> models.Run:
        """One run: how it stands, and the trace and answer that it led to."""
        return self._transport.fetch(Call("GET", "/v1/runs/{turn_id}", ids={"turn_id": turn_id}), models.Run)

    def list(
        self,
        *,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["done", "failed", "queued", "running"] | None = None,
    ) -> Pages[models.Run]:
        """What agents did, newest first: each run is the work on one message.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/runs",
                query={"conversation_id": conversation_id, "cursor": cursor, "limit": limit, "state": state},
            ),
            models.Run,
        )


class ServiceRequests(Resource):
    def close(self, request_id: str) -> models.ServiceRequest:
        """It is seen to."""
        return self._transport.fetch(
            Call("POST", "/v1/service-requests/{request_id}/close", ids={"request_id": request_id}),
            models.ServiceRequest,
        )

    def get(self, request_id: str) -> models.ServiceRequest:
        """One ticket or callback: what a webhook's data.id names."""
        return self._transport.fetch(
            Call("GET", "/v1/service-requests/{request_id}", ids={"request_id": request_id}), models.ServiceRequest
        )

    def list(
        self,
        *,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        open: Literal["false", "true"] | None = None,
    ) -> Pages[models.ServiceRequest]:
        """Tickets and callbacks that agents took down, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/service-requests",
                query={"contact_id": contact_id, "cursor": cursor, "limit": limit, "open": open},
            ),
            models.ServiceRequest,
        )


class Sources(Resource):
    def crawl(self, source_id: str) -> models.Source:
        """Look at a website again: new, changed and removed pages."""
        return self._transport.fetch(
            Call("POST", "/v1/sources/{source_id}/crawl", ids={"source_id": source_id}), models.Source
        )

    def create(
        self,
        *,
        kind: models.SourceRequestKindEnum,
        name: str | None = None,
        url: str | None = None,
        max_pages: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.Source:
        """A folder for uploads, or a website, which is read at once.

        url: Of the website, or of its sitemap.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/sources",
                body={"kind": kind, "name": name, "url": url, "max_pages": max_pages},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Source,
        )

    def delete(self, source_id: str) -> None:
        """Remove a source with all its documents. They stop answering at once."""
        self._transport.send(Call("DELETE", "/v1/sources/{source_id}", ids={"source_id": source_id}))

    def get(self, source_id: str) -> models.Source:
        """One source, and how many of its documents are ready."""
        return self._transport.fetch(
            Call("GET", "/v1/sources/{source_id}", ids={"source_id": source_id}), models.Source
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> Pages[models.Source]:
        """Where documents come from, newest first, and how many of them are ready.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport, Call("GET", "/v1/sources", query={"cursor": cursor, "limit": limit}), models.Source
        )

    def retry(self, source_id: str) -> models.Count:
        """Read all failed documents of a source again."""
        return self._transport.fetch(
            Call("POST", "/v1/sources/{source_id}/retry", ids={"source_id": source_id}), models.Count
        )


class Summaries(Resource):
    def get(self, summary_id: str) -> models.Summary:
        """A summary, with what it was made of."""
        return self._transport.fetch(
            Call("GET", "/v1/summaries/{summary_id}", ids={"summary_id": summary_id}), models.Summary
        )

    def list(
        self,
        *,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        cursor: str | None = None,
        level: Literal["contact", "conversation"] | None = None,
        limit: int | None = None,
    ) -> Pages[models.Summary]:
        """What conversations and contacts amount to, newest first. Needs contacts.read and conversations.read.

        contact_id: Of this contact and those who are read as one with it.
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/summaries",
                query={
                    "contact_id": contact_id,
                    "conversation_id": conversation_id,
                    "cursor": cursor,
                    "level": level,
                    "limit": limit,
                },
            ),
            models.Summary,
        )


class ToolApprovals(Resource):
    def approve(self, approval_id: str) -> models.Approval:
        """Agree to this very call. It is made, and the agent goes on."""
        return self._transport.fetch(
            Call("POST", "/v1/tool-approvals/{approval_id}/approve", ids={"approval_id": approval_id}), models.Approval
        )

    def get(self, approval_id: str) -> models.Approval:
        """One call that waits, or waited."""
        return self._transport.fetch(
            Call("GET", "/v1/tool-approvals/{approval_id}", ids={"approval_id": approval_id}), models.Approval
        )

    def list(
        self,
        *,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["approved", "expired", "refused", "waiting"] | None = None,
    ) -> Pages[models.Approval]:
        """Calls of tools that people decide on, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/tool-approvals",
                query={"conversation_id": conversation_id, "cursor": cursor, "limit": limit, "state": state},
            ),
            models.Approval,
        )

    def refuse(self, approval_id: str) -> models.Approval:
        """The call is not made, and the agent tells the contact so."""
        return self._transport.fetch(
            Call("POST", "/v1/tool-approvals/{approval_id}/refuse", ids={"approval_id": approval_id}), models.Approval
        )


class ToolConnections(Resource):
    def create(
        self,
        *,
        name: str,
        base_url: str,
        kind: models.ConnectionRequestKindEnum | None = None,
        auth: models.AuthEnum | None = None,
        auth_name: str | None = None,
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Connection:
        """Add a system. Its credential is kept encrypted.

        base_url: https://…, without ? and #
        kind: http: an API that calls are made to; mcp: an MCP server (streamable HTTP).
        auth_name: Of the header or parameter; for basic the user.
        secret: Never given back.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/tool-connections",
                body={
                    "name": name,
                    "kind": kind,
                    "base_url": base_url,
                    "auth": auth,
                    "auth_name": auth_name,
                    "secret": secret,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Connection,
        )

    def delete(self, connection_id: str) -> None:
        """Remove a system with its tools."""
        self._transport.send(
            Call("DELETE", "/v1/tool-connections/{connection_id}", ids={"connection_id": connection_id})
        )

    def get(self, connection_id: str) -> models.Connection:
        """One system."""
        return self._transport.fetch(
            Call("GET", "/v1/tool-connections/{connection_id}", ids={"connection_id": connection_id}), models.Connection
        )

    def import_openapi(
        self, connection_id: str, *, document: str, operations: Sequence[str] | None = None
    ) -> models.Import:
        """Look into an OpenAPI file and make tools of the chosen operations: all of them or none.

        document: OpenAPI 3.0 or 3.1 as JSON or YAML.
        operations: Those to import, for example 'GET /orders/{id}'; none: only look what there is.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/tool-connections/{connection_id}/import",
                ids={"connection_id": connection_id},
                body={"document": document, "operations": operations},
            ),
            models.Import,
        )

    def list(self) -> Pages[models.Connection]:
        """The systems that tools talk to, oldest first. Credentials are never given back."""
        return Pages(self._transport, Call("GET", "/v1/tool-connections"), models.Connection)

    def refresh(self, connection_id: str) -> models.Refreshed:
        """Ask an MCP server which tools it has. What is new or has changed is off until somebody agrees to it."""
        return self._transport.fetch(
            Call("POST", "/v1/tool-connections/{connection_id}/refresh", ids={"connection_id": connection_id}),
            models.Refreshed,
        )

    def update(
        self,
        connection_id: str,
        *,
        auth: models.AuthEnum | None = None,
        auth_name: str | None = None,
        secret: str | None = None,
    ) -> models.Connection:
        """Replace its credential."""
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/tool-connections/{connection_id}",
                ids={"connection_id": connection_id},
                body={"auth": auth, "auth_name": auth_name, "secret": secret},
            ),
            models.Connection,
        )


class Tools(Resource):
    def agree(self, tool_id: str, *, digest: str) -> models.Tool:
        """Agree to what an MCP server says of its tool: agents may use it from now on, until it says something
        else.

        digest: says.digest of what was looked at.
        """
        return self._transport.fetch(
            Call("POST", "/v1/tools/{tool_id}/agree", ids={"tool_id": tool_id}, body={"digest": digest}), models.Tool
        )

    def create(
        self,
        *,
        connection_id: str,
        name: str,
        description: str,
        method: models.MethodEnum,
        path: str,
        parameters: Mapping[str, Any],
        places: Mapping[str, Any] | None = None,
        result: Mapping[str, Any] | None = None,
        policy: models.PolicyRequest | None = None,
        idempotency_key: str | None = None,
    ) -> models.Tool:
        """Make a tool of one call of a system's.

        path: /orders/{order}
        parameters: JSON Schema of an object.
        result: JSON Schema of the answer.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/tools",
                body={
                    "connection_id": connection_id,
                    "name": name,
                    "description": description,
                    "method": method,
                    "path": path,
                    "parameters": parameters,
                    "places": places,
                    "result": result,
                    "policy": policy,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Tool,
        )

    def delete(self, tool_id: str) -> None:
        """Remove a tool. Agents that name it go on without it."""
        self._transport.send(Call("DELETE", "/v1/tools/{tool_id}", ids={"tool_id": tool_id}))

    def get(self, tool_id: str) -> models.Tool:
        """One tool."""
        return self._transport.fetch(Call("GET", "/v1/tools/{tool_id}", ids={"tool_id": tool_id}), models.Tool)

    def list(self) -> Pages[models.Tool]:
        """The company's own tools by name. Those that are built in are in docs/tools."""
        return Pages(self._transport, Call("GET", "/v1/tools"), models.Tool)

    def try_out(self, tool_id: str, *, arguments: Mapping[str, Any] | None = None) -> models.Trial:
        """Call it once, really, and see what a model would be told."""
        return self._transport.fetch(
            Call("POST", "/v1/tools/{tool_id}/try", ids={"tool_id": tool_id}, body={"arguments": arguments}),
            models.Trial,
        )

    def update(
        self,
        tool_id: str,
        *,
        description: str | None = None,
        is_enabled: bool | None = None,
        policy: models.PolicyRequest | None = None,
    ) -> models.Tool:
        """Change what it says of itself and under which conditions it is used, or switch it off and on."""
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/tools/{tool_id}",
                ids={"tool_id": tool_id},
                body={"description": description, "is_enabled": is_enabled, "policy": policy},
            ),
            models.Tool,
        )


class TraceExport(Resource):
    def get(self) -> models.TraceExport:
        """Where traces are sent, and how that goes. What is in the headers is shown to nobody."""
        return self._transport.fetch(Call("GET", "/v1/trace-export"), models.TraceExport)

    def remove(self) -> None:
        """Send nothing any more."""
        self._transport.send(Call("DELETE", "/v1/trace-export"))

    def set(
        self,
        *,
        endpoint: str,
        headers: Mapping[str, Any] | None = None,
        content: Sequence[models.ContentEnum] | None = None,
        is_enabled: bool | None = None,
    ) -> models.TraceExport:
        """Send every trace from now on to this collector. Needs `traces.read` as well, and
        `conversations.read` for content.

        endpoint: The collector's address; /v1/traces is added to it.
        headers: Sent with every request, and kept encrypted. Left out: those that are kept stay.
        content: What is sent as well.
        """
        return self._transport.fetch(
            Call(
                "PUT",
                "/v1/trace-export",
                body={"endpoint": endpoint, "headers": headers, "content": content, "is_enabled": is_enabled},
            ),
            models.TraceExport,
        )

    def test(self) -> models.TraceExportTest:
        """Send the newest trace at once, without anything that people wrote, and say what the collector
        answered.
        """
        return self._transport.fetch(Call("POST", "/v1/trace-export/test"), models.TraceExportTest)


class Traces(Resource):
    def get(self, trace_id: str) -> models.Trace:
        """What a turn did, step by step, and what each step cost."""
        return self._transport.fetch(Call("GET", "/v1/traces/{trace_id}", ids={"trace_id": trace_id}), models.Trace)

    def list(
        self,
        *,
        agent_id: str | None = None,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        min_cost_micros: int | None = None,
        min_duration_ms: int | None = None,
        outcome: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Pages[models.TraceLine]:
        """Traces, newest first, without their spans.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        min_cost_micros: As dear at least, in millionths.
        min_duration_ms: As long at least.
        since: Not before this time, in ISO 8601.
        until: Before this time, in ISO 8601.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/traces",
                query={
                    "agent_id": agent_id,
                    "contact_id": contact_id,
                    "conversation_id": conversation_id,
                    "cursor": cursor,
                    "limit": limit,
                    "min_cost_micros": min_cost_micros,
                    "min_duration_ms": min_duration_ms,
                    "outcome": outcome,
                    "since": since,
                    "until": until,
                },
            ),
            models.TraceLine,
        )


class Turns(Resource):
    def cancel(self, turn_id: str) -> None:
        """Stop an answer that nobody wants any more. The model is cut off at once; what it has said by then is
        the answer, and the stream ends with it: with `done`, or with the error `cancelled` when nothing was
        said yet. A turn that has ended stays as it is.
        """
        self._transport.send(Call("POST", "/v1/turns/{turn_id}/cancel", ids={"turn_id": turn_id}))


class Usage(Resource):
    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        meter: Literal[
            "audio_input_tokens",
            "audio_output_tokens",
            "cache_write_1h_tokens",
            "cache_write_tokens",
            "cached_input_tokens",
            "call_minutes",
            "conversations",
            "embedding_tokens",
            "heard_seconds",
            "input_tokens",
            "messages",
            "output_tokens",
            "reasoning_tokens",
            "resolutions",
            "spoken_characters",
            "stored_bytes",
            "stored_chunks",
            "tool_calls",
        ]
        | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Pages[models.Usage]:
        """The ledger's rows, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        since: Not before this time, in ISO 8601.
        until: Before this time, in ISO 8601.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/usage",
                query={"cursor": cursor, "limit": limit, "meter": meter, "since": since, "until": until},
            ),
            models.Usage,
        )

    def list_by(
        self,
        *,
        days: int | None = None,
        dimension: Literal["agent", "contact", "conversation", "document", "meter", "model", "step"] | None = None,
        limit: int | None = None,
    ) -> Pages[models.UsageLine]:
        """What each conversation, contact, agent, model, step or document cost in the last days, dearest
        first. `key` is empty for what belongs to none.

        days: How many, at most 366.
        limit: How many lines, at most 1000.
        """
        return Pages(
            self._transport,
            Call("GET", "/v1/usage/by", query={"days": days, "dimension": dimension, "limit": limit}),
            models.UsageLine,
        )

    def list_days(self, *, days: int | None = None) -> Pages[models.UsageDay]:
        """What each day cost, oldest first, ending today; days without usage are zeros.

        days: How many, at most 366.
        """
        return Pages(self._transport, Call("GET", "/v1/usage/days", query={"days": days}), models.UsageDay)


class Webhooks(Resource):
    def create(
        self,
        *,
        url: str,
        event_types: Sequence[str],
        description: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.NewWebhook:
        """Add a webhook. Its secret is in this answer and never again.

        url: https://…
        event_types: Of the catalogue in docs/webhooks, for example document.ready; 'document.*' and '*' as
        well.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks",
                body={"url": url, "event_types": event_types, "description": description},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewWebhook,
        )

    def delete(self, webhook_id: str) -> None:
        """Remove a webhook with its log. What was on its way is not sent any more."""
        self._transport.send(Call("DELETE", "/v1/webhooks/{webhook_id}", ids={"webhook_id": webhook_id}))

    def get(self, webhook_id: str) -> models.Webhook:
        """One webhook, and how it does."""
        return self._transport.fetch(
            Call("GET", "/v1/webhooks/{webhook_id}", ids={"webhook_id": webhook_id}), models.Webhook
        )

    def get_delivery(self, webhook_id: str, delivery_id: str) -> models.OneDelivery:
        """One delivery with its attempts."""
        return self._transport.fetch(
            Call(
                "GET",
                "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}",
                ids={"webhook_id": webhook_id, "delivery_id": delivery_id},
            ),
            models.OneDelivery,
        )

    def list(self) -> Pages[models.Webhook]:
        """The company's webhooks, oldest first, and how they do."""
        return Pages(self._transport, Call("GET", "/v1/webhooks"), models.Webhook)

    def list_deliveries(
        self,
        webhook_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["cancelled", "delivered", "failed", "waiting"] | None = None,
    ) -> Pages[models.Delivery]:
        """What a webhook was told, newest first. Kept for thirty days.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/webhooks/{webhook_id}/deliveries",
                ids={"webhook_id": webhook_id},
                query={"cursor": cursor, "limit": limit, "state": state},
            ),
            models.Delivery,
        )

    def resend_delivery(
        self, webhook_id: str, delivery_id: str, *, idempotency_key: str | None = None
    ) -> models.OneDelivery:
        """Send it once more, with the same webhook-id. One that waits for its next attempt is tried now."""
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
                ids={"webhook_id": webhook_id, "delivery_id": delivery_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.OneDelivery,
        )

    def rotate_secret(self, webhook_id: str, *, idempotency_key: str | None = None) -> models.NewWebhook:
        """A new secret, in this answer and never again. For a day both sign, so that nothing is refused
        meanwhile.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks/{webhook_id}/rotate",
                ids={"webhook_id": webhook_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewWebhook,
        )

    def test(self, webhook_id: str, *, idempotency_key: str | None = None) -> models.OneDelivery:
        """Send an event of the type webhook.test. It takes its turn like any other."""
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks/{webhook_id}/test",
                ids={"webhook_id": webhook_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.OneDelivery,
        )

    def update(
        self,
        webhook_id: str,
        *,
        url: str | None = None,
        event_types: Sequence[str] | None = None,
        description: str | None = None,
        is_enabled: bool | None = None,
    ) -> models.Webhook:
        """Change a webhook, or switch it off and on. What is left out stays as it is."""
        return self._transport.fetch(
            Call(
                "PATCH",
                "/v1/webhooks/{webhook_id}",
                ids={"webhook_id": webhook_id},
                body={"url": url, "event_types": event_types, "description": description, "is_enabled": is_enabled},
            ),
            models.Webhook,
        )


class Api:
    """Every resource."""

    def __init__(self, transport: Transport) -> None:
        self.account = Account(transport)
        self.accounts = Accounts(transport)
        self.agents = Agents(transport)
        self.approved_answers = ApprovedAnswers(transport)
        self.attachments = Attachments(transport)
        self.audit = Audit(transport)
        self.billing = Billing(transport)
        self.budget = Budget(transport)
        self.calls = Calls(transport)
        self.campaigns = Campaigns(transport)
        self.canned_replies = CannedReplies(transport)
        self.contacts = Contacts(transport)
        self.conversations = Conversations(transport)
        self.documents = Documents(transport)
        self.erasures = Erasures(transport)
        self.events = Events(transport)
        self.exports = Exports(transport)
        self.failed_events = FailedEvents(transport)
        self.feedback = Feedback(transport)
        self.invitations = Invitations(transport)
        self.keys = Keys(transport)
        self.leaked_keys = LeakedKeys(transport)
        self.members = Members(transport)
        self.memories = Memories(transport)
        self.messages = Messages(transport)
        self.model_providers = ModelProviders(transport)
        self.phone_numbers = PhoneNumbers(transport)
        self.prices = Prices(transport)
        self.prompts = Prompts(transport)
        self.runs = Runs(transport)
        self.service_requests = ServiceRequests(transport)
        self.sources = Sources(transport)
        self.summaries = Summaries(transport)
        self.tool_approvals = ToolApprovals(transport)
        self.tool_connections = ToolConnections(transport)
        self.tools = Tools(transport)
        self.trace_export = TraceExport(transport)
        self.traces = Traces(transport)
        self.turns = Turns(transport)
        self.usage = Usage(transport)
        self.webhooks = Webhooks(transport)


class AsyncAccount(AsyncResource):
    async def me(self) -> models.Me:
        """Whose key this is, and what it may do."""
        return await self._transport.fetch(Call("GET", "/v1/me"), models.Me)


class AsyncAccounts(AsyncResource):
    async def get(self, account_id: str) -> models.Account:
        """A company that contacts belong to, and what they amount to together."""
        return await self._transport.fetch(
            Call("GET", "/v1/accounts/{account_id}", ids={"account_id": account_id}), models.Account
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> AsyncPages[models.Account]:
        """Companies that contacts who wrote belong to, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport, Call("GET", "/v1/accounts", query={"cursor": cursor, "limit": limit}), models.Account
        )


class AsyncAgents(AsyncResource):
    async def compare_versions(self, agent_id: str, *, from_: str | None = None, to: str | None = None) -> models.Diff:
        """What changes from one version to another, setting by setting; long texts word by word.

        from_: A version's number, or 'draft'; without it the published one.
        to: A version's number, or 'draft'; without it the published one.
        """
        return await self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/diff", ids={"agent_id": agent_id}, query={"from": from_, "to": to}),
            models.Diff,
        )

    async def create(
        self,
        *,
        name: str | None = None,
        instructions: str | None = None,
        greeting: str | None = None,
        suggested_questions: Sequence[str] | None = None,
        color: str | None = None,
        model: str | None = None,
        config: Mapping[str, Any] | None = None,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Agent:
        """Make an agent. What is not given has a sensible default.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
        config: Any part of the configuration, laid over it (RFC 7396). docs/agents.md describes it.
        note: Why. At most 300 characters.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/agents",
                body={
                    "name": name,
                    "instructions": instructions,
                    "greeting": greeting,
                    "suggested_questions": suggested_questions,
                    "color": color,
                    "model": model,
                    "config": config,
                    "note": note,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Agent,
        )

    async def create_version(self, agent_id: str, *, note: str | None = None) -> models.Version:
        """Keep the draft as a version without publishing it: for test chats and experiments.

        note: At most 300 characters.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/agents/{agent_id}/versions", ids={"agent_id": agent_id}, body={"note": note}),
            models.Version,
        )

    async def discard_draft(self, agent_id: str) -> None:
        """Put the draft back to what is published."""
        await self._transport.send(Call("DELETE", "/v1/agents/{agent_id}/draft", ids={"agent_id": agent_id}))

    async def export_file(self, agent_id: str, *, version: str | None = None) -> models.File:
        """An agent as one YAML file, which `POST /v1/agents/import` reads.

        version: A version's number, or 'draft'; without it the published one.
        """
        return await self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/export", ids={"agent_id": agent_id}, query={"version": version}),
            models.File,
        )

    async def get(self, agent_id: str) -> models.Agent:
        """One agent."""
        return await self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}", ids={"agent_id": agent_id}), models.Agent
        )

    async def get_cache(self, agent_id: str) -> models.CacheBoard:
        """What the agent's cache did in the last 30 days, and what was proved of it."""
        return await self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/cache", ids={"agent_id": agent_id}), models.CacheBoard
        )

    async def get_draft(self, agent_id: str) -> models.VersionConfig:
        """What is being edited. PATCH the agent with `publish: false` to change it."""
        return await self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/draft", ids={"agent_id": agent_id}), models.VersionConfig
        )

    async def get_experiment(self, agent_id: str, experiment_id: str) -> models.Experiment:
        """An experiment, with what became of each version's answers."""
        return await self._transport.fetch(
            Call(
                "GET",
                "/v1/agents/{agent_id}/experiments/{experiment_id}",
                ids={"agent_id": agent_id, "experiment_id": experiment_id},
            ),
            models.Experiment,
        )

    async def get_version(self, agent_id: str, number: str) -> models.VersionConfig:
        """What a version is."""
        return await self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}/versions/{number}", ids={"agent_id": agent_id, "number": number}),
            models.VersionConfig,
        )

    async def import_file(
        self, *, yaml: str, agent_id: str | None = None, idempotency_key: str | None = None
    ) -> models.Agent:
        """Make an agent of a file, or write it into an agent's draft. `error.problems` has all that is wrong.

        yaml: What an export gave.
        agent_id: Whose draft it becomes. Without it a new agent is made.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/import",
                body={"yaml": yaml, "agent_id": agent_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Agent,
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> AsyncPages[models.Agent]:
        """The company's agents, oldest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport, Call("GET", "/v1/agents", query={"cursor": cursor, "limit": limit}), models.Agent
        )

    def list_cache_lookups(
        self, agent_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.CacheLookup]:
        """Questions for which an answer was kept, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/agents/{agent_id}/cache/lookups",
                ids={"agent_id": agent_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.CacheLookup,
        )

    def list_experiments(
        self, agent_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.ExperimentLine]:
        """The agent's experiments, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/agents/{agent_id}/experiments",
                ids={"agent_id": agent_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.ExperimentLine,
        )

    def list_versions(
        self, agent_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.Version]:
        """The agent's versions, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/agents/{agent_id}/versions",
                ids={"agent_id": agent_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Version,
        )

    async def publish(self, agent_id: str, *, note: str | None = None) -> models.Version:
        """Make the draft the version that answers. A draft that differs in nothing makes no new version.

        note: At most 300 characters.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/agents/{agent_id}/publish", ids={"agent_id": agent_id}, body={"note": note}),
            models.Version,
        )

    async def report_cached_answer(self, agent_id: str, lookup_id: str) -> models.CacheLookup:
        """This answer was wrong: it is not given again, and counts as a false hit. Saying it twice changes
        nothing.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/cache/lookups/{lookup_id}/wrong",
                ids={"agent_id": agent_id, "lookup_id": lookup_id},
            ),
            models.CacheLookup,
        )

    async def roll_back(self, agent_id: str, *, version: int, note: str | None = None) -> models.Version:
        """Publish an older version, or a candidate, as a new version. The draft becomes the same.

        version: Which to take up again.
        note: At most 300 characters.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/rollback",
                ids={"agent_id": agent_id},
                body={"note": note, "version": version},
            ),
            models.Version,
        )

    async def start_experiment(
        self, agent_id: str, *, name: str, arms: Sequence[models.SplitParam], idempotency_key: str | None = None
    ) -> models.Experiment:
        """Let versions answer side by side: each contact gets one of them, always the same. While it runs
        nothing else is published.

        name: At most 120 characters.
        arms: Two to four versions; the parts add up to 100.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/experiments",
                ids={"agent_id": agent_id},
                body={"name": name, "arms": arms},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Experiment,
        )

    async def stop_experiment(self, agent_id: str, experiment_id: str) -> models.Experiment:
        """Everybody gets the published version again."""
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/agents/{agent_id}/experiments/{experiment_id}/stop",
                ids={"agent_id": agent_id, "experiment_id": experiment_id},
            ),
            models.Experiment,
        )

    async def update(
        self,
        agent_id: str,
        *,
        name: str | None = None,
        instructions: str | None = None,
        greeting: str | None = None,
        suggested_questions: Sequence[str] | None = None,
        color: str | None = None,
        model: str | None = None,
        config: Mapping[str, Any] | None = None,
        note: str | None = None,
        publish: bool | None = None,
    ) -> models.Agent:
        """Change an agent. What differs is published as a new version, which the next answer is by, and stands
        in the draft too; with `publish: false` only the draft changes. What else waits in the draft goes on
        waiting.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
        config: Any part of the configuration, laid over it (RFC 7396). docs/agents.md describes it.
        note: Why. At most 300 characters.
        publish: false: change the draft alone, and nobody is answered by it yet.
        """
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/agents/{agent_id}",
                ids={"agent_id": agent_id},
                body={
                    "name": name,
                    "instructions": instructions,
                    "greeting": greeting,
                    "suggested_questions": suggested_questions,
                    "color": color,
                    "model": model,
                    "config": config,
                    "note": note,
                    "publish": publish,
                },
            ),
            models.Agent,
        )


class AsyncApprovedAnswers(AsyncResource):
    async def approve(self, *, question: str, answer: str, feedback_id: str | None = None) -> models.ApprovedAnswer:
        """Keep an answer that a person says is right, for all agents. It is a document of the source 'Approved
        answers', listed, changed and deleted with the documents.

        question: As customers ask it; the same one replaces its answer.
        feedback_id: What it was made of.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/approved-answers",
                body={"question": question, "answer": answer, "feedback_id": feedback_id},
            ),
            models.ApprovedAnswer,
        )


class AsyncAttachments(AsyncResource):
    async def download(self, attachment_id: str) -> bytes:
        """The file itself, to be saved: no browser shows it as a page."""
        return await self._transport.fetch_bytes(
            Call("GET", "/v1/attachments/{attachment_id}/content", ids={"attachment_id": attachment_id})
        )

    async def get(self, attachment_id: str) -> models.Attachment:
        """What is known of a file."""
        return await self._transport.fetch(
            Call("GET", "/v1/attachments/{attachment_id}", ids={"attachment_id": attachment_id}), models.Attachment
        )

    async def remove(self, attachment_id: str) -> None:
        """Take a file away that was not sent with a message yet. One that was sent goes with its message."""
        await self._transport.send(
            Call("DELETE", "/v1/attachments/{attachment_id}", ids={"attachment_id": attachment_id})
        )


class AsyncAudit(AsyncResource):
    def list(
        self,
        *,
        action: str | None = None,
        actor: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        since: datetime | None = None,
        subject: str | None = None,
        until: datetime | None = None,
    ) -> AsyncPages[models.Audit]:
        """The audit log, newest first. Filters that are given must all match.

        action: agent.updated; or agent, for all that is done to agents.
        actor: A label (user:usr_…), an id (usr_…), or a kind: user, key, agent, …
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        since: Not before this time, in ISO 8601.
        subject: The id of what it was done to.
        until: Before this time, in ISO 8601.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/audit",
                query={
                    "action": action,
                    "actor": actor,
                    "cursor": cursor,
                    "limit": limit,
                    "since": since,
                    "subject": subject,
                    "until": until,
                },
            ),
            models.Audit,
        )


class AsyncBilling(AsyncResource):
    async def get(self) -> models.Billing:
        """The plan, the running period's statement so far, and how much of each quota is used."""
        return await self._transport.fetch(Call("GET", "/v1/billing"), models.Billing)

    def list_periods(self) -> AsyncPages[models.BillingPeriod]:
        """Closed periods, latest first. What is told of one after it was closed is borne by the next."""
        return AsyncPages(self._transport, Call("GET", "/v1/billing/periods"), models.BillingPeriod)

    async def set_usage_limit(
        self, *, meter: models.UsageLimitRequestMeterEnum, quantity: int | None
    ) -> models.Billing:
        """At how much of a meter in a period nothing more is taken, whatever the plan would charge for it.

        quantity: In a period; null: no limit.
        """
        return await self._transport.fetch(
            Call("PUT", "/v1/billing/limits", body={"meter": meter, "quantity": given(quantity)}), models.Billing
        )


class AsyncBudget(AsyncResource):
    async def get(self) -> models.Budget:
        """What the company may spend in this calendar month, and what is spent and kept aside."""
        return await self._transport.fetch(Call("GET", "/v1/budget"), models.Budget)

    async def set(self, *, month_micros: int | None) -> models.Budget:
        """A hard limit: when what a turn could cost at worst does not fit any more, the turn is refused.

        month_micros: For a calendar month of the company's time zone; null: no limit.
        """
        return await self._transport.fetch(
            Call("PUT", "/v1/budget", body={"month_micros": given(month_micros)}), models.Budget
        )


class AsyncCalls(AsyncResource):
    async def get(self, call_id: str) -> models.PhoneCall:
        """A call. What was said is in its conversation."""
        return await self._transport.fetch(
            Call("GET", "/v1/calls/{call_id}", ids={"call_id": call_id}), models.PhoneCall
        )

    def list(
        self,
        *,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["dialling", "ended", "queued", "ringing", "talking", "transfer"] | None = None,
    ) -> AsyncPages[models.PhoneCall]:
        """Calls, the latest first.

        contact_id: Of this contact.
        conversation_id: That this conversation was.
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        state: Only those.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/calls",
                query={
                    "contact_id": contact_id,
                    "conversation_id": conversation_id,
                    "cursor": cursor,
                    "limit": limit,
                    "state": state,
                },
            ),
            models.PhoneCall,
        )

    async def place(
        self,
        *,
        phone_number_id: str,
        contact_id: str,
        opening: str | None = None,
        instructions: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.PhoneCall:
        """Let an agent call a contact, as soon as it is its turn, and at most once. Refused unless it is
        recorded that the contact agreed, when it wants no calls, and in quiet hours where it is.

        phone_number_id: From which number; its agent speaks.
        contact_id: Who is called, at the number that is known of them.
        opening: Said first, in place of the number's greeting.
        instructions: For the agent in this call, beside its own.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/calls",
                body={
                    "phone_number_id": phone_number_id,
                    "contact_id": contact_id,
                    "opening": opening,
                    "instructions": instructions,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.PhoneCall,
        )


class AsyncCampaigns(AsyncResource):
    async def add_members(
        self,
        campaign_id: str,
        *,
        contacts: Sequence[models.CampaignContactRequest] | None = None,
        filter: models.CampaignFilterRequest | None = None,
        csv: str | None = None,
    ) -> models.CampaignMembersAdded:
        """Add contacts to a draft: a list, all that match a filter, or a table. Sent again it adds nobody
        twice. Rows that are not taken are listed with the reason.

        filter: All contacts that match; empty: all.
        csv: A table with a head: a column contact_id, phone, email, external_id, every other one is a
        variable.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/campaigns/{campaign_id}/members",
                ids={"campaign_id": campaign_id},
                body={"contacts": contacts, "filter": filter, "csv": csv},
            ),
            models.CampaignMembersAdded,
        )

    async def cancel(self, campaign_id: str) -> models.Campaign:
        """End it for good; calls under way end by themselves."""
        return await self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/cancel", ids={"campaign_id": campaign_id}), models.Campaign
        )

    async def change(
        self,
        campaign_id: str,
        *,
        name: str | None = None,
        phone_number_id: str | None = None,
        opening: str | None = None,
        instructions: str | None = None,
        windows: Sequence[Mapping[str, Any]] | None = None,
        retries: Mapping[str, Any] | None = None,
        starts_at: datetime | Omit | None = OMIT,
        ends_at: datetime | Omit | None = OMIT,
        most_at_once: int | None = None,
        calls_per_minute: int | None = None,
    ) -> models.Campaign:
        """Change a draft.

        opening: Said first. {{ first_name }} and others are filled in for each contact.
        instructions: For the agent in these calls, beside its own.
        windows: Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to
        21:00.
        retries: How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left
        out: never.
        starts_at: Nobody is called before.
        ends_at: Nobody is called after.
        """
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/campaigns/{campaign_id}",
                ids={"campaign_id": campaign_id},
                body={
                    "name": name,
                    "phone_number_id": phone_number_id,
                    "opening": opening,
                    "instructions": instructions,
                    "windows": windows,
                    "retries": retries,
                    "starts_at": given(starts_at),
                    "ends_at": given(ends_at),
                    "most_at_once": most_at_once,
                    "calls_per_minute": calls_per_minute,
                },
            ),
            models.Campaign,
        )

    async def check(self, campaign_id: str) -> models.CampaignCheck:
        """How many would be called if it began now, how many not and why, and about what it costs."""
        return await self._transport.fetch(
            Call("GET", "/v1/campaigns/{campaign_id}/check", ids={"campaign_id": campaign_id}), models.CampaignCheck
        )

    async def create(
        self,
        *,
        name: str,
        phone_number_id: str,
        opening: str,
        instructions: str | None = None,
        windows: Sequence[Mapping[str, Any]] | None = None,
        retries: Mapping[str, Any] | None = None,
        starts_at: datetime | Omit | None = OMIT,
        ends_at: datetime | Omit | None = OMIT,
        most_at_once: int | None = None,
        calls_per_minute: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.Campaign:
        """Make a draft. It calls nobody until it has contacts and is started.

        phone_number_id: From which number; its agent speaks.
        opening: Said first. {{ first_name }} and others are filled in for each contact.
        instructions: For the agent in these calls, beside its own.
        windows: Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to
        21:00.
        retries: How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left
        out: never.
        starts_at: Nobody is called before.
        ends_at: Nobody is called after.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/campaigns",
                body={
                    "name": name,
                    "phone_number_id": phone_number_id,
                    "opening": opening,
                    "instructions": instructions,
                    "windows": windows,
                    "retries": retries,
                    "starts_at": given(starts_at),
                    "ends_at": given(ends_at),
                    "most_at_once": most_at_once,
                    "calls_per_minute": calls_per_minute,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Campaign,
        )

    async def get(self, campaign_id: str) -> models.Campaign:
        """A campaign, as it is written down."""
        return await self._transport.fetch(
            Call("GET", "/v1/campaigns/{campaign_id}", ids={"campaign_id": campaign_id}), models.Campaign
        )

    async def get_member(self, campaign_id: str, contact_id: str) -> models.CampaignMember:
        """A contact of the campaign, and what became of it."""
        return await self._transport.fetch(
            Call(
                "GET",
                "/v1/campaigns/{campaign_id}/members/{contact_id}",
                ids={"campaign_id": campaign_id, "contact_id": contact_id},
            ),
            models.CampaignMember,
        )

    async def get_progress(self, campaign_id: str) -> models.CampaignProgress:
        """How far it is, how fast, and what it cost so far."""
        return await self._transport.fetch(
            Call("GET", "/v1/campaigns/{campaign_id}/progress", ids={"campaign_id": campaign_id}),
            models.CampaignProgress,
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> AsyncPages[models.Campaign]:
        """Campaigns, the latest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport, Call("GET", "/v1/campaigns", query={"cursor": cursor, "limit": limit}), models.Campaign
        )

    def list_members(
        self,
        campaign_id: str,
        *,
        cursor: str | None = None,
        group: Literal["calling", "failed", "no_answer", "not_called", "reached", "refused", "voicemail", "waiting"]
        | None = None,
        limit: int | None = None,
    ) -> AsyncPages[models.CampaignMember]:
        """Its contacts in the order in which they came, and what became of each.

        cursor: next_cursor of the page before.
        group: Only those, as the progress counts them.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/campaigns/{campaign_id}/members",
                ids={"campaign_id": campaign_id},
                query={"cursor": cursor, "group": group, "limit": limit},
            ),
            models.CampaignMember,
        )

    async def pause(self, campaign_id: str) -> models.Campaign:
        """Nobody is dialled from now on; calls under way end by themselves."""
        return await self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/pause", ids={"campaign_id": campaign_id}), models.Campaign
        )

    async def remove_member(self, campaign_id: str, contact_id: str) -> None:
        """Take a contact out of a draft."""
        await self._transport.send(
            Call(
                "DELETE",
                "/v1/campaigns/{campaign_id}/members/{contact_id}",
                ids={"campaign_id": campaign_id, "contact_id": contact_id},
            )
        )

    async def resume(self, campaign_id: str) -> models.Campaign:
        """Go on with a paused one."""
        return await self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/resume", ids={"campaign_id": campaign_id}), models.Campaign
        )

    async def start(self, campaign_id: str, *, calls: int) -> models.Campaign:
        """Begin to call. `calls` confirms what the check said; those that it left out are not called.

        calls: What the check said; refused when it is another by now.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/campaigns/{campaign_id}/start", ids={"campaign_id": campaign_id}, body={"calls": calls}),
            models.Campaign,
        )


class AsyncCannedReplies(AsyncResource):
    async def create(self, *, name: str, text: str) -> models.CannedReply:
        """Keep a reply by a name.

        text: May hold {{contact.name}}, {{agent.name}}, {{me.name}}.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/canned-replies", body={"name": name, "text": text}), models.CannedReply
        )

    async def delete(self, reply_id: str) -> None:
        """Remove it; what was written with it stays."""
        await self._transport.send(Call("DELETE", "/v1/canned-replies/{reply_id}", ids={"reply_id": reply_id}))

    async def get(self, reply_id: str) -> models.CannedReply:
        """One reply, with its variables as they are written."""
        return await self._transport.fetch(
            Call("GET", "/v1/canned-replies/{reply_id}", ids={"reply_id": reply_id}), models.CannedReply
        )

    def list(self) -> AsyncPages[models.CannedReply]:
        """Replies that are written often, by name."""
        return AsyncPages(self._transport, Call("GET", "/v1/canned-replies"), models.CannedReply)

    async def replace(self, reply_id: str, *, name: str, text: str) -> models.CannedReply:
        """Another name or text for it.

        text: May hold {{contact.name}}, {{agent.name}}, {{me.name}}.
        """
        return await self._transport.fetch(
            Call("PUT", "/v1/canned-replies/{reply_id}", ids={"reply_id": reply_id}, body={"name": name, "text": text}),
            models.CannedReply,
        )


class AsyncContacts(AsyncResource):
    async def change_call_permission(
        self,
        contact_id: str,
        *,
        consent_source: str | None = None,
        wants_no_calls: bool | None = None,
        time_zone: str | None = None,
    ) -> models.CallPermission:
        """Record that a contact agreed to be called, that it wants no calls, or where it is.

        consent_source: For example: form of 3 May. Empty takes it back.
        time_zone: For example Europe/Berlin.
        """
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/contacts/{contact_id}/call-permission",
                ids={"contact_id": contact_id},
                body={"consent_source": consent_source, "wants_no_calls": wants_no_calls, "time_zone": time_zone},
            ),
            models.CallPermission,
        )

    async def create(
        self,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Contact:
        """Make a contact. An address, number or id that another contact has is a conflict that names it.

        phone: With its country code; kept as E.164.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/contacts",
                body={"name": name, "email": email, "phone": phone, "external_id": external_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Contact,
        )

    async def erase(self, contact_id: str, *, idempotency_key: str | None = None) -> models.Erasure:
        """Forget a contact for good, everywhere. Needs the scope contacts.erase; cannot be taken back. An
        anonymous visitor may have itself forgotten; who is identified asks the company.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/contacts/{contact_id}/erasure",
                ids={"contact_id": contact_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Erasure,
        )

    async def export(self, contact_id: str, *, idempotency_key: str | None = None) -> models.Export:
        """Have an archive made of all that is held of a contact: JSON Lines, files and a manifest in one ZIP.
        Needs the scopes contacts.read, conversations.read and traces.read.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/contacts/{contact_id}/exports",
                ids={"contact_id": contact_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Export,
        )

    async def get(self, contact_id: str) -> models.Contact:
        """One contact."""
        return await self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}", ids={"contact_id": contact_id}), models.Contact
        )

    async def get_call_permission(self, contact_id: str) -> models.CallPermission:
        """Whether a contact may be called."""
        return await self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}/call-permission", ids={"contact_id": contact_id}),
            models.CallPermission,
        )

    async def get_erasure(self, contact_id: str) -> models.Erasure:
        """How far the contact's erasure is; afterwards its receipt."""
        return await self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}/erasure", ids={"contact_id": contact_id}), models.Erasure
        )

    async def get_memory_graph(self, contact_id: str, *, valid_at: datetime | None = None) -> models.MemoryGraph:
        """People, companies, places, orders and events of a contact and those who are read as one with it, how
        they hang together, and what says so. What is only proposed is left out; without `valid_at` what is
        over is there.

        valid_at: Only what held then.
        """
        return await self._transport.fetch(
            Call(
                "GET", "/v1/contacts/{contact_id}/graph", ids={"contact_id": contact_id}, query={"valid_at": valid_at}
            ),
            models.MemoryGraph,
        )

    def list(
        self,
        *,
        cursor: str | None = None,
        email: str | None = None,
        external_id: str | None = None,
        limit: int | None = None,
        phone: str | None = None,
        q: str | None = None,
    ) -> AsyncPages[models.Contact]:
        """List contacts, newest first. Every filter given must match. Those merged into another are left out.

        cursor: next_cursor of the page before.
        email: Exactly this address.
        external_id: Exactly this id of your own.
        limit: How many, at most 100.
        phone: Exactly this number, with its country code.
        q: Somewhere in the name, address, number or id.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/contacts",
                query={
                    "cursor": cursor,
                    "email": email,
                    "external_id": external_id,
                    "limit": limit,
                    "phone": phone,
                    "q": q,
                },
            ),
            models.Contact,
        )

    def list_events(
        self, contact_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.ContactEvent]:
        """What happened to a contact, the latest first, also under the identities of those merged into it.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/contacts/{contact_id}/events",
                ids={"contact_id": contact_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.ContactEvent,
        )

    def list_exports(self, contact_id: str) -> AsyncPages[models.Export]:
        """The contact's latest exports."""
        return AsyncPages(
            self._transport,
            Call("GET", "/v1/contacts/{contact_id}/exports", ids={"contact_id": contact_id}),
            models.Export,
        )

    async def merge(self, contact_id: str, *, into: str) -> models.Contact:
        """This contact is another one: both are read as one. Nothing moves, so it can be taken back. Returns
        that other one.

        into: Who both are from now on.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/contacts/{contact_id}/merge", ids={"contact_id": contact_id}, body={"into": into}),
            models.Contact,
        )

    async def unmerge(self, contact_id: str) -> models.Contact:
        """Take a merge back: the contact is someone apart again, with all that came in under its own
        identities.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/contacts/{contact_id}/unmerge", ids={"contact_id": contact_id}), models.Contact
        )

    async def update(
        self,
        contact_id: str,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        external_id: str | None = None,
    ) -> models.Contact:
        """Change what is given; the rest stays.

        email: Empty takes it away.
        phone: Empty takes it away.
        external_id: Empty takes it away.
        """
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/contacts/{contact_id}",
                ids={"contact_id": contact_id},
                body={"name": name, "email": email, "phone": phone, "external_id": external_id},
            ),
            models.Contact,
        )


class AsyncConversations(AsyncResource):
    async def add_note(self, conversation_id: str, *, text: str) -> models.Note:
        """Leave a note for colleagues."""
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/notes",
                ids={"conversation_id": conversation_id},
                body={"text": text},
            ),
            models.Note,
        )

    async def assign(self, conversation_id: str, *, member_id: str | None) -> models.Conversation:
        """Say whose it is, or (null) that it is nobody's.

        member_id: Whose it is; null for nobody's.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/assign",
                ids={"conversation_id": conversation_id},
                body={"member_id": given(member_id)},
            ),
            models.Conversation,
        )

    async def close(self, conversation_id: str) -> models.Conversation:
        """Nothing more is to be done; the contact's next message opens it again."""
        return await self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/close", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    async def erase(self, conversation_id: str, *, idempotency_key: str | None = None) -> models.Erasure:
        """Forget a conversation for good, with what was made of it and what repeats it. Needs the scope
        contacts.erase; cannot be taken back.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/erasure",
                ids={"conversation_id": conversation_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Erasure,
        )

    async def get(self, conversation_id: str) -> models.Conversation:
        """One conversation, without its messages. Visitors are not told whose it is, nor why it was handed
        over.
        """
        return await self._transport.fetch(
            Call("GET", "/v1/conversations/{conversation_id}", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    async def get_suggestion(self, conversation_id: str) -> models.Suggestion:
        """What the agent would answer, as it was last asked."""
        return await self._transport.fetch(
            Call("GET", "/v1/conversations/{conversation_id}/suggestion", ids={"conversation_id": conversation_id}),
            models.Suggestion,
        )

    async def give_back(self, conversation_id: str) -> models.Conversation:
        """The agent answers again, and knows what people wrote."""
        return await self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/giveback", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    async def hand_off(self, conversation_id: str) -> models.Conversation:
        """A person is to answer: the agent stays silent, and the contact is told."""
        return await self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/handoff", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    async def leave_reply_address(self, conversation_id: str, *, email: str) -> None:
        """Leave an address for the answer, while a person is awaited or answers. What the person writes goes
        there when nobody has read it in the chat two minutes later. For the visitor, and for who may answer
        in the inbox.
        """
        await self._transport.send(
            Call(
                "PUT",
                "/v1/conversations/{conversation_id}/reply-address",
                ids={"conversation_id": conversation_id},
                body={"email": email},
            )
        )

    def list(
        self,
        *,
        agent_id: str | None = None,
        channel: str | None = None,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        q: str | None = None,
        since: datetime | None = None,
        state: Literal["agent", "closed", "human", "waiting"] | None = None,
    ) -> AsyncPages[models.Conversation]:
        """List the company's conversations, those with the latest message first. For members and keys.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        q: One message says all of these words, at most eight.
        since: Somebody said something after that.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations",
                query={
                    "agent_id": agent_id,
                    "channel": channel,
                    "contact_id": contact_id,
                    "cursor": cursor,
                    "limit": limit,
                    "q": q,
                    "since": since,
                    "state": state,
                },
            ),
            models.Conversation,
        )

    def list_attachments(
        self, conversation_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.Attachment]:
        """The files that were sent in a conversation, the earliest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations/{conversation_id}/attachments",
                ids={"conversation_id": conversation_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Attachment,
        )

    def list_messages(
        self, conversation_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.Message]:
        """The messages of a conversation, in the order in which they were said.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations/{conversation_id}/messages",
                ids={"conversation_id": conversation_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Message,
        )

    def list_notes(self, conversation_id: str) -> AsyncPages[models.Note]:
        """Colleagues' notes on a conversation, oldest first. No contact and no model is ever given one."""
        return AsyncPages(
            self._transport,
            Call("GET", "/v1/conversations/{conversation_id}/notes", ids={"conversation_id": conversation_id}),
            models.Note,
        )

    async def post_message(
        self,
        conversation_id: str,
        *,
        text: str,
        proactive: str | None = None,
        page_context: Mapping[str, Any] | None = None,
        attachments: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> models.MessageAccepted:
        """Say something. The answer comes on `stream_url`, and among the messages when it is complete. While a
        person has the conversation `turn_id` and `stream_url` are null: the conversation's own stream tells
        of their answer.

        proactive: For visitors: the id of the proactive message that this answers; it is kept before it.
        page_context: For visitors: what the page says of what they do there. At most 20 names with a text
        of 500 characters, a number, true or false each.
        attachments: Files that were sent to the conversation before. With one the text may be empty.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/messages",
                ids={"conversation_id": conversation_id},
                body={"text": text, "proactive": proactive, "page_context": page_context, "attachments": attachments},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.MessageAccepted,
        )

    async def remove_reply_address(self, conversation_id: str) -> None:
        """Take it back: the answer is in the chat alone."""
        await self._transport.send(
            Call(
                "DELETE", "/v1/conversations/{conversation_id}/reply-address", ids={"conversation_id": conversation_id}
            )
        )

    async def reopen(self, conversation_id: str) -> models.Conversation:
        """A closed conversation goes on, with the agent."""
        return await self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/reopen", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    async def reply_to(
        self, conversation_id: str, *, text: str, member_id: str | None = None, idempotency_key: str | None = None
    ) -> models.ReplyCreated:
        """Write to the contact as a person: for the member who has the conversation.

        member_id: For keys: the member in whose name it is written.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/replies",
                ids={"conversation_id": conversation_id},
                body={"text": text, "member_id": member_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.ReplyCreated,
        )

    async def start(
        self,
        *,
        agent_id: str | None = None,
        contact: models.ContactRequest | None = None,
        version: Any | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConversationCreated:
        """Start a conversation: a visitor with the agent of its widget, a member as a test chat with
        `agent_id`, a key with `agent_id` for the `contact` that it names.

        agent_id: For members and keys; a visitor's token names it.
        contact: For keys: who speaks.
        version: For members and keys with agents.read: the version that answers all of it.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations",
                body={"agent_id": agent_id, "contact": contact, "version": version},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.ConversationCreated,
        )

    async def suggest_answer(self, conversation_id: str) -> models.SuggestionAccepted:
        """Ask what the agent would answer to the contact's last message, while a person has the conversation.
        Only colleagues see it; no tool is called for it. Asked twice for one message, it is the same
        suggestion.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/conversations/{conversation_id}/suggestion", ids={"conversation_id": conversation_id}),
            models.SuggestionAccepted,
        )

    async def take_over(self, conversation_id: str, *, member_id: str | None = None) -> models.Conversation:
        """Answer yourself from now on. 409 when somebody else has it already.

        member_id: For keys: the member in whose name it is done.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/takeover",
                ids={"conversation_id": conversation_id},
                body={"member_id": member_id},
            ),
            models.Conversation,
        )

    async def upload_attachment(
        self, conversation_id: str, *, name: str, content: str, idempotency_key: str | None = None
    ) -> models.Attachment:
        """Send a file that a message names in its `attachments` afterwards. PNG, JPEG, WebP and GIF pictures,
        PDF, plain text and CSV are told by their content; a widget's visitors send what its company allows.
        Nobody but the sender sees a file before its message, and after a day without one it is gone.

        name: With an ending that fits its content: .png, .jpg, .pdf, .txt, …
        content: The bytes in base64.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/attachments",
                ids={"conversation_id": conversation_id},
                body={"name": name, "content": content},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Attachment,
        )


class AsyncDocuments(AsyncResource):
    async def create(
        self,
        *,
        source_id: str | None = None,
        name: str | None = None,
        text: str | None = None,
        content_type: str | None = None,
        url: str | None = None,
        file: FileInput | None = None,
    ) -> models.DocumentTaken:
        """Send a text or a file. It is read in the background (202); the same bytes again change nothing
        (200), so the call may be repeated safely.

        source_id: The company's first folder of uploads without it.
        name: Its identity within the source: the same name again is a new version. A file's own name
        without it.
        content_type: Of the text: text/markdown, text/html…
        url: Where citations of it lead.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/documents",
                body={
                    "source_id": source_id,
                    "name": name,
                    "text": text,
                    "content_type": content_type,
                    "url": url,
                    "file": file,
                },
                is_repeatable=True,
            ),
            models.DocumentTaken,
        )

    async def delete(self, document_id: str) -> None:
        """Remove a document. It stops answering at once."""
        await self._transport.send(Call("DELETE", "/v1/documents/{document_id}", ids={"document_id": document_id}))

    async def get(self, document_id: str) -> models.Document:
        """One document and how far its ingest is."""
        return await self._transport.fetch(
            Call("GET", "/v1/documents/{document_id}", ids={"document_id": document_id}), models.Document
        )

    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        source_id: str | None = None,
        state: Literal["failed", "processing", "queued", "ready"] | None = None,
    ) -> AsyncPages[models.Document]:
        """Documents, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET", "/v1/documents", query={"cursor": cursor, "limit": limit, "source_id": source_id, "state": state}
            ),
            models.Document,
        )

    def list_passages(
        self, document_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.Passage]:
        """The passages that the document was split into, in their order.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/documents/{document_id}/passages",
                ids={"document_id": document_id},
                query={"cursor": cursor, "limit": limit},
            ),
            models.Passage,
        )

    async def retry(self, document_id: str) -> models.Document:
        """Read a failed document again."""
        return await self._transport.fetch(
            Call("POST", "/v1/documents/{document_id}/retry", ids={"document_id": document_id}), models.Document
        )


class AsyncErasures(AsyncResource):
    async def get(self, erasure_id: str) -> models.Erasure:
        """One erasure, and its receipt once it is done."""
        return await self._transport.fetch(
            Call("GET", "/v1/erasures/{erasure_id}", ids={"erasure_id": erasure_id}), models.Erasure
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> AsyncPages[models.Erasure]:
        """Erasures and their receipts, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport, Call("GET", "/v1/erasures", query={"cursor": cursor, "limit": limit}), models.Erasure
        )


class AsyncEvents(AsyncResource):
    async def alias(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say that an id until now is this user. As customer-data tools send it, with a secret key as the
        write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/alias",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    async def group(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say to which company someone belongs. As customer-data tools send it, with a secret key as the write
        key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/group",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    async def identify(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say who someone is, and what is known of them. As customer-data tools send it, with a secret key as
        the write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/identify",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    async def page(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say which page someone saw. As customer-data tools send it, with a secret key as the write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/page",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    async def screen(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say which screen of an app someone saw. As customer-data tools send it, with a secret key as the
        write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/screen",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )

    async def send(self, events: Sequence[models.CloudEvent]) -> models.EventsAccepted:
        """Send what happened in your own systems, as CloudEvents: one, one with its attributes in `ce-…`
        headers, or up to 1,000. What is accepted is kept for good; of many, the right ones are taken and
        the others are named.
        """
        return await self._transport.fetch(
            Call(
                "POST", "/v1/events", items=events, media_type="application/cloudevents-batch+json", is_repeatable=True
            ),
            models.EventsAccepted,
        )

    async def send_batch(
        self, *, batch: Sequence[models.TrackingCall], sent_at: datetime | None = None
    ) -> models.TrackingAccepted:
        """Send up to 1,000 calls of customer-data tools at once. Those that are right are taken, the others
        named.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/batch", body={"batch": batch, "sentAt": sent_at}), models.TrackingAccepted
        )

    async def track(
        self,
        *,
        type: str | None = None,
        user_id: str | None = None,
        anonymous_id: str | None = None,
        previous_id: str | None = None,
        group_id: str | None = None,
        event: str | None = None,
        name: str | None = None,
        traits: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        timestamp: datetime | None = None,
        sent_at: datetime | None = None,
        message_id: str | None = None,
    ) -> models.TrackingAccepted:
        """Say what someone did. As customer-data tools send it, with a secret key as the write key.

        type: In a batch: identify, track, page, screen, group, alias.
        user_id: Your own id of the customer.
        anonymous_id: Of the browser or device.
        previous_id: alias: the id until now.
        group_id: group: the company's id.
        event: track: what happened.
        name: page, screen: what was seen.
        sent_at: By the sender's clock; its error is taken out.
        message_id: A repeat with the same one is harmless.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/track",
                body={
                    "type": type,
                    "userId": user_id,
                    "anonymousId": anonymous_id,
                    "previousId": previous_id,
                    "groupId": group_id,
                    "event": event,
                    "name": name,
                    "traits": traits,
                    "properties": properties,
                    "context": context,
                    "timestamp": timestamp,
                    "sentAt": sent_at,
                    "messageId": message_id or new_id(),
                },
                is_repeatable=True,
            ),
            models.TrackingAccepted,
        )


class AsyncExports(AsyncResource):
    async def download(self, export_id: str) -> bytes:
        """The archive, once it is ready, for seven days."""
        return await self._transport.fetch_bytes(
            Call("GET", "/v1/exports/{export_id}/download", ids={"export_id": export_id})
        )

    async def get(self, export_id: str) -> models.Export:
        """How far an export is."""
        return await self._transport.fetch(
            Call("GET", "/v1/exports/{export_id}", ids={"export_id": export_id}), models.Export
        )


class AsyncFailedEvents(AsyncResource):
    async def act_on(
        self,
        *,
        action: models.ActionEnum,
        event_ids: Sequence[str] | None = None,
        subscription: str | None = None,
        code: str | None = None,
        all: bool | None = None,
    ) -> models.FailedEventsActed:
        """Have failed events handled again, in their order, or give them up. Every filter given must match.

        all: Needed when nothing else is given.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/failed-events",
                body={"action": action, "event_ids": event_ids, "subscription": subscription, "code": code, "all": all},
            ),
            models.FailedEventsActed,
        )

    def list(
        self,
        *,
        code: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        subscription: str | None = None,
    ) -> AsyncPages[models.FailedEvent]:
        """Events that failed for good, newest first. They stay until someone replays or drops them.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/failed-events",
                query={"code": code, "cursor": cursor, "limit": limit, "subscription": subscription},
            ),
            models.FailedEvent,
        )


class AsyncFeedback(AsyncResource):
    async def get(self, feedback_id: str) -> models.Feedback:
        """One word about one answer."""
        return await self._transport.fetch(
            Call("GET", "/v1/feedback/{feedback_id}", ids={"feedback_id": feedback_id}), models.Feedback
        )

    def list(
        self,
        *,
        agent_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        rater: Literal["contact", "staff"] | None = None,
        rating: Literal["bad", "good"] | None = None,
    ) -> AsyncPages[models.Feedback]:
        """What people think of answers, latest first, with what was asked and answered: for evaluation.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/feedback",
                query={"agent_id": agent_id, "cursor": cursor, "limit": limit, "rater": rater, "rating": rating},
            ),
            models.Feedback,
        )


class AsyncInvitations(AsyncResource):
    async def create(self, *, role: str, email: str, idempotency_key: str | None = None) -> models.Invitation:
        """Ask somebody to join, by a mail whose link is good for seven days. An open one to the same address
        is replaced.

        role: owner, admin, developer, analyst or billing; a key never makes owners.
        email: Where the mail goes; the link is for this address only.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/invitations",
                body={"role": role, "email": email},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Invitation,
        )

    async def get(self, invitation: str) -> models.Invitation:
        """One that nobody has answered."""
        return await self._transport.fetch(
            Call("GET", "/v1/invitations/{invitation}", ids={"invitation": invitation}), models.Invitation
        )

    def list(self) -> AsyncPages[models.Invitation]:
        """Invitations that nobody has answered, newest first."""
        return AsyncPages(self._transport, Call("GET", "/v1/invitations"), models.Invitation)

    async def withdraw(self, invitation: str) -> None:
        """Its link opens nothing any more."""
        await self._transport.send(Call("DELETE", "/v1/invitations/{invitation}", ids={"invitation": invitation}))


class AsyncKeys(AsyncResource):
    async def create(
        self,
        *,
        name: str,
        scopes: Sequence[str],
        is_test: bool | None = None,
        expires_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> models.NewApiKey:
        """Make a key, with nothing that yours may not do. It is in this answer and never again, is over when
        yours is, and is revoked with it.

        scopes: None that your own key, or the person who made it, does not have.
        is_test: A key for tests makes only such.
        expires_at: Never later than your own key's.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/keys",
                body={"name": name, "scopes": scopes, "is_test": is_test, "expires_at": expires_at},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewApiKey,
        )

    async def get(self, key: str) -> models.ApiKey:
        """One key: what it may do, when it was last used and when it ends."""
        return await self._transport.fetch(Call("GET", "/v1/keys/{key}", ids={"key": key}), models.ApiKey)

    def list(self) -> AsyncPages[models.ApiKey]:
        """Which keys there are, newest first; never the keys themselves."""
        return AsyncPages(self._transport, Call("GET", "/v1/keys"), models.ApiKey)

    async def revoke(self, key: str) -> None:
        """Revoke a key, and those that it has made: calls with them are refused from now on."""
        await self._transport.send(Call("DELETE", "/v1/keys/{key}", ids={"key": key}))

    async def rotate(
        self, key: str, *, grace_hours: int | None = None, idempotency_key: str | None = None
    ) -> models.NewApiKey:
        """A new key in the place of one that may do no more than yours; the old one is accepted for some hours
        more.

        grace_hours: For how long the old one is accepted.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/keys/{key}/rotate",
                ids={"key": key},
                body={"grace_hours": grace_hours},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewApiKey,
        )


class AsyncLeakedKeys(AsyncResource):
    async def report(self, leaked_keys: Sequence[models.LeakedKeyRequest]) -> builtins.list[models.LeakedKeyResult]:
        """Report secret keys that were found in the open. Ours are revoked at once and their company is told."""
        return await self._transport.fetch(
            Call("POST", "/v1/leaked-keys", items=leaked_keys), builtins.list[models.LeakedKeyResult]
        )


class AsyncMembers(AsyncResource):
    async def change_role(self, member: str, *, role: str | None = None) -> models.Member:
        """Give somebody another role, of those that you may give.

        role: owner, admin, developer, analyst or billing; a key never makes owners.
        """
        return await self._transport.fetch(
            Call("PATCH", "/v1/members/{member}", ids={"member": member}, body={"role": role}), models.Member
        )

    async def get(self, member: str) -> models.Member:
        """One of the company's people."""
        return await self._transport.fetch(Call("GET", "/v1/members/{member}", ids={"member": member}), models.Member)

    def list(self) -> AsyncPages[models.Member]:
        """The company's people and their roles, first comers first."""
        return AsyncPages(self._transport, Call("GET", "/v1/members"), models.Member)

    async def remove(self, member: str) -> None:
        """Somebody belongs to the company no more. There is always an owner."""
        await self._transport.send(Call("DELETE", "/v1/members/{member}", ids={"member": member}))


class AsyncMemories(AsyncResource):
    async def add(self, *, contact_id: str, predicate: str, value: str) -> models.Memory:
        """Keep something that your company knows of a contact.

        predicate: One of the kinds that are remembered.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/memories", body={"contact_id": contact_id, "predicate": predicate, "value": value}),
            models.Memory,
        )

    async def get(self, fact_id: str) -> models.Memory:
        """One fact of a contact, with what said it."""
        return await self._transport.fetch(
            Call("GET", "/v1/memories/{fact_id}", ids={"fact_id": fact_id}), models.Memory
        )

    def list(
        self,
        *,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        predicate: str | None = None,
        recorded_at: datetime | None = None,
        superseded: bool | None = None,
        valid_at: datetime | None = None,
    ) -> AsyncPages[models.Memory]:
        """What is remembered of contacts, newest first. `valid_at` asks what held at a time in the world,
        `recorded_at` what was known at a time; both together ask what was then believed of then. Such an
        answer is one page, of those who are read as one with the contact, too.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        recorded_at: As far as it was known then. Needs contact_id.
        superseded: Also what is over, and what is only proposed.
        valid_at: What held then. Needs contact_id.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/memories",
                query={
                    "contact_id": contact_id,
                    "cursor": cursor,
                    "limit": limit,
                    "predicate": predicate,
                    "recorded_at": recorded_at,
                    "superseded": superseded,
                    "valid_at": valid_at,
                },
            ),
            models.Memory,
        )

    async def restore(self, fact_id: str) -> models.Memory:
        """Take back that your company called it wrong."""
        return await self._transport.fetch(
            Call("POST", "/v1/memories/{fact_id}/restore", ids={"fact_id": fact_id}), models.Memory
        )

    async def retract(self, fact_id: str) -> models.Memory:
        """It is not so, and never was: it is used no more, and what it had ended holds again."""
        return await self._transport.fetch(
            Call("POST", "/v1/memories/{fact_id}/retract", ids={"fact_id": fact_id}), models.Memory
        )

    async def update(self, fact_id: str, *, value: str | None = None, is_pinned: bool | None = None) -> models.Memory:
        """Put a fact right, or pin it. With another value it is another fact: the answer has its id.

        value: What is true, and always was.
        """
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/memories/{fact_id}",
                ids={"fact_id": fact_id},
                body={"value": value, "is_pinned": is_pinned},
            ),
            models.Memory,
        )


class AsyncMessages(AsyncResource):
    async def erase(self, message_id: str, *, idempotency_key: str | None = None) -> models.Erasure:
        """Forget a message for good, with its answer, what was made of it and what repeats it. Needs the scope
        contacts.erase; cannot be taken back.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/messages/{message_id}/erasure",
                ids={"message_id": message_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Erasure,
        )

    async def rate_answer(
        self,
        message_id: str,
        *,
        rating: models.RatingEnum,
        reason: Any | None = None,
        comment: str | None = None,
        correction: str | None = None,
        rater: models.RaterEnum | None = None,
    ) -> models.Rated:
        """Say what you think of an agent's answer; a later word replaces the earlier one. A visitor rates
        answers it was given; members, and keys with inbox.write, all of the company's.

        reason: Of a bad answer.
        correction: What should have been said.
        rater: For keys: whose word it is, contact where it is left out. Members speak for the staff.
        """
        return await self._transport.fetch(
            Call(
                "PUT",
                "/v1/messages/{message_id}/feedback",
                ids={"message_id": message_id},
                body={"rating": rating, "reason": reason, "comment": comment, "correction": correction, "rater": rater},
            ),
            models.Rated,
        )

    async def withdraw_rating(self, message_id: str, *, rater: Literal["contact", "staff"] | None = None) -> None:
        """Take your word back.

        rater: For keys.
        """
        await self._transport.send(
            Call("DELETE", "/v1/messages/{message_id}/feedback", ids={"message_id": message_id}, query={"rater": rater})
        )


class AsyncModelProviders(AsyncResource):
    async def get(self, provider_id: str) -> models.ModelProvider:
        """One provider, the models that it offers, and what its last test found."""
        return await self._transport.fetch(
            Call("GET", "/v1/model-providers/{provider_id}", ids={"provider_id": provider_id}), models.ModelProvider
        )

    def list(self) -> AsyncPages[models.ModelProvider]:
        """The company's own providers of models, oldest first. Their keys are shown to nobody."""
        return AsyncPages(self._transport, Call("GET", "/v1/model-providers"), models.ModelProvider)

    async def test(self, provider_id: str, *, model: str | None = None) -> models.ModelTest:
        """Ask one of its models for one word. The provider charges for it.

        model: Empty: its first one.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/model-providers/{provider_id}/test",
                ids={"provider_id": provider_id},
                body={"model": model},
            ),
            models.ModelTest,
        )


class AsyncPhoneNumbers(AsyncResource):
    async def change(
        self,
        phone_number_id: str,
        *,
        agent_id: str | None = None,
        language: str | None = None,
        greeting: str | None = None,
        is_enabled: bool | None = None,
        most_minutes: int | None = None,
        menu_prompt: str | None = None,
        menu: Mapping[str, Any] | None = None,
    ) -> models.PhoneNumber:
        """Let another agent answer, or none, from the next call on. Its account and token are changed on the
        page Phone.

        menu: By a key, 0 to 9, what pressing it asks. The whole menu; empty for none.
        """
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/phone-numbers/{phone_number_id}",
                ids={"phone_number_id": phone_number_id},
                body={
                    "agent_id": agent_id,
                    "language": language,
                    "greeting": greeting,
                    "is_enabled": is_enabled,
                    "most_minutes": most_minutes,
                    "menu_prompt": menu_prompt,
                    "menu": menu,
                },
            ),
            models.PhoneNumber,
        )

    async def get(self, phone_number_id: str) -> models.PhoneNumber:
        """A number, and which agent answers it."""
        return await self._transport.fetch(
            Call("GET", "/v1/phone-numbers/{phone_number_id}", ids={"phone_number_id": phone_number_id}),
            models.PhoneNumber,
        )

    def list(self) -> AsyncPages[models.PhoneNumber]:
        """The numbers that agents answer, in their order."""
        return AsyncPages(self._transport, Call("GET", "/v1/phone-numbers"), models.PhoneNumber)


class AsyncPrices(AsyncResource):
    async def get(self, price_id: str) -> models.Price:
        """One of the company's own prices."""
        return await self._transport.fetch(
            Call("GET", "/v1/prices/{price_id}", ids={"price_id": price_id}), models.Price
        )

    def list(self) -> AsyncPages[models.Price]:
        """The company's own prices, by model, newest first. Whatever is not here has the provider's published
        price.
        """
        return AsyncPages(self._transport, Call("GET", "/v1/prices"), models.Price)

    async def remove(self, price_id: str) -> None:
        """The one before it, or the published one, holds again from now on."""
        await self._transport.send(Call("DELETE", "/v1/prices/{price_id}", ids={"price_id": price_id}))

    async def set(
        self,
        *,
        model: str,
        meter: models.PriceRequestMeterEnum,
        micros_per_million: int,
        starts_at: datetime | None = None,
    ) -> models.Price:
        """What a class of a model's tokens costs from a moment on. What was reckoned before stays as it was.

        model: As the ledger has it; dated versions of it are meant too.
        meter: The class of tokens.
        micros_per_million: Millionths of the currency's unit for a million tokens.
        starts_at: Left out: from now on.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/prices",
                body={"model": model, "meter": meter, "micros_per_million": micros_per_million, "starts_at": starts_at},
            ),
            models.Price,
        )


class AsyncPrompts(AsyncResource):
    async def add_version(self, prompt_id: str, *, text: str, note: str | None = None) -> models.Prompt:
        """Add a version. No label is on it yet, so nothing answers differently."""
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/prompts/{prompt_id}/versions",
                ids={"prompt_id": prompt_id},
                body={"text": text, "note": note},
            ),
            models.Prompt,
        )

    async def change(self, prompt_id: str, *, is_archived: bool | None = None) -> models.Prompt:
        """Put a prompt away, or take it out again. Refused while an agent answers with it."""
        return await self._transport.fetch(
            Call("PATCH", "/v1/prompts/{prompt_id}", ids={"prompt_id": prompt_id}, body={"is_archived": is_archived}),
            models.Prompt,
        )

    async def create(
        self, *, name: str, text: str, note: str | None = None, idempotency_key: str | None = None
    ) -> models.Prompt:
        """Make a prompt. Its first version gets the label production.

        name: Lower-case letters, digits, - and _, at most 60.
        text: With variables as {{ company }}.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/prompts",
                body={"name": name, "text": text, "note": note},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Prompt,
        )

    async def get(self, prompt_id: str) -> models.Prompt:
        """A prompt, its versions, and which agents answer with it."""
        return await self._transport.fetch(
            Call("GET", "/v1/prompts/{prompt_id}", ids={"prompt_id": prompt_id}), models.Prompt
        )

    def list(
        self, *, archived: bool | None = None, cursor: str | None = None, limit: int | None = None
    ) -> AsyncPages[models.PromptLine]:
        """The company's prompts, oldest first.

        archived: Those that were put away.
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call("GET", "/v1/prompts", query={"archived": archived, "cursor": cursor, "limit": limit}),
            models.PromptLine,
        )

    async def move_label(self, prompt_id: str, *, label: str, version: int | None) -> models.Prompt:
        """Put a label on a version, or take it off. The next answer of who refers to it follows. Refused when
        an agent that answers now could not any more.

        label: For example production.
        version: null: take it off.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/prompts/{prompt_id}/labels",
                ids={"prompt_id": prompt_id},
                body={"label": label, "version": given(version)},
            ),
            models.Prompt,
        )


class AsyncRuns(AsyncResource):
    async def get(self, turn_id: str) -> models.Run:
        """One run: how it stands, and the trace and answer that it led to."""
        return await self._transport.fetch(Call("GET", "/v1/runs/{turn_id}", ids={"turn_id": turn_id}), models.Run)

    def list(
        self,
        *,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["done", "failed", "queued", "running"] | None = None,
    ) -> AsyncPages[models.Run]:
        """What agents did, newest first: each run is the work on one message.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/runs",
                query={"conversation_id": conversation_id, "cursor": cursor, "limit": limit, "state": state},
            ),
            models.Run,
        )


class AsyncServiceRequests(AsyncResource):
    async def close(self, request_id: str) -> models.ServiceRequest:
        """It is seen to."""
        return await self._transport.fetch(
            Call("POST", "/v1/service-requests/{request_id}/close", ids={"request_id": request_id}),
            models.ServiceRequest,
        )

    async def get(self, request_id: str) -> models.ServiceRequest:
        """One ticket or callback: what a webhook's data.id names."""
        return await self._transport.fetch(
            Call("GET", "/v1/service-requests/{request_id}", ids={"request_id": request_id}), models.ServiceRequest
        )

    def list(
        self,
        *,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        open: Literal["false", "true"] | None = None,
    ) -> AsyncPages[models.ServiceRequest]:
        """Tickets and callbacks that agents took down, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/service-requests",
                query={"contact_id": contact_id, "cursor": cursor, "limit": limit, "open": open},
            ),
            models.ServiceRequest,
        )


class AsyncSources(AsyncResource):
    async def crawl(self, source_id: str) -> models.Source:
        """Look at a website again: new, changed and removed pages."""
        return await self._transport.fetch(
            Call("POST", "/v1/sources/{source_id}/crawl", ids={"source_id": source_id}), models.Source
        )

    async def create(
        self,
        *,
        kind: models.SourceRequestKindEnum,
        name: str | None = None,
        url: str | None = None,
        max_pages: int | None = None,
        idempotency_key: str | None = None,
    ) -> models.Source:
        """A folder for uploads, or a website, which is read at once.

        url: Of the website, or of its sitemap.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/sources",
                body={"kind": kind, "name": name, "url": url, "max_pages": max_pages},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Source,
        )

    async def delete(self, source_id: str) -> None:
        """Remove a source with all its documents. They stop answering at once."""
        await self._transport.send(Call("DELETE", "/v1/sources/{source_id}", ids={"source_id": source_id}))

    async def get(self, source_id: str) -> models.Source:
        """One source, and how many of its documents are ready."""
        return await self._transport.fetch(
            Call("GET", "/v1/sources/{source_id}", ids={"source_id": source_id}), models.Source
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> AsyncPages[models.Source]:
        """Where documents come from, newest first, and how many of them are ready.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport, Call("GET", "/v1/sources", query={"cursor": cursor, "limit": limit}), models.Source
        )

    async def retry(self, source_id: str) -> models.Count:
        """Read all failed documents of a source again."""
        return await self._transport.fetch(
            Call("POST", "/v1/sources/{source_id}/retry", ids={"source_id": source_id}), models.Count
        )


class AsyncSummaries(AsyncResource):
    async def get(self, summary_id: str) -> models.Summary:
        """A summary, with what it was made of."""
        return await self._transport.fetch(
            Call("GET", "/v1/summaries/{summary_id}", ids={"summary_id": summary_id}), models.Summary
        )

    def list(
        self,
        *,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        cursor: str | None = None,
        level: Literal["contact", "conversation"] | None = None,
        limit: int | None = None,
    ) -> AsyncPages[models.Summary]:
        """What conversations and contacts amount to, newest first. Needs contacts.read and conversations.read.

        contact_id: Of this contact and those who are read as one with it.
        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/summaries",
                query={
                    "contact_id": contact_id,
                    "conversation_id": conversation_id,
                    "cursor": cursor,
                    "level": level,
                    "limit": limit,
                },
            ),
            models.Summary,
        )


class AsyncToolApprovals(AsyncResource):
    async def approve(self, approval_id: str) -> models.Approval:
        """Agree to this very call. It is made, and the agent goes on."""
        return await self._transport.fetch(
            Call("POST", "/v1/tool-approvals/{approval_id}/approve", ids={"approval_id": approval_id}), models.Approval
        )

    async def get(self, approval_id: str) -> models.Approval:
        """One call that waits, or waited."""
        return await self._transport.fetch(
            Call("GET", "/v1/tool-approvals/{approval_id}", ids={"approval_id": approval_id}), models.Approval
        )

    def list(
        self,
        *,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["approved", "expired", "refused", "waiting"] | None = None,
    ) -> AsyncPages[models.Approval]:
        """Calls of tools that people decide on, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/tool-approvals",
                query={"conversation_id": conversation_id, "cursor": cursor, "limit": limit, "state": state},
            ),
            models.Approval,
        )

    async def refuse(self, approval_id: str) -> models.Approval:
        """The call is not made, and the agent tells the contact so."""
        return await self._transport.fetch(
            Call("POST", "/v1/tool-approvals/{approval_id}/refuse", ids={"approval_id": approval_id}), models.Approval
        )


class AsyncToolConnections(AsyncResource):
    async def create(
        self,
        *,
        name: str,
        base_url: str,
        kind: models.ConnectionRequestKindEnum | None = None,
        auth: models.AuthEnum | None = None,
        auth_name: str | None = None,
        secret: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Connection:
        """Add a system. Its credential is kept encrypted.

        base_url: https://…, without ? and #
        kind: http: an API that calls are made to; mcp: an MCP server (streamable HTTP).
        auth_name: Of the header or parameter; for basic the user.
        secret: Never given back.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/tool-connections",
                body={
                    "name": name,
                    "kind": kind,
                    "base_url": base_url,
                    "auth": auth,
                    "auth_name": auth_name,
                    "secret": secret,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Connection,
        )

    async def delete(self, connection_id: str) -> None:
        """Remove a system with its tools."""
        await self._transport.send(
            Call("DELETE", "/v1/tool-connections/{connection_id}", ids={"connection_id": connection_id})
        )

    async def get(self, connection_id: str) -> models.Connection:
        """One system."""
        return await self._transport.fetch(
            Call("GET", "/v1/tool-connections/{connection_id}", ids={"connection_id": connection_id}), models.Connection
        )

    async def import_openapi(
        self, connection_id: str, *, document: str, operations: Sequence[str] | None = None
    ) -> models.Import:
        """Look into an OpenAPI file and make tools of the chosen operations: all of them or none.

        document: OpenAPI 3.0 or 3.1 as JSON or YAML.
        operations: Those to import, for example 'GET /orders/{id}'; none: only look what there is.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/tool-connections/{connection_id}/import",
                ids={"connection_id": connection_id},
                body={"document": document, "operations": operations},
            ),
            models.Import,
        )

    def list(self) -> AsyncPages[models.Connection]:
        """The systems that tools talk to, oldest first. Credentials are never given back."""
        return AsyncPages(self._transport, Call("GET", "/v1/tool-connections"), models.Connection)

    async def refresh(self, connection_id: str) -> models.Refreshed:
        """Ask an MCP server which tools it has. What is new or has changed is off until somebody agrees to it."""
        return await self._transport.fetch(
            Call("POST", "/v1/tool-connections/{connection_id}/refresh", ids={"connection_id": connection_id}),
            models.Refreshed,
        )

    async def update(
        self,
        connection_id: str,
        *,
        auth: models.AuthEnum | None = None,
        auth_name: str | None = None,
        secret: str | None = None,
    ) -> models.Connection:
        """Replace its credential."""
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/tool-connections/{connection_id}",
                ids={"connection_id": connection_id},
                body={"auth": auth, "auth_name": auth_name, "secret": secret},
            ),
            models.Connection,
        )


class AsyncTools(AsyncResource):
    async def agree(self, tool_id: str, *, digest: str) -> models.Tool:
        """Agree to what an MCP server says of its tool: agents may use it from now on, until it says something
        else.

        digest: says.digest of what was looked at.
        """
        return await self._transport.fetch(
            Call("POST", "/v1/tools/{tool_id}/agree", ids={"tool_id": tool_id}, body={"digest": digest}), models.Tool
        )

    async def create(
        self,
        *,
        connection_id: str,
        name: str,
        description: str,
        method: models.MethodEnum,
        path: str,
        parameters: Mapping[str, Any],
        places: Mapping[str, Any] | None = None,
        result: Mapping[str, Any] | None = None,
        policy: models.PolicyRequest | None = None,
        idempotency_key: str | None = None,
    ) -> models.Tool:
        """Make a tool of one call of a system's.

        path: /orders/{order}
        parameters: JSON Schema of an object.
        result: JSON Schema of the answer.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/tools",
                body={
                    "connection_id": connection_id,
                    "name": name,
                    "description": description,
                    "method": method,
                    "path": path,
                    "parameters": parameters,
                    "places": places,
                    "result": result,
                    "policy": policy,
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Tool,
        )

    async def delete(self, tool_id: str) -> None:
        """Remove a tool. Agents that name it go on without it."""
        await self._transport.send(Call("DELETE", "/v1/tools/{tool_id}", ids={"tool_id": tool_id}))

    async def get(self, tool_id: str) -> models.Tool:
        """One tool."""
        return await self._transport.fetch(Call("GET", "/v1/tools/{tool_id}", ids={"tool_id": tool_id}), models.Tool)

    def list(self) -> AsyncPages[models.Tool]:
        """The company's own tools by name. Those that are built in are in docs/tools."""
        return AsyncPages(self._transport, Call("GET", "/v1/tools"), models.Tool)

    async def try_out(self, tool_id: str, *, arguments: Mapping[str, Any] | None = None) -> models.Trial:
        """Call it once, really, and see what a model would be told."""
        return await self._transport.fetch(
            Call("POST", "/v1/tools/{tool_id}/try", ids={"tool_id": tool_id}, body={"arguments": arguments}),
            models.Trial,
        )

    async def update(
        self,
        tool_id: str,
        *,
        description: str | None = None,
        is_enabled: bool | None = None,
        policy: models.PolicyRequest | None = None,
    ) -> models.Tool:
        """Change what it says of itself and under which conditions it is used, or switch it off and on."""
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/tools/{tool_id}",
                ids={"tool_id": tool_id},
                body={"description": description, "is_enabled": is_enabled, "policy": policy},
            ),
            models.Tool,
        )


class AsyncTraceExport(AsyncResource):
    async def get(self) -> models.TraceExport:
        """Where traces are sent, and how that goes. What is in the headers is shown to nobody."""
        return await self._transport.fetch(Call("GET", "/v1/trace-export"), models.TraceExport)

    async def remove(self) -> None:
        """Send nothing any more."""
        await self._transport.send(Call("DELETE", "/v1/trace-export"))

    async def set(
        self,
        *,
        endpoint: str,
        headers: Mapping[str, Any] | None = None,
        content: Sequence[models.ContentEnum] | None = None,
        is_enabled: bool | None = None,
    ) -> models.TraceExport:
        """Send every trace from now on to this collector. Needs `traces.read` as well, and
        `conversations.read` for content.

        endpoint: The collector's address; /v1/traces is added to it.
        headers: Sent with every request, and kept encrypted. Left out: those that are kept stay.
        content: What is sent as well.
        """
        return await self._transport.fetch(
            Call(
                "PUT",
                "/v1/trace-export",
                body={"endpoint": endpoint, "headers": headers, "content": content, "is_enabled": is_enabled},
            ),
            models.TraceExport,
        )

    async def test(self) -> models.TraceExportTest:
        """Send the newest trace at once, without anything that people wrote, and say what the collector
        answered.
        """
        return await self._transport.fetch(Call("POST", "/v1/trace-export/test"), models.TraceExportTest)


class AsyncTraces(AsyncResource):
    async def get(self, trace_id: str) -> models.Trace:
        """What a turn did, step by step, and what each step cost."""
        return await self._transport.fetch(
            Call("GET", "/v1/traces/{trace_id}", ids={"trace_id": trace_id}), models.Trace
        )

    def list(
        self,
        *,
        agent_id: str | None = None,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        min_cost_micros: int | None = None,
        min_duration_ms: int | None = None,
        outcome: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncPages[models.TraceLine]:
        """Traces, newest first, without their spans.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        min_cost_micros: As dear at least, in millionths.
        min_duration_ms: As long at least.
        since: Not before this time, in ISO 8601.
        until: Before this time, in ISO 8601.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/traces",
                query={
                    "agent_id": agent_id,
                    "contact_id": contact_id,
                    "conversation_id": conversation_id,
                    "cursor": cursor,
                    "limit": limit,
                    "min_cost_micros": min_cost_micros,
                    "min_duration_ms": min_duration_ms,
                    "outcome": outcome,
                    "since": since,
                    "until": until,
                },
            ),
            models.TraceLine,
        )


class AsyncTurns(AsyncResource):
    async def cancel(self, turn_id: str) -> None:
        """Stop an answer that nobody wants any more. The model is cut off at once; what it has said by then is
        the answer, and the stream ends with it: with `done`, or with the error `cancelled` when nothing was
        said yet. A turn that has ended stays as it is.
        """
        await self._transport.send(Call("POST", "/v1/turns/{turn_id}/cancel", ids={"turn_id": turn_id}))


class AsyncUsage(AsyncResource):
    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        meter: Literal[
            "audio_input_tokens",
            "audio_output_tokens",
            "cache_write_1h_tokens",
            "cache_write_tokens",
            "cached_input_tokens",
            "call_minutes",
            "conversations",
            "embedding_tokens",
            "heard_seconds",
            "input_tokens",
            "messages",
            "output_tokens",
            "reasoning_tokens",
            "resolutions",
            "spoken_characters",
            "stored_bytes",
            "stored_chunks",
            "tool_calls",
        ]
        | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncPages[models.Usage]:
        """The ledger's rows, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        since: Not before this time, in ISO 8601.
        until: Before this time, in ISO 8601.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/usage",
                query={"cursor": cursor, "limit": limit, "meter": meter, "since": since, "until": until},
            ),
            models.Usage,
        )

    def list_by(
        self,
        *,
        days: int | None = None,
        dimension: Literal["agent", "contact", "conversation", "document", "meter", "model", "step"] | None = None,
        limit: int | None = None,
    ) -> AsyncPages[models.UsageLine]:
        """What each conversation, contact, agent, model, step or document cost in the last days, dearest
        first. `key` is empty for what belongs to none.

        days: How many, at most 366.
        limit: How many lines, at most 1000.
        """
        return AsyncPages(
            self._transport,
            Call("GET", "/v1/usage/by", query={"days": days, "dimension": dimension, "limit": limit}),
            models.UsageLine,
        )

    def list_days(self, *, days: int | None = None) -> AsyncPages[models.UsageDay]:
        """What each day cost, oldest first, ending today; days without usage are zeros.

        days: How many, at most 366.
        """
        return AsyncPages(self._transport, Call("GET", "/v1/usage/days", query={"days": days}), models.UsageDay)


class AsyncWebhooks(AsyncResource):
    async def create(
        self,
        *,
        url: str,
        event_types: Sequence[str],
        description: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.NewWebhook:
        """Add a webhook. Its secret is in this answer and never again.

        url: https://…
        event_types: Of the catalogue in docs/webhooks, for example document.ready; 'document.*' and '*' as
        well.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks",
                body={"url": url, "event_types": event_types, "description": description},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewWebhook,
        )

    async def delete(self, webhook_id: str) -> None:
        """Remove a webhook with its log. What was on its way is not sent any more."""
        await self._transport.send(Call("DELETE", "/v1/webhooks/{webhook_id}", ids={"webhook_id": webhook_id}))

    async def get(self, webhook_id: str) -> models.Webhook:
        """One webhook, and how it does."""
        return await self._transport.fetch(
            Call("GET", "/v1/webhooks/{webhook_id}", ids={"webhook_id": webhook_id}), models.Webhook
        )

    async def get_delivery(self, webhook_id: str, delivery_id: str) -> models.OneDelivery:
        """One delivery with its attempts."""
        return await self._transport.fetch(
            Call(
                "GET",
                "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}",
                ids={"webhook_id": webhook_id, "delivery_id": delivery_id},
            ),
            models.OneDelivery,
        )

    def list(self) -> AsyncPages[models.Webhook]:
        """The company's webhooks, oldest first, and how they do."""
        return AsyncPages(self._transport, Call("GET", "/v1/webhooks"), models.Webhook)

    def list_deliveries(
        self,
        webhook_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: Literal["cancelled", "delivered", "failed", "waiting"] | None = None,
    ) -> AsyncPages[models.Delivery]:
        """What a webhook was told, newest first. Kept for thirty days.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/webhooks/{webhook_id}/deliveries",
                ids={"webhook_id": webhook_id},
                query={"cursor": cursor, "limit": limit, "state": state},
            ),
            models.Delivery,
        )

    async def resend_delivery(
        self, webhook_id: str, delivery_id: str, *, idempotency_key: str | None = None
    ) -> models.OneDelivery:
        """Send it once more, with the same webhook-id. One that waits for its next attempt is tried now."""
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
                ids={"webhook_id": webhook_id, "delivery_id": delivery_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.OneDelivery,
        )

    async def rotate_secret(self, webhook_id: str, *, idempotency_key: str | None = None) -> models.NewWebhook:
        """A new secret, in this answer and never again. For a day both sign, so that nothing is refused
        meanwhile.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks/{webhook_id}/rotate",
                ids={"webhook_id": webhook_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.NewWebhook,
        )

    async def test(self, webhook_id: str, *, idempotency_key: str | None = None) -> models.OneDelivery:
        """Send an event of the type webhook.test. It takes its turn like any other."""
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/webhooks/{webhook_id}/test",
                ids={"webhook_id": webhook_id},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.OneDelivery,
        )

    async def update(
        self,
        webhook_id: str,
        *,
        url: str | None = None,
        event_types: Sequence[str] | None = None,
        description: str | None = None,
        is_enabled: bool | None = None,
    ) -> models.Webhook:
        """Change a webhook, or switch it off and on. What is left out stays as it is."""
        return await self._transport.fetch(
            Call(
                "PATCH",
                "/v1/webhooks/{webhook_id}",
                ids={"webhook_id": webhook_id},
                body={"url": url, "event_types": event_types, "description": description, "is_enabled": is_enabled},
            ),
            models.Webhook,
        )


class AsyncApi:
    """Every resource."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.account = AsyncAccount(transport)
        self.accounts = AsyncAccounts(transport)
        self.agents = AsyncAgents(transport)
        self.approved_answers = AsyncApprovedAnswers(transport)
        self.attachments = AsyncAttachments(transport)
        self.audit = AsyncAudit(transport)
        self.billing = AsyncBilling(transport)
        self.budget = AsyncBudget(transport)
        self.calls = AsyncCalls(transport)
        self.campaigns = AsyncCampaigns(transport)
        self.canned_replies = AsyncCannedReplies(transport)
        self.contacts = AsyncContacts(transport)
        self.conversations = AsyncConversations(transport)
        self.documents = AsyncDocuments(transport)
        self.erasures = AsyncErasures(transport)
        self.events = AsyncEvents(transport)
        self.exports = AsyncExports(transport)
        self.failed_events = AsyncFailedEvents(transport)
        self.feedback = AsyncFeedback(transport)
        self.invitations = AsyncInvitations(transport)
        self.keys = AsyncKeys(transport)
        self.leaked_keys = AsyncLeakedKeys(transport)
        self.members = AsyncMembers(transport)
        self.memories = AsyncMemories(transport)
        self.messages = AsyncMessages(transport)
        self.model_providers = AsyncModelProviders(transport)
        self.phone_numbers = AsyncPhoneNumbers(transport)
        self.prices = AsyncPrices(transport)
        self.prompts = AsyncPrompts(transport)
        self.runs = AsyncRuns(transport)
        self.service_requests = AsyncServiceRequests(transport)
        self.sources = AsyncSources(transport)
        self.summaries = AsyncSummaries(transport)
        self.tool_approvals = AsyncToolApprovals(transport)
        self.tool_connections = AsyncToolConnections(transport)
        self.tools = AsyncTools(transport)
        self.trace_export = AsyncTraceExport(transport)
        self.traces = AsyncTraces(transport)
        self.turns = AsyncTurns(transport)
        self.usage = AsyncUsage(transport)
        self.webhooks = AsyncWebhooks(transport)
