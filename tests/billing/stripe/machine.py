"""A Stripe of the tests' own, at the SDK's boundary: what the SDK sends goes in, what Stripe would answer comes out.

It keeps customers, subscriptions, invoices and meters, and moves on as a person who pays, or does not, would move it.
What it answers and what it is asked is checked against Stripe's published schema. What it tells by events waits in
`events`, for a test to send in whatever order it likes.
"""

import copy
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.billing.stripe import objects
from tests.billing.stripe.contract import check_answer, check_request, version
from tests.billing.stripe.forms import read_form

Data = dict[str, Any]
MONTH = 30 * 86_400
DAY = 86_400


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {"error": {"type": "invalid_request_error", "code": code, "message": message}}
        self.status = status


class StripeMachine(stripe.HTTPClient):  # type: ignore[misc]  # its types are left out of the check
    """`fails`: called with each request; it may raise before or after it is done (`lose_answer`)."""

    name = "machine"

    def __init__(self, now: int) -> None:
        super().__init__()
        self.now = now
        self.kinds: dict[str, dict[str, Data]] = {}
        self.events: list[Data] = []
        self.calls: list[tuple[str, str]] = []
        self.replies: dict[str, tuple[Any, Data]] = {}  # by idempotency key
        self.meter_events: dict[str, Data] = {}  # by identifier, within its day
        self.counted: list[tuple[str, str, int, int]] = []  # event name, customer, timestamp, value
        self.error_reports: dict[str, Data] = {}
        self.is_down = False
        self.refuses_meters = False
        self.before: Callable[[str], None] | None = None  # is called with the path of each request
        self.lost: set[str] = set()  # paths whose next answer is lost on its way, though the thing was done
        self._number = itertools.count(1)

    def copy(self) -> "StripeMachine":
        """One that goes on by itself from here."""
        made = StripeMachine(self.now)
        made.kinds, made._number = copy.deepcopy((self.kinds, self._number))
        return made

    # The SDK's side.

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **_: Any) -> tuple[str, int, Data]:
        parts = urlsplit(url)
        self.calls.append((method, parts.path))
        if self.before is not None:
            self.before(parts.path)
        if self.is_down:
            raise stripe.APIConnectionError("There is no Stripe.")
        assert headers["Stripe-Version"] == version(), "The client speaks another version than the schema."
        text = post_data.decode() if isinstance(post_data, bytes) else post_data or ""
        params = read_form(text if method == "post" else parts.query)
        try:
            answer = self._answer(method, parts.path, params, headers)
        except Refusal as refusal:
            return json.dumps(refusal.answer), refusal.status, {"request-id": "req_1"}
        if parts.path in self.lost:
            self.lost.discard(parts.path)
            raise stripe.APIConnectionError("The answer was lost.", should_retry=False)
        return json.dumps(answer), 200, {"request-id": "req_1"}

    def close(self) -> None:
        pass

    def _sleep_time_seconds(self, *_: Any, **__: Any) -> float:
        return 0

    def _answer(self, method: str, path: str, params: Data, headers: Data) -> Any:
        key = headers.get("Idempotency-Key")
        if method == "post" and key in self.replies:
            was, reply = self.replies[key]
            if was != (path, params):
                raise Refusal(400, "idempotency_key_in_use", "The key was used for something else.")
            return reply
        for pattern, known, handle in self._routes():
            found = re.fullmatch(pattern, path)
            if found and known[0] == method:
                if method == "post":
                    check_request(known[1], params)
                answer = copy.deepcopy(handle(*found.groups(), params))
                if not path.startswith("/v2/"):
                    check_answer(answer)
                if method == "post" and key:
                    self.replies[key] = ((path, params), answer)
                return answer
        raise AssertionError(f"This Stripe knows no {method} {path}")

    def _routes(self) -> Iterator[tuple[str, tuple[str, str], Callable[..., Any]]]:
        yield r"/v1/customers", ("post", "/v1/customers"), self._make_customer
        yield r"/v1/customers/(\w+)", ("get", ""), lambda key, _: self._get("customer", key)
        yield r"/v1/customers/(\w+)", ("post", "/v1/customers/{customer}"), self._update_customer
        yield r"/v1/customers/(\w+)", ("delete", ""), self._delete_customer
        yield r"/v1/subscriptions", ("get", ""), self._list_subscriptions
        yield r"/v1/subscriptions/(\w+)", ("get", ""), lambda key, _: self._get("subscription", key)
        yield (
            r"/v1/subscriptions/(\w+)",
            ("post", "/v1/subscriptions/{subscription_exposed_id}"),
            self._update_subscription,
        )
        yield r"/v1/invoices", ("get", ""), lambda params: self._list("invoice", params)
        yield r"/v1/invoices", ("post", "/v1/invoices"), self._make_invoice
        yield r"/v1/invoices/(\w+)", ("post", "/v1/invoices/{invoice}"), self._send_invoice
        yield r"/v1/invoiceitems", ("get", ""), lambda params: self._list("invoiceitem", params)
        yield r"/v1/invoiceitems", ("post", "/v1/invoiceitems"), self._make_invoice_item
        yield r"/v1/products", ("get", ""), lambda params: self._list("product", params)
        yield r"/v1/products", ("post", "/v1/products"), self._make_product
        yield r"/v1/products/([\w-]+)", ("post", "/v1/products/{id}"), self._update_product
        yield r"/v1/prices", ("get", ""), lambda params: self._list("price", params)
        yield r"/v1/prices", ("post", "/v1/prices"), self._make_price
        yield r"/v1/coupons", ("get", ""), lambda params: self._list("coupon", params)
        yield r"/v1/coupons", ("post", "/v1/coupons"), self._make_coupon
        yield r"/v1/promotion_codes", ("get", ""), lambda params: self._list("promotion_code", params)
        yield r"/v1/promotion_codes", ("post", "/v1/promotion_codes"), self._make_promotion_code
        yield r"/v1/checkout/sessions", ("get", ""), lambda params: self._list("checkout.session", params)
        yield r"/v1/checkout/sessions", ("post", "/v1/checkout/sessions"), self._make_session
        yield (
            r"/v1/checkout/sessions/(\w+)/expire",
            ("post", "/v1/checkout/sessions/{session}/expire"),
            self._expire_session,
        )
        yield r"/v1/billing_portal/sessions", ("post", "/v1/billing_portal/sessions"), self._make_portal
        yield r"/v1/billing/meters", ("get", ""), lambda params: self._list("billing.meter", params)
        yield r"/v1/billing/meters", ("post", "/v1/billing/meters"), self._make_meter
        yield r"/v1/billing/meters/(\w+)/reactivate", ("post", "/v1/billing/meters/{id}/reactivate"), self._reactivate
        yield r"/v1/billing/meters/(\w+)/event_summaries", ("get", ""), self._summarise
        yield r"/v1/billing/meter_events", ("post", "/v1/billing/meter_events"), self._count
        yield r"/v1/webhook_endpoints", ("get", ""), lambda params: self._list("webhook_endpoint", params)
        yield r"/v1/webhook_endpoints", ("post", "/v1/webhook_endpoints"), self._make_endpoint
        yield r"/v2/core/events/(\w+)", ("get", ""), lambda key, _: self.error_reports[key]

    # What a list, and each thing in it, is.

    def all(self, kind: str) -> dict[str, Data]:
        return self.kinds.setdefault(kind, {})

    def _get(self, kind: str, key: str) -> Data:
        if key not in self.all(kind):
            raise Refusal(404, "resource_missing", f"No such {kind}: '{key}'")
        return self.all(kind)[key]

    def _keep(self, thing: Data) -> Data:
        self.all(thing["object"])[thing["id"]] = thing
        return thing

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._number):06}"

    def _list(self, kind: str, params: Data) -> Data:
        """Newest first, as Stripe does, by pages."""
        if params.get("customer"):
            self._get("customer", params["customer"])
        found = [each for each in reversed(self.all(kind).values()) if _matches(each, params)]
        after = params.get("starting_after")
        if after:
            found = found[[each["id"] for each in found].index(after) + 1 :]
        limit = int(params.get("limit", 10))
        url = f"/v1/{kind}s"
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}

    # What can be asked for.

    def _make_customer(self, params: Data) -> Data:
        return self._keep(objects.customer(self._id("cus"), self.now, params))

    def _update_customer(self, key: str, params: Data) -> Data:
        found = self._get("customer", key)
        found.update(params)
        return found

    def _delete_customer(self, key: str, _: Data) -> Data:
        found = self._get("customer", key)
        for each in self.subscriptions(key):
            self._end(each)
        found.clear()
        found.update({"id": key, "object": "customer", "deleted": True})
        self._tell("customer.deleted", found)
        return found

    def _make_product(self, params: Data) -> Data:
        if params["id"] in self.all("product"):
            raise Refusal(400, "resource_already_exists", "Product already exists.")
        return self._keep(objects.product(params["id"], self.now, params))

    def _update_product(self, key: str, params: Data) -> Data:
        found = self._get("product", key)
        found.update(params)
        return found

    def _make_price(self, params: Data) -> Data:
        self._get("product", params["product"])
        if any(each["lookup_key"] == params["lookup_key"] for each in self.all("price").values()):
            raise Refusal(400, "resource_already_exists", "A price has this lookup key.")
        if params["recurring"].get("usage_type") == "metered":
            self._get("billing.meter", params["recurring"]["meter"])
        return self._keep(objects.price(self._id("price"), self.now, params))

    def _list_subscriptions(self, params: Data) -> Data:
        """With their discounts where that is asked for, else with the ids of these."""
        found = self._list("subscription", params)
        if "data.discounts" not in params.get("expand", ()):
            return found
        whole = self.all("discount")
        data = [{**each, "discounts": [whole[key] for key in each["discounts"]]} for each in found["data"]]
        return {**found, "data": data}

    def _update_subscription(self, key: str, params: Data) -> Data:
        """Of what is counted, a period's usage is charged by the price that an item has at its end."""
        found = self._get("subscription", key)
        items = {each["id"]: each for each in found["items"]["data"]}
        for each in params["items"]:
            if each.get("deleted") == "true":
                del items[each["id"]]
                continue
            until = found["items"]["data"][0]["current_period_end"]
            own = each.get("id") or self._id("si")
            quantity = items[own].get("quantity") if own in items else None
            price = self._get("price", each["price"])
            if price["currency"] != found["currency"]:
                raise Refusal(400, "parameter_invalid", "A subscription's prices are in one currency.")
            if price["recurring"]["usage_type"] == "metered":
                if "quantity" in each:
                    raise Refusal(400, "parameter_invalid", "What is metered has no quantity.")
                quantity = None
            else:
                quantity = int(each.get("quantity", quantity or 1))
            items[own] = objects.item(own, self.now, key, price, quantity, until)
            items[own]["current_period_start"] = found["items"]["data"][0]["current_period_start"]
        found["items"]["data"] = list(items.values())
        found["metadata"].update(params.get("metadata", {}))
        self.all("asked")[key] = params
        self._tell("customer.subscription.updated", found)
        return found

    def _make_invoice(self, params: Data) -> Data:
        self._get("customer", params["customer"])
        number = len(self.all("invoice")) + 1
        return self._keep(objects.invoice_by_hand(self._id("in"), self.now, number, params))

    def _make_invoice_item(self, params: Data) -> Data:
        invoice = self._get("invoice", params["invoice"])
        if invoice["status"] != "draft":
            raise Refusal(400, "invoice_not_editable", "This invoice is no longer a draft.")
        made = self._keep(objects.invoice_item(self._id("ii"), self.now, params))
        for name in ("total", "subtotal", "amount_due", "amount_remaining"):
            invoice[name] += made["amount"]
        return made

    def _send_invoice(self, key: str, params: Data) -> Data:
        """An hour later, as it does with drafts that advance."""
        found = self._get("invoice", key)
        if params.get("auto_advance") == "true":
            found.update(auto_advance=True, status="open")
            self._tell("invoice.finalized", found)
        return found

    def _make_coupon(self, params: Data) -> Data:
        if params["id"] in self.all("coupon"):
            raise Refusal(400, "resource_already_exists", "Coupon already exists.")
        if ("percent_off" in params) == ("amount_off" in params):
            raise Refusal(400, "parameter_invalid", "A coupon takes off a share or an amount.")
        if ("duration_in_months" in params) != (params["duration"] == "repeating"):
            raise Refusal(400, "parameter_invalid", "What repeats does so for some months.")
        return self._keep(objects.coupon(self.now, params))

    def _make_promotion_code(self, params: Data) -> Data:
        self._get("coupon", params["promotion"]["coupon"])
        if any(each["code"] == params["code"] for each in self.all("promotion_code").values()):
            raise Refusal(400, "resource_already_exists", "There is an active promotion code of this name.")
        return self._keep(objects.promotion_code(self._id("promo"), self.now, params))

    def _make_session(self, params: Data) -> Data:
        pays_in = {self._get("price", line["price"])["currency"] for line in params["line_items"]}
        if len(pays_in | {self._get("customer", params["customer"])["currency"]} - {None}) > 1:
            raise Refusal(400, "parameter_invalid", "You cannot combine currencies on a single customer.")
        for line in params["line_items"]:
            price = self._get("price", line["price"])
            if (price["recurring"]["usage_type"] == "metered") == ("quantity" in line):
                raise Refusal(400, "parameter_invalid", "What is metered has no quantity, anything else has one.")
        self._check_cycle(params)
        made = self._keep(objects.checkout_session(self._id("cs_test"), self.now, params))
        self.all("asked")[made["id"]] = params
        return made

    def _check_cycle(self, params: Data) -> None:
        """What Stripe's page does not take together."""
        cycle, reduced = params["subscription_data"], params.get("discounts", ())
        if "trial_end" in cycle and "billing_cycle_anchor" in cycle:
            raise Refusal(400, "parameter_invalid", "You may only specify one: billing_cycle_anchor, trial_end.")
        if "trial_end" in cycle and int(cycle["trial_end"]) < self.now + 2 * DAY:
            raise Refusal(400, "parameter_invalid", "A trial lasts 48 hours at least.")
        if reduced and "allow_promotion_codes" in params:
            raise Refusal(400, "parameter_invalid", "You may only specify one: allow_promotion_codes, discounts.")
        for each in reduced:
            self._check_amount(self._get("coupon", each["coupon"]), cycle)

    def _check_amount(self, coupon: Data, cycle: Data) -> None:
        if coupon["amount_off"] and cycle.get("proration_behavior") == "create_prorations":
            raise Refusal(400, "parameter_invalid", "An amount cannot be taken off what is shared out.")

    def _expire_session(self, key: str, _: Data) -> Data:
        found = self._get("checkout.session", key)
        if found["status"] != "open":
            raise Refusal(400, "checkout_session_not_open", "Only open sessions can be expired.")
        found["status"] = "expired"
        return found

    def _make_portal(self, params: Data) -> Data:
        self._get("customer", params["customer"])
        return self._keep(objects.portal_session(self._id("bps"), self.now, params))

    def _make_meter(self, params: Data) -> Data:
        if any(each["event_name"] == params["event_name"] for each in self.all("billing.meter").values()):
            raise Refusal(400, "resource_already_exists", "There is an active meter of this event name.")
        return self._keep(objects.meter(self._id("mtr"), self.now, params))

    def _reactivate(self, key: str, _: Data) -> Data:
        found = self._get("billing.meter", key)
        found["status"] = "active"
        return found

    def _make_endpoint(self, params: Data) -> Data:
        return self._keep(objects.webhook_endpoint(self._id("we"), self.now, params))

    def _count(self, params: Data) -> Data:
        if self.refuses_meters:
            raise Refusal(400, "meter_event_no_customer_defined", "There is no such customer.")
        known = self.meter_events.get(params["identifier"])
        if known and known["created"] > self.now - DAY:
            raise Refusal(400, "resource_already_exists", "An event already exists with this identifier.")
        if not self.now - 35 * DAY <= int(params["timestamp"]) <= self.now + 300:
            raise Refusal(400, "timestamp_invalid", "The timestamp is too old, or in the future.")
        made = objects.meter_event(self.now, params)
        self.meter_events[params["identifier"]] = made
        payload = params["payload"]
        self.counted.append(
            (params["event_name"], payload["stripe_customer_id"], int(params["timestamp"]), int(payload["value"]))
        )
        return made

    def _summarise(self, key: str, params: Data) -> Data:
        meter, start, end = self._get("billing.meter", key), int(params["start_time"]), int(params["end_time"])
        assert start % 60 == end % 60 == 0
        value = sum(
            value
            for name, customer, at, value in self.counted
            if name == meter["event_name"] and customer == params["customer"] and start <= at < end
        )
        data = [objects.summary(key, start, end, value)] if value else []
        return {"object": "list", "data": data, "has_more": False, "url": f"/v1/billing/meters/{key}/event_summaries"}

    # What people, and time, do.

    def subscriptions(self, customer_id: str) -> list[Data]:
        return [
            each
            for each in self.all("subscription").values()
            if each["customer"] == customer_id and each["status"] not in {"canceled", "incomplete_expired"}
        ]

    def pay_checkout(self, session_id: str, *, is_declined: bool = False, code: str = "") -> None:
        """Somebody enters a card on Stripe's page, and maybe a promotion code; a card that is declined leaves it open.
        A trial is charged nothing."""
        session = self._get("checkout.session", session_id)
        if session["status"] != "open" or is_declined:
            return
        params = self.all("asked")[session_id]
        cycle = params["subscription_data"]
        discounts = self._redeem(session["customer"], params, code)
        made = self._subscribe(session["customer"], params["line_items"], cycle["metadata"], discounts)
        if "trial_end" in cycle:
            self._try_until(made, int(cycle["trial_end"]))
        session.update(status="complete", payment_status="paid", subscription=made["id"])
        self._tell("customer.subscription.created", made)
        self._invoice(made, is_paid=True)
        made["status"] = "trialing" if made["trial_end"] else "active"
        self._tell("customer.subscription.updated", made)
        self._tell("checkout.session.completed", session)

    def renew(self, subscription_id: str, *, is_paid: bool) -> None:
        """A month is over: what was cancelled ends, anything else is charged again."""
        found = self.all("subscription")[subscription_id]
        if found["status"] in {"canceled", "incomplete_expired"}:
            return
        if found["cancel_at_period_end"]:
            self._end(found)
            return
        used = self._used(found)
        for each in found["items"]["data"]:
            each["current_period_start"], each["current_period_end"] = self.now, self.now + MONTH
        found["status"] = "active" if found["status"] == "trialing" else found["status"]
        self._invoice(found, used, is_paid=is_paid)
        if found["status"] in {"active", "trialing"}:
            found["status"] = "active" if is_paid else "past_due"
        self._tell("customer.subscription.updated", found)

    def pay_open_invoices(self, customer_id: str) -> None:
        for each in self._open_invoices(customer_id):
            self._paid(each)
        for each in self.subscriptions(customer_id):
            if each["status"] in {"past_due", "unpaid"}:
                each["status"] = "active"
                self._tell("customer.subscription.updated", each)

    def give_up(self, customer_id: str) -> None:
        """The last attempt to collect failed: the subscription stays, unpaid."""
        for each in self.subscriptions(customer_id):
            if each["status"] == "past_due":
                each["status"] = "unpaid"
                self._tell("customer.subscription.updated", each)

    def change_seats(self, subscription_id: str, seats: int) -> None:
        found = self.all("subscription")[subscription_id]
        for each in found["items"]["data"]:
            if each["price"]["metadata"].get("rapport_part") == "seat":
                each["quantity"] = seats
                self._tell("customer.subscription.updated", found)

    def cancel(self, subscription_id: str, *, is_at_end: bool) -> None:
        found = self.all("subscription")[subscription_id]
        if found["status"] in {"canceled", "incomplete_expired"}:
            return
        if is_at_end:
            found.update(
                cancel_at_period_end=True,
                canceled_at=self.now,
                cancel_at=found["items"]["data"][0]["current_period_end"],
            )
            self._tell("customer.subscription.updated", found)
        else:
            self._end(found)

    def keep_after_all(self, subscription_id: str) -> None:
        found = self.all("subscription")[subscription_id]
        if found["cancel_at_period_end"] and found["status"] != "canceled":
            found.update(cancel_at_period_end=False, canceled_at=None, cancel_at=None)
            self._tell("customer.subscription.updated", found)

    def report_meter_error(self, identifier: str, code: str = "meter_event_customer_not_found") -> Data:
        """The newer kind of event: it names only what to ask for."""
        key = self._id("evt")
        thin = {
            "id": key,
            "object": "v2.core.event",
            "type": "v1.billing.meter.error_report_triggered",
            "created": "2026-11-01T10:00:00.000Z",
            "livemode": False,
            "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"},
        }
        sample = {"error_message": "There is no such customer.", "request": {"identifier": identifier}}
        reason = {"error_count": 1, "error_types": [{"code": code, "error_count": 1, "sample_errors": [sample]}]}
        summary = "There is 1 invalid event"
        self.error_reports[key] = {**thin, "data": {"developer_message_summary": summary, "reason": reason}}
        self.events.append(thin)
        return thin

    def _redeem(self, customer_id: str, params: Data, code: str) -> list[str]:
        coupons = [(each["coupon"], None) for each in params.get("discounts", ())]
        if code and params.get("allow_promotion_codes") == "true":
            found = next(each for each in self.all("promotion_code").values() if each["code"] == code)
            self._check_amount(self.all("coupon")[found["promotion"]["coupon"]], params["subscription_data"])
            coupons.append((found["promotion"]["coupon"], found["id"]))
        return [
            self._keep(objects.discount(self._id("di"), self.now, customer_id, self.all("coupon")[coupon], by))["id"]
            for coupon, by in coupons
        ]

    def _try_until(self, made: Data, until: int) -> None:
        made.update(trial_start=self.now, trial_end=until, billing_cycle_anchor=until, status="trialing")
        for each in made["items"]["data"]:
            each["current_period_end"] = until

    def _subscribe(self, customer_id: str, lines: list[Data], metadata: Data, discounts: list[str]) -> Data:
        key, until = self._id("sub"), self.now + MONTH
        items = [
            objects.item(
                self._id("si"),
                self.now,
                key,
                self.all("price")[line["price"]],
                int(line["quantity"]) if "quantity" in line else None,
                until,
            )
            for line in lines
        ]
        self._get("customer", customer_id)["currency"] = items[0]["price"]["currency"]
        return self._keep(objects.subscription(key, self.now, customer_id, items, metadata, discounts))

    def _used(self, found: Data) -> int:
        """What was counted in the period that ends comes to, each line rounded once, by graduated tiers."""
        total = 0
        for each in found["items"]["data"]:
            price = self.all("price")[each["price"]["id"]]
            if price["recurring"]["meter"] is None:
                continue
            name = self.all("billing.meter")[price["recurring"]["meter"]]["event_name"]
            quantity = sum(
                value
                for event_name, customer, at, value in self.counted
                if (event_name, customer) == (name, found["customer"]) and each["current_period_start"] <= at < self.now
            )
            total += round(_graduated(price, quantity))
        return total

    def _invoice(self, found: Data, used: int = 0, *, is_paid: bool) -> None:
        items = found["items"]["data"]
        whole = sum((each["price"]["unit_amount"] or 0) * each.get("quantity", 0) for each in items) + used
        total = 0 if found["status"] == "trialing" else self._reduced(found, whole)
        number = len(self.all("invoice")) + 1
        period = (items[0]["current_period_start"], items[0]["current_period_end"])
        made = self._keep(objects.invoice(self._id("in"), self.now, found, total, number, period))
        found["latest_invoice"] = made["id"]
        self._tell("invoice.finalized", made)
        if is_paid:
            self._paid(made)
        else:
            made.update(attempted=True, attempt_count=made["attempt_count"] + 1)
            self._tell("invoice.payment_failed", made)

    def _reduced(self, found: Data, total: int) -> int:
        """What is left by its discounts; one that is over, or for once, is gone afterwards."""
        for key in list(found["discounts"]):
            given = self.all("discount")[key]
            coupon = self.all("coupon")[given["source"]["coupon"]]
            is_over = given["end"] is not None and given["end"] <= self.now
            if not is_over:
                total -= self._amount_off(coupon, found["currency"]) or round(total * coupon["percent_off"] / 100)
            if is_over or coupon["duration"] == "once":
                found["discounts"].remove(key)
        return max(0, total)

    def _amount_off(self, coupon: Data, currency: str) -> int:
        """0 for a coupon that takes off a share."""
        if coupon["amount_off"] is None:
            return 0
        return int(
            coupon["amount_off"]
            if coupon["currency"] == currency
            else coupon["currency_options"][currency]["amount_off"]
        )

    def _paid(self, invoice: Data) -> None:
        invoice.update(status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, attempted=True)
        invoice["status_transitions"]["paid_at"] = self.now
        self._tell("invoice.paid", invoice)

    def _open_invoices(self, customer_id: str) -> list[Data]:
        return [
            each
            for each in self.all("invoice").values()
            if each["customer"] == customer_id and each["status"] == "open"
        ]

    def _end(self, found: Data) -> None:
        found.update(status="canceled", canceled_at=self.now, ended_at=self.now, cancel_at_period_end=False)
        self._tell("customer.subscription.deleted", found)

    def _tell(self, kind: str, about: Data) -> None:
        made = objects.event(self._id("evt"), self.now, kind, copy.deepcopy(about), version())
        check_answer(made)
        if not about.get("deleted"):
            check_answer(about)
        self.events.append(made)


def _graduated(price: Data, quantity: int) -> float:
    """Cents."""
    tiers = price["tiers"] or [{"up_to": None, "unit_amount_decimal": price["unit_amount_decimal"]}]
    cents, below = 0.0, 0
    for tier in tiers:
        above = quantity if tier["up_to"] is None else min(quantity, tier["up_to"])
        cents += max(0, above - below) * float(tier["unit_amount_decimal"])
        below = max(below, above)
    return cents


def _matches(thing: Data, params: Data) -> bool:
    if "code" in params and thing["code"] != params["code"]:
        return False
    if "customer" in params and thing["customer"] != params["customer"]:
        return False
    if params.get("status", "all") != "all" and thing.get("status") != params["status"]:
        return False
    if "ids" in params and thing["id"] not in params["ids"]:
        return False
    if "invoice" in params and thing["invoice"] != params["invoice"]:
        return False
    return "lookup_keys" not in params or thing["lookup_key"] in params["lookup_keys"]


def signed(event: Data, secret: str, *, at: int) -> tuple[bytes, str]:
    """The body and the header, as Stripe would send them at that second."""
    body = json.dumps(event, indent=2)
    return body.encode(), stripe.WebhookSignature.generate_signature_header(body, secret, at)
