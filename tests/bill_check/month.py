"""What happens in the month, from a seed; and what it must come to, reckoned without the product's own arithmetic.

The same seed gives the same events to whoever asks, in whatever process: nothing has to be handed over but numbers.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from billing.plans import BY_KEY, CURRENCIES, Plan
from billing.prices import TokenCounts
from billing.services import Told, UsageSubject
from billing.usage import UsageFact

PLANS = ("free", "payg", "team", "enterprise", "self-hosted")
DUPLICATED, LATE = 0.02, 0.01
MODELS = ("claude-haiku-4-5", "gpt-5-mini", "builtin-extractive-1")


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month that is over; `facts`: rows of the ledger that each company comes to have, about."""

    starts_at: datetime
    ends_at: datetime
    seed: int
    facts: int

    @classmethod
    def before(cls, now: datetime, seed: int, facts: int) -> "Month":
        ends = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return cls((ends - timedelta(days=1)).replace(day=1), ends, seed, facts)


@dataclass(slots=True)
class Expected:
    """By meter: quantity, cost and list price; of what was told in time, and of all."""

    on_time: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    late: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    @property
    def whole(self) -> dict[str, list[int]]:
        meters = self.on_time.keys() | self.late.keys()
        return {
            each: [a + b for a, b in zip(self.on_time[each], self.late[each], strict=True)] for each in sorted(meters)
        }


def plan_of(company: int) -> Plan:
    """In each of its currencies in turn."""
    return BY_KEY[PLANS[company % len(PLANS)]].priced_in(CURRENCIES[company // len(PLANS) % len(CURRENCIES)])


def told_in_time(month: Month, company: int) -> list[Told]:
    """Out of order, some of it twice."""
    return _shuffled(month, company, [told for told, is_late in _events(month, company) if not is_late], "in time")


def told_late(month: Month, company: int) -> list[Told]:
    """After the month was closed: what nobody had told, and some of the rest once more."""
    events = list(_events(month, company))
    again = [told for told, is_late in events if not is_late][:: round(1 / DUPLICATED)]
    return _shuffled(month, company, [*(told for told, is_late in events if is_late), *again], "late")


def expect(month: Month, company: int) -> Expected:
    plan, expected = plan_of(company), Expected()
    for told, is_late in _events(month, company):
        sums = expected.late if is_late else expected.on_time
        for fact in told.facts:
            costs = fact.costs or {}
            quantities = {**{str(each): count for each, count in fact.tokens.by_meter().items()}, **fact.counts}
            for meter, quantity in quantities.items():
                sums[meter][0] += quantity
                sums[meter][1] += costs.get(meter, 0)
                sums[meter][2] += _list_price(plan, meter, quantity, costs.get(meter, 0))
    return expected


def expect_due(plan: Plan, sums: dict[str, list[int]]) -> int:
    """Of a period without seats and coupons: what is charged by the piece, piece by piece."""
    tokens = sum(price for meter, (_, _, price) in sums.items() if meter.endswith("_tokens"))
    due = plan.month_micros + max(0, tokens - plan.included_token_micros)
    for meter, (quantity, _, price) in sums.items():
        if meter.endswith("_tokens") or not price:
            continue
        included = plan.included.get(meter, 0)  # type: ignore[call-overload]
        tiers = plan.tiers.get(meter, ())  # type: ignore[call-overload]
        if not tiers:
            due += price - price * min(quantity, included) // quantity
            continue
        each = price // quantity
        for piece in range(included, quantity):
            off = max((tier.off for tier in tiers if piece >= tier.above), default=0)
            due += each * (10_000 - off) // 10_000
    return due


def expect_cost(plan: Plan, sums: dict[str, list[int]]) -> int:
    """What the rows cost, in what the plan is charged in: rounded once."""
    return _whole(Decimal(sum(cost for _, cost, _ in sums.values())) * plan.dollar / 1_000_000)


def _list_price(plan: Plan, meter: str, quantity: int, cost: int) -> int:
    if meter.endswith("_tokens"):
        return _whole(Decimal(cost) * plan.token_markup * plan.dollar / 10_000 / 1_000_000)
    return _whole(Decimal(quantity) * plan.rates.get(meter, 0) / 1_000_000)  # type: ignore[call-overload]


def _whole(micros: Decimal) -> int:
    return int(micros.to_integral_value(ROUND_HALF_UP))


def _shuffled(month: Month, company: int, events: list[Told], what: str) -> list[Told]:
    dice = random.Random(f"{month.seed}:{company}:{what}")
    events = [*events, *(each for each in events if dice.random() < DUPLICATED)]
    dice.shuffle(events)
    return events


def _events(month: Month, company: int) -> Iterator[tuple[Told, bool]]:
    """With whether it is told late. Most are turns; with each fourth a conversation begins."""
    dice = random.Random(f"{month.seed}:{company}")
    agents = [_id(dice) for _ in range(3)]
    seconds, rows, conversation = int((month.ends_at - month.starts_at).total_seconds()), 0, _id(dice)
    while rows < month.facts:
        at = month.starts_at + timedelta(seconds=dice.randrange(seconds), microseconds=dice.randrange(1_000_000))
        agent, is_late = dice.choice(agents), dice.random() < LATE
        if dice.random() < 0.25:
            conversation = _id(dice)
            begun = UsageFact("", "", TokenCounts(), counts={"conversations": 1})
            yield Told(conversation, [begun], at, UsageSubject(agent, conversation)), is_late
            rows += 1
        facts = _turn(dice)
        yield Told(_id(dice), facts, at, UsageSubject(agent, conversation, _id(dice))), is_late
        rows += sum(len(fact.tokens.by_meter()) + len(fact.counts) for fact in facts)


def _turn(dice: random.Random) -> list[UsageFact]:
    read, written, model = dice.randint(500, 9_000), dice.randint(20, 900), dice.choice(MODELS)
    costs = {
        "input_tokens": read * dice.randint(2, 300) // 100,
        "output_tokens": written * dice.randint(2, 1500) // 100,
    }
    tokens = TokenCounts(input=read, output=written)
    facts = [UsageFact("chat", model, tokens, "2026-11", counts={"messages": 1}, costs=costs)]
    if dice.random() < 0.5:
        heard = dice.randint(4, 60)
        facts.append(UsageFact("embed_query", "minilm", TokenCounts(embedding=heard), costs={"embedding_tokens": 1}))
    if dice.random() < 0.2:
        facts.append(UsageFact("execute_tool", "", TokenCounts(), counts={"tool_calls": dice.randint(1, 4)}, costs={}))
    if dice.random() < 0.1:
        facts.append(UsageFact("carrier", "", TokenCounts(), counts={"call_minutes": dice.randint(1, 15)}, costs={}))
    if dice.random() < 0.02:
        kept = {"stored_chunks": dice.randint(10, 90_000), "stored_bytes": dice.randint(10, 10**10)}
        facts.append(UsageFact("stored", "", TokenCounts(), counts=kept, costs={}))
    return facts


def _id(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)
