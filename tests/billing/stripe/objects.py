"""Stripe's objects as it sends them, with every field that it always sends."""

from typing import Any

Data = dict[str, Any]


def customer(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "customer",
        "created": now,
        "livemode": False,
        "email": params.get("email"),
        "name": params.get("name"),
        "metadata": params.get("metadata", {}),
        "balance": 0,
        "delinquent": False,
        "currency": None,
        "tax_exempt": "none",
    }


def product(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "product",
        "active": True,
        "created": now,
        "updated": now,
        "livemode": False,
        "name": params["name"],
        "description": params.get("description"),
        "images": [],
        "marketing_features": [],
        "metadata": params.get("metadata", {}),
    }


def price(object_id: str, now: int, params: Data) -> Data:
    tiers = [
        {
            "up_to": None if each["up_to"] == "inf" else int(each["up_to"]),
            "unit_amount": None,
            "unit_amount_decimal": each["unit_amount_decimal"],
            "flat_amount": None,
            "flat_amount_decimal": None,
        }
        for each in params.get("tiers", ())
    ]
    amount = params.get("unit_amount")
    decimal = params.get("unit_amount_decimal", amount)
    recurring = params["recurring"]
    return {
        "id": object_id,
        "object": "price",
        "active": True,
        "billing_scheme": params.get("billing_scheme", "per_unit"),
        "created": now,
        "currency": params["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": params.get("lookup_key"),
        "metadata": params.get("metadata", {}),
        "nickname": params.get("nickname"),
        "product": params["product"],
        "recurring": {
            "interval": recurring["interval"],
            "interval_count": 1,
            "meter": recurring.get("meter"),
            "trial_period_days": None,
            "usage_type": recurring.get("usage_type", "licensed"),
        },
        "tax_behavior": "unspecified",
        "tiers": tiers,
        "tiers_mode": params.get("tiers_mode"),
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": None if amount is None else int(amount),
        "unit_amount_decimal": decimal,
    }


def meter(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "billing.meter",
        "created": now,
        "updated": now,
        "livemode": False,
        "status": "active",
        "status_transitions": {"deactivated_at": None},
        "event_time_window": None,
        **{
            name: params[name]
            for name in ("display_name", "event_name", "default_aggregation", "customer_mapping", "value_settings")
        },
    }


def checkout_session(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "checkout.session",
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params["cancel_url"],
        "client_reference_id": params["client_reference_id"],
        "created": now,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"), None
        ),
        "customer": params["customer"],
        "expires_at": now + 86_400,
        "livemode": False,
        "metadata": params["metadata"],
        "mode": params["mode"],
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "success_url": params["success_url"],
        "url": f"https://checkout.stripe.com/c/pay/{object_id}",
    }


def coupon(now: int, params: Data) -> Data:
    def number(name: str) -> int | None:
        return int(params[name]) if name in params else None

    return {
        "id": params["id"],
        "object": "coupon",
        "amount_off": number("amount_off"),
        "created": now,
        "currency": params.get("currency"),
        "currency_options": {
            each: {"amount_off": int(off["amount_off"])} for each, off in params.get("currency_options", {}).items()
        },
        "duration": params["duration"],
        "duration_in_months": number("duration_in_months"),
        "livemode": False,
        "max_redemptions": None,
        "metadata": params.get("metadata", {}),
        "name": params.get("name"),
        "percent_off": float(params["percent_off"]) if "percent_off" in params else None,
        "redeem_by": None,
        "times_redeemed": 0,
        "valid": True,
    }


def promotion_code(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "promotion_code",
        "active": True,
        "code": params["code"],
        "created": now,
        "customer": None,
        "expires_at": None,
        "livemode": False,
        "max_redemptions": None,
        "metadata": {},
        "promotion": params["promotion"],
        "restrictions": {
            "first_time_transaction": False,
            "minimum_amount": None,
            "minimum_amount_currency": None,
        },
        "times_redeemed": 0,
    }


def discount(object_id: str, now: int, customer_id: str, of_coupon: Data, promotion_code_id: str | None) -> Data:
    months = of_coupon["duration_in_months"]
    return {
        "id": object_id,
        "object": "discount",
        "checkout_session": None,
        "customer": customer_id,
        "end": now + months * 30 * 86_400 if months else None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": promotion_code_id,
        "source": {"coupon": of_coupon["id"], "type": "coupon"},
        "start": now,
        "subscription": None,
        "subscription_item": None,
    }


def portal_session(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "billing_portal.session",
        "configuration": "bpc_1",
        "created": now,
        "customer": params["customer"],
        "flow": None,
        "livemode": False,
        "locale": None,
        "on_behalf_of": None,
        "return_url": params["return_url"],
        "url": f"https://billing.stripe.com/p/session/{object_id}",
    }


def subscription(
    object_id: str, now: int, customer_id: str, items: list[Data], metadata: Data, discounts: list[str]
) -> Data:
    return {
        "id": object_id,
        "object": "subscription",
        "automatic_tax": {"enabled": False, "disabled_reason": None, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {"type": "classic", "updated_at": now, "flexible": None},
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": items[0]["price"]["currency"],
        "customer": customer_id,
        "discounts": discounts,
        "ended_at": None,
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "items": {
            "object": "list",
            "data": items,
            "has_more": False,
            "url": f"/v1/subscription_items?subscription={object_id}",
        },
        "latest_invoice": None,
        "livemode": False,
        "metadata": metadata,
        "start_date": now,
        "status": "incomplete",
        "trial_end": None,
        "trial_start": None,
    }


def item(object_id: str, now: int, subscription_id: str, of_price: Data, quantity: int | None, until: int) -> Data:
    found: Data = {
        "id": object_id,
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": until,
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "price": {name: value for name, value in of_price.items() if name != "tiers"},
        "subscription": subscription_id,
        "tax_rates": [],
    }
    return found if quantity is None else {**found, "quantity": quantity}


def invoice(object_id: str, now: int, of_subscription: Data, total: int, number: int, period: tuple[int, int]) -> Data:
    return {
        "id": object_id,
        "object": "invoice",
        "amount_due": total,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": total,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "enabled": False,
            "disabled_reason": None,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "created": now,
        "currency": of_subscription["currency"],
        "customer": of_subscription["customer"],
        "default_tax_rates": [],
        "discounts": [],
        "hosted_invoice_url": f"https://invoice.stripe.com/i/{object_id}",
        "invoice_pdf": f"https://pay.stripe.com/invoice/{object_id}/pdf",
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{object_id}/lines"},
        "livemode": False,
        "metadata": {},
        "number": f"RAP-{number:04}",
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": period[1],
        "period_start": period[0],
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": {
            "finalized_at": now,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": total,
        "total": total,
    }


def invoice_by_hand(object_id: str, now: int, number: int, params: Data) -> Data:
    """A draft that is to be sent, without lines yet."""
    of = {"currency": params["currency"], "customer": params["customer"]}
    draft = {"status": "draft", "billing_reason": "manual", "metadata": params["metadata"], "auto_advance": False}
    sent = {"collection_method": params["collection_method"], "description": params["description"]}
    return {**invoice(object_id, now, of, 0, number, (now, now)), **draft, **sent}


def invoice_item(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "invoiceitem",
        "amount": int(params["amount"]),
        "currency": params["currency"],
        "customer": params["customer"],
        "date": now,
        "description": params["description"],
        "discountable": True,
        "discounts": [],
        "invoice": params["invoice"],
        "livemode": False,
        "metadata": params["metadata"],
        "parent": None,
        "period": {"start": now, "end": now},
        "pricing": None,
        "proration": False,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
    }


def event(object_id: str, now: int, kind: str, about: Data, version: str) -> Data:
    return {
        "id": object_id,
        "object": "event",
        "api_version": version,
        "created": now,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def webhook_endpoint(object_id: str, now: int, params: Data) -> Data:
    return {
        "id": object_id,
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": None,
        "created": now,
        "description": None,
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": {},
        "secret": f"whsec_{object_id}",
        "status": "enabled",
        "url": params["url"],
    }


def meter_event(now: int, params: Data) -> Data:
    return {
        "object": "billing.meter_event",
        "created": now,
        "event_name": params["event_name"],
        "identifier": params["identifier"],
        "livemode": False,
        "payload": params["payload"],
        "timestamp": int(params["timestamp"]),
    }


def summary(meter_id: str, start: int, end: int, value: int) -> Data:
    return {
        "id": f"mtrusg_{meter_id}_{start}",
        "object": "billing.meter_event_summary",
        "aggregated_value": value,
        "start_time": start,
        "end_time": end,
        "livemode": False,
        "meter": meter_id,
    }
