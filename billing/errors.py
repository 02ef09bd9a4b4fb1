"""What can go wrong with counting and reading usage."""

from rapport.errors import InvalidRequest, NotFound, RateLimited


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
