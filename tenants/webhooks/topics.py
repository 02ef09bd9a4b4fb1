"""Names of what webhooks emit. Payloads are ids."""

from rapport.events.topics import declare_topic

WEBHOOKS = declare_topic("tenants.webhooks").name  # key: the endpoint
DELIVERY_DUE = "rapport.tenants.webhook-delivery.due.v1"  # {delivery_id}
SUBSCRIPTION = "deliver-webhooks"
