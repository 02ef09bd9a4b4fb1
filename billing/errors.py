"""What can go wrong with counting and reading usage."""

from rapport.errors import Conflict, InvalidRequest, NotFound, PermissionDenied, RateLimited, Unavailable


class VisitorBudgetExhausted(RateLimited):
    """A visitor, or the address it comes from, has spent what a day allows."""

    code = "visitor_budget_exhausted"


class BudgetExhausted(RateLimited):
    """A conversation, a contact or an agent has spent what it may."""

    code = "budget_exhausted"


class InvalidPrice(InvalidRequest):
    code = "invalid_price"


class PriceNotFound(NotFound):
    code = "price_not_found"


class InvalidBudget(InvalidRequest):
    code = "invalid_budget"


class InvalidUsage(InvalidRequest):
    """Usage that cannot be true. The event that carries it is set aside until whoever sent it is mended."""

    code = "invalid_usage"


class InvalidPeriod(InvalidRequest):
    code = "invalid_period"


class PlanNotFound(NotFound):
    """No plan, or no coupon, of this name."""

    code = "plan_not_found"


class InvalidPlan(InvalidRequest):
    code = "invalid_plan"


class NotInPlan(PermissionDenied):
    """The company's plan does not include it."""

    code = "not_in_plan"


class QuotaExhausted(BudgetExhausted):
    """The company wanted to be stopped here, or its plan includes no more and charges nothing beyond."""

    code = "quota_exhausted"


class InvalidLimit(InvalidRequest):
    code = "invalid_limit"


class PeriodNotOver(Conflict):
    """It cannot be closed yet, or not before the one that precedes it."""

    code = "period_not_over"


class StripeUnavailable(Unavailable):
    """Stripe is off, away, or asks for patience. Whether a call was done is not known."""

    code = "payments_unavailable"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.stripe_code = code


class StripeRefused(InvalidRequest):
    """Stripe answered that it will not do it."""

    code = "payment_refused"

    def __init__(self, message: str, *, code: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.stripe_code, self.reason = code, reason


class AlreadySubscribed(Conflict):
    """There is a subscription: it is changed, not made a second time."""

    code = "already_subscribed"


class InvalidCurrency(InvalidRequest):
    """Nothing is sold in it."""

    code = "invalid_currency"


class CurrencyFixed(Conflict):
    """A company is charged in one currency, from its first charge on."""

    code = "currency_fixed"


class NotACustomer(Conflict):
    """Nothing was ever paid by Stripe."""

    code = "not_a_customer"


class ForgedWebhook(InvalidRequest):
    """It was not signed by Stripe, or not now."""

    code = "webhook_not_verified"


class PaymentOverdue(RateLimited):
    """What is owed was not paid in time. Everything can be read and taken away; nothing new is begun."""

    code = "payment_overdue"
