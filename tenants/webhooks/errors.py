"""What can be wrong with webhooks."""

from rapport.errors import Conflict, InvalidRequest, NotFound, Unavailable


class InvalidWebhook(InvalidRequest):
    code = "invalid_webhook"


class WebhookNotFound(NotFound):
    code = "webhook_not_found"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"


class WebhookDisabled(Conflict):
    """It must be switched on before anything is sent to it."""

    code = "webhook_disabled"


class NotDelivered(Unavailable):
    """This attempt failed; there will be another one."""

    code = "webhook_not_delivered"
