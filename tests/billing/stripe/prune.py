"""Cuts Stripe's OpenAPI schema down to the objects that the tests' own Stripe answers with.

    python tests/billing/stripe/prune.py spec3.json > tests/billing/stripe/schema.json

From https://github.com/stripe/openapi (MIT; here as published with stripe-mock 0.203.0, version 2026-08-26.dahlia).
What can be an id or the whole object is an id: nothing is expanded. OpenAPI's `nullable` becomes JSON Schema's null.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOTS = (
    *("customer", "deleted_customer", "subscription", "price", "product", "invoice", "event", "webhook_endpoint"),
    *("invoiceitem", "coupon", "promotion_code", "discount", "checkout.session", "billing_portal.session", "error"),
    *("billing.meter", "billing.meter_event", "billing.meter_event_summary"),
)
REQUESTS = (
    *("/v1/subscriptions/{subscription_exposed_id}", "/v1/invoices", "/v1/invoices/{invoice}", "/v1/invoiceitems"),
    *("/v1/customers", "/v1/customers/{customer}", "/v1/products", "/v1/products/{id}", "/v1/prices"),
    *(
        "/v1/coupons",
        "/v1/promotion_codes",
        "/v1/checkout/sessions",
        "/v1/checkout/sessions/{session}/expire",
        "/v1/billing_portal/sessions",
    ),
    *("/v1/billing/meters", "/v1/billing/meters/{id}/reactivate", "/v1/billing/meter_events", "/v1/webhook_endpoints"),
)
KEPT = frozenset(
    {"type", "properties", "required", "items", "enum", "anyOf", "$ref", "additionalProperties", "pattern"}
)
DEEPEST = 3  # references from a root; beyond it any object will do


def prune(spec: dict[str, Any]) -> dict[str, Any]:
    schemas = spec["components"]["schemas"]
    found: dict[str, Any] = {}
    level = list(ROOTS)
    for depth in range(DEEPEST):
        refs: set[str] = set()
        for name in level:
            found[name] = _cut(schemas[name], refs, is_last=depth == DEEPEST - 1)
        level = sorted(refs - found.keys())
    found.update({name: {"type": "object"} for name in level})
    requests = {path: _names(_form(spec["paths"][path])) for path in REQUESTS}
    return {"version": spec["info"]["version"], "definitions": found, "requests": requests}


def _form(path: dict[str, Any]) -> Any:
    return path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]


def _names(schema: Any) -> Any:
    """The parameters that a request may have, as a tree: a word for a plain one, "*" for names of one's own."""
    options = [_names(each) for each in schema.get("anyOf", ())]
    if options:
        return next((each for each in options if not isinstance(each, str)), options[0])
    if schema.get("type") == "array":
        return [_names(schema["items"])]
    if "properties" in schema:
        return {name: _names(each) for name, each in schema["properties"].items()}
    if schema.get("type") != "object":
        return schema.get("type", "any")
    named = schema.get("additionalProperties")
    return {"*": _names(named) if isinstance(named, dict) and "properties" in named else "any"}


def _cut(schema: Any, refs: set[str], *, is_last: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    expandable = set(schema.get("x-expandableFields", ()))
    kept = {key: value for key, value in schema.items() if key in KEPT}
    if "$ref" in kept:
        name = kept["$ref"].split("/")[-1]
        refs.add(name)
        kept = {"$ref": f"#/definitions/{name}"}
    if "properties" in kept:
        kept["properties"] = {
            name: _cut(_by_id(each) if name in expandable else each, refs, is_last=is_last)
            for name, each in kept["properties"].items()
        }
    if "items" in kept:
        kept["items"] = _cut(kept["items"], refs, is_last=is_last)
    if "anyOf" in kept:
        kept["anyOf"] = [_cut(each, refs, is_last=is_last) for each in kept["anyOf"]]
    if isinstance(kept.get("additionalProperties"), dict):
        kept["additionalProperties"] = _cut(kept["additionalProperties"], refs, is_last=is_last)
    return {"anyOf": [kept, {"type": "null"}]} if schema.get("nullable") else kept


def _by_id(schema: dict[str, Any]) -> dict[str, Any]:
    """Of "an id, or the object": the id."""
    if any(each.get("type") == "string" for each in schema.get("anyOf", ())):
        return {"type": "string", "nullable": schema.get("nullable", False)}
    return schema


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps(prune(json.loads(Path(sys.argv[1]).read_text())), sort_keys=True, separators=(",", ":"))
    )
