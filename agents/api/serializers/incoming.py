"""Events that tenants' own systems send, as the OpenAPI document describes them; `ingestion.incoming` reads them."""

from typing import Any

from rest_framework import serializers

_CONTACT = "external_id, email, phone, anonymous_id, or id (con_…), and name"


class CloudEventSerializer(serializers.Serializer[Any]):
    """CloudEvents 1.0."""

    specversion = serializers.ChoiceField(["1.0"])
    id = serializers.CharField(
        max_length=255, help_text="With `source` it makes the event unique: a repeat is harmless."
    )
    source = serializers.CharField(max_length=500)  # type: ignore[assignment]
    type = serializers.CharField(max_length=300, help_text="The event's name on the timeline.")
    time = serializers.DateTimeField(required=False)
    subject = serializers.CharField(required=False)
    datacontenttype = serializers.CharField(required=False)
    contactid = serializers.CharField(required=False, max_length=200, help_text="Your own id of the customer.")
    data = serializers.DictField(  # type: ignore[assignment]
        required=False,
        help_text=f"`contact`: whom it is about ({_CONTACT}). `traits`: what it says of the contact. `company`, "
        "`product`, `products`: what the contact has to do with. The rest is kept with the event.",
    )


class RejectedEventSerializer(serializers.Serializer[Any]):
    param = serializers.CharField(help_text="The event and what in it is wrong, for example events[17].type.")
    code = serializers.CharField()
    message = serializers.CharField(help_text="Says what to do.")


class EventsAccepted(serializers.Serializer[Any]):
    accepted = serializers.IntegerField(help_text="Kept for good, and handled soon.")
    duplicates = serializers.IntegerField(help_text="Had come before.")
    errors = RejectedEventSerializer(many=True, help_text="Events that were not taken; the others were.")  # type: ignore[assignment]


# One call of a customer-data tool; which fields it needs depends on its kind.
_CALL: dict[str, Any] = {
    "type": serializers.CharField(required=False, help_text="In a batch: identify, track, page, screen, group, alias."),
    "userId": serializers.CharField(required=False, help_text="Your own id of the customer."),
    "anonymousId": serializers.CharField(required=False, help_text="Of the browser or device."),
    "previousId": serializers.CharField(required=False, help_text="alias: the id until now."),
    "groupId": serializers.CharField(required=False, help_text="group: the company's id."),
    "event": serializers.CharField(required=False, help_text="track: what happened."),
    "name": serializers.CharField(required=False, help_text="page, screen: what was seen."),
    "traits": serializers.DictField(required=False),
    "properties": serializers.DictField(required=False),
    "context": serializers.DictField(required=False),
    "timestamp": serializers.DateTimeField(required=False),
    "sentAt": serializers.DateTimeField(required=False, help_text="By the sender's clock; its error is taken out."),
    "messageId": serializers.CharField(required=False, help_text="A repeat with the same one is harmless."),
}
TrackingCall: type[serializers.Serializer[Any]] = type("TrackingCall", (serializers.Serializer,), _CALL)


class TrackingBatch(serializers.Serializer[Any]):
    batch = TrackingCall(many=True)
    sentAt = serializers.DateTimeField(required=False)  # noqa: N815


class TrackingAccepted(EventsAccepted):
    success = serializers.BooleanField()
