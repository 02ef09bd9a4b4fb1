"""One method for each operation of the API, grouped by what it is about.

Made from docs/openapi.yaml by `make sdks`; changes by hand are lost.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from rapport_sdk import models
from rapport_sdk._calls import Call, FileInput, new_id
from rapport_sdk._pages import AsyncPages, Pages
from rapport_sdk._transport import AsyncResource, AsyncTransport, Resource, Transport


class Account(Resource):
    def me(self) -> models.Me:
        """Whose key this is, and what it may do."""
        return self._transport.fetch(Call("GET", "/v1/me"), models.Me)


class Agents(Resource):
    def create(
        self,
        *,
        name: str | None = None,
        instructions: str | None = None,
        greeting: str | None = None,
        suggested_questions: Sequence[str] | None = None,
        color: str | None = None,
        model: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Agent:
        """Make an agent. What is not given has a sensible default.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
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
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Agent,
        )

    def get(self, agent_id: str) -> models.Agent:
        """One agent."""
        return self._transport.fetch(Call("GET", "/v1/agents/{agent_id}", ids={"agent_id": agent_id}), models.Agent)

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> Pages[models.Agent]:
        """The company's agents, oldest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(self._transport, Call("GET", "/v1/agents", query={"cursor": cursor, "limit": limit}), models.Agent)

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
    ) -> models.Agent:
        """Change an agent. Its version grows when something differs; the next answer is by the new one.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
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
                },
            ),
            models.Agent,
        )


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


class Contacts(Resource):
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
        """Forget a contact for good, everywhere. Needs the scope contacts.erase; cannot be taken back."""
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

    def get_erasure(self, contact_id: str) -> models.Erasure:
        """How far the contact's erasure is; afterwards its receipt."""
        return self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}/erasure", ids={"contact_id": contact_id}), models.Erasure
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
    def get(self, conversation_id: str) -> models.Conversation:
        """One conversation, without its messages."""
        return self._transport.fetch(
            Call("GET", "/v1/conversations/{conversation_id}", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    def list(
        self,
        *,
        channel: str | None = None,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Pages[models.Conversation]:
        """List the company's conversations, those with the latest message first. For members and keys.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return Pages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations",
                query={"channel": channel, "contact_id": contact_id, "cursor": cursor, "limit": limit},
            ),
            models.Conversation,
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

    def post_message(
        self, conversation_id: str, *, text: str, idempotency_key: str | None = None
    ) -> models.MessageAccepted:
        """Say something. The answer comes on `stream_url`, and among the messages when it is complete."""
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/messages",
                ids={"conversation_id": conversation_id},
                body={"text": text},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.MessageAccepted,
        )

    def start(
        self,
        *,
        agent_id: str | None = None,
        contact: models.ContactRequest | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConversationCreated:
        """Start a conversation: a visitor with the agent of its widget, a member as a test chat with
        `agent_id`, a key with `agent_id` for the `contact` that it names.

        agent_id: For members and keys; a visitor's token names it.
        contact: For keys: who speaks.
        """
        return self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations",
                body={"agent_id": agent_id, "contact": contact},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.ConversationCreated,
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


class Keys(Resource):
    def get(self, key: str) -> models.ApiKey:
        """One key: what it may do, when it was last used and when it ends."""
        return self._transport.fetch(Call("GET", "/v1/keys/{key}", ids={"key": key}), models.ApiKey)

    def list(self) -> Pages[models.ApiKey]:
        """Which keys there are, newest first; never the keys themselves."""
        return Pages(self._transport, Call("GET", "/v1/keys"), models.ApiKey)


class LeakedKeys(Resource):
    def report(self, leaked_keys: Sequence[models.LeakedKeyRequest]) -> builtins.list[models.LeakedKeyResult]:
        """Report secret keys that were found in the open. Ours are revoked at once and their company is told."""
        return self._transport.fetch(
            Call("POST", "/v1/leaked-keys", items=leaked_keys), builtins.list[models.LeakedKeyResult]
        )


class Members(Resource):
    def list(self) -> Pages[models.Member]:
        """The company's people and their roles, first comers first."""
        return Pages(self._transport, Call("GET", "/v1/members"), models.Member)


class Memories(Resource):
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
        superseded: bool | None = None,
    ) -> Pages[models.Memory]:
        """What is remembered of contacts, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        superseded: Also what held once and does not any more.
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
                    "superseded": superseded,
                },
            ),
            models.Memory,
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


class Sources(Resource):
    def crawl(self, source_id: str) -> models.Source:
        """Look at a website again: new, changed and removed pages."""
        return self._transport.fetch(
            Call("POST", "/v1/sources/{source_id}/crawl", ids={"source_id": source_id}), models.Source
        )

    def create(
        self,
        *,
        kind: models.KindEnum,
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
        outcome: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Pages[models.TraceLine]:
        """Traces, newest first, without their spans.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
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
                    "outcome": outcome,
                    "since": since,
                    "until": until,
                },
            ),
            models.TraceLine,
        )


class Usage(Resource):
    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        meter: Literal[
            "cache_write_tokens",
            "cached_input_tokens",
            "conversations",
            "embedding_tokens",
            "input_tokens",
            "messages",
            "output_tokens",
            "reasoning_tokens",
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
        self.agents = Agents(transport)
        self.audit = Audit(transport)
        self.contacts = Contacts(transport)
        self.conversations = Conversations(transport)
        self.documents = Documents(transport)
        self.erasures = Erasures(transport)
        self.events = Events(transport)
        self.exports = Exports(transport)
        self.failed_events = FailedEvents(transport)
        self.keys = Keys(transport)
        self.leaked_keys = LeakedKeys(transport)
        self.members = Members(transport)
        self.memories = Memories(transport)
        self.runs = Runs(transport)
        self.sources = Sources(transport)
        self.traces = Traces(transport)
        self.usage = Usage(transport)
        self.webhooks = Webhooks(transport)


class AsyncAccount(AsyncResource):
    async def me(self) -> models.Me:
        """Whose key this is, and what it may do."""
        return await self._transport.fetch(Call("GET", "/v1/me"), models.Me)


class AsyncAgents(AsyncResource):
    async def create(
        self,
        *,
        name: str | None = None,
        instructions: str | None = None,
        greeting: str | None = None,
        suggested_questions: Sequence[str] | None = None,
        color: str | None = None,
        model: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.Agent:
        """Make an agent. What is not given has a sensible default.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
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
                },
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.Agent,
        )

    async def get(self, agent_id: str) -> models.Agent:
        """One agent."""
        return await self._transport.fetch(
            Call("GET", "/v1/agents/{agent_id}", ids={"agent_id": agent_id}), models.Agent
        )

    def list(self, *, cursor: str | None = None, limit: int | None = None) -> AsyncPages[models.Agent]:
        """The company's agents, oldest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport, Call("GET", "/v1/agents", query={"cursor": cursor, "limit": limit}), models.Agent
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
    ) -> models.Agent:
        """Change an agent. Its version grows when something differs; the next answer is by the new one.

        name: At most 80 characters.
        greeting: What it says first.
        suggested_questions: At most four.
        color: Of the widget, for example #4f46e5.
        model: Empty for the platform's default.
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
                },
            ),
            models.Agent,
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


class AsyncContacts(AsyncResource):
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
        """Forget a contact for good, everywhere. Needs the scope contacts.erase; cannot be taken back."""
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

    async def get_erasure(self, contact_id: str) -> models.Erasure:
        """How far the contact's erasure is; afterwards its receipt."""
        return await self._transport.fetch(
            Call("GET", "/v1/contacts/{contact_id}/erasure", ids={"contact_id": contact_id}), models.Erasure
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
    async def get(self, conversation_id: str) -> models.Conversation:
        """One conversation, without its messages."""
        return await self._transport.fetch(
            Call("GET", "/v1/conversations/{conversation_id}", ids={"conversation_id": conversation_id}),
            models.Conversation,
        )

    def list(
        self,
        *,
        channel: str | None = None,
        contact_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> AsyncPages[models.Conversation]:
        """List the company's conversations, those with the latest message first. For members and keys.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        """
        return AsyncPages(
            self._transport,
            Call(
                "GET",
                "/v1/conversations",
                query={"channel": channel, "contact_id": contact_id, "cursor": cursor, "limit": limit},
            ),
            models.Conversation,
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

    async def post_message(
        self, conversation_id: str, *, text: str, idempotency_key: str | None = None
    ) -> models.MessageAccepted:
        """Say something. The answer comes on `stream_url`, and among the messages when it is complete."""
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations/{conversation_id}/messages",
                ids={"conversation_id": conversation_id},
                body={"text": text},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.MessageAccepted,
        )

    async def start(
        self,
        *,
        agent_id: str | None = None,
        contact: models.ContactRequest | None = None,
        idempotency_key: str | None = None,
    ) -> models.ConversationCreated:
        """Start a conversation: a visitor with the agent of its widget, a member as a test chat with
        `agent_id`, a key with `agent_id` for the `contact` that it names.

        agent_id: For members and keys; a visitor's token names it.
        contact: For keys: who speaks.
        """
        return await self._transport.fetch(
            Call(
                "POST",
                "/v1/conversations",
                body={"agent_id": agent_id, "contact": contact},
                idempotency_key=idempotency_key or new_id(),
                is_repeatable=True,
            ),
            models.ConversationCreated,
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


class AsyncKeys(AsyncResource):
    async def get(self, key: str) -> models.ApiKey:
        """One key: what it may do, when it was last used and when it ends."""
        return await self._transport.fetch(Call("GET", "/v1/keys/{key}", ids={"key": key}), models.ApiKey)

    def list(self) -> AsyncPages[models.ApiKey]:
        """Which keys there are, newest first; never the keys themselves."""
        return AsyncPages(self._transport, Call("GET", "/v1/keys"), models.ApiKey)


class AsyncLeakedKeys(AsyncResource):
    async def report(self, leaked_keys: Sequence[models.LeakedKeyRequest]) -> builtins.list[models.LeakedKeyResult]:
        """Report secret keys that were found in the open. Ours are revoked at once and their company is told."""
        return await self._transport.fetch(
            Call("POST", "/v1/leaked-keys", items=leaked_keys), builtins.list[models.LeakedKeyResult]
        )


class AsyncMembers(AsyncResource):
    def list(self) -> AsyncPages[models.Member]:
        """The company's people and their roles, first comers first."""
        return AsyncPages(self._transport, Call("GET", "/v1/members"), models.Member)


class AsyncMemories(AsyncResource):
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
        superseded: bool | None = None,
    ) -> AsyncPages[models.Memory]:
        """What is remembered of contacts, newest first.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
        superseded: Also what held once and does not any more.
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
                    "superseded": superseded,
                },
            ),
            models.Memory,
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


class AsyncSources(AsyncResource):
    async def crawl(self, source_id: str) -> models.Source:
        """Look at a website again: new, changed and removed pages."""
        return await self._transport.fetch(
            Call("POST", "/v1/sources/{source_id}/crawl", ids={"source_id": source_id}), models.Source
        )

    async def create(
        self,
        *,
        kind: models.KindEnum,
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
        outcome: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncPages[models.TraceLine]:
        """Traces, newest first, without their spans.

        cursor: next_cursor of the page before.
        limit: How many, at most 100.
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
                    "outcome": outcome,
                    "since": since,
                    "until": until,
                },
            ),
            models.TraceLine,
        )


class AsyncUsage(AsyncResource):
    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        meter: Literal[
            "cache_write_tokens",
            "cached_input_tokens",
            "conversations",
            "embedding_tokens",
            "input_tokens",
            "messages",
            "output_tokens",
            "reasoning_tokens",
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
        self.agents = AsyncAgents(transport)
        self.audit = AsyncAudit(transport)
        self.contacts = AsyncContacts(transport)
        self.conversations = AsyncConversations(transport)
        self.documents = AsyncDocuments(transport)
        self.erasures = AsyncErasures(transport)
        self.events = AsyncEvents(transport)
        self.exports = AsyncExports(transport)
        self.failed_events = AsyncFailedEvents(transport)
        self.keys = AsyncKeys(transport)
        self.leaked_keys = AsyncLeakedKeys(transport)
        self.members = AsyncMembers(transport)
        self.memories = AsyncMemories(transport)
        self.runs = AsyncRuns(transport)
        self.sources = AsyncSources(transport)
        self.traces = AsyncTraces(transport)
        self.usage = AsyncUsage(transport)
        self.webhooks = AsyncWebhooks(transport)
