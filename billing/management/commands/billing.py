"""`manage.py billing`: compare sums with the ledger, close periods, put a company on a plan, keep step with Stripe.

It connects as the app itself: the role for maintenance may not write what is billed.
"""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from billing import rollups
from billing.periods import close_due_periods
from billing.plans import BY_KEY, CURRENCIES
from billing.stripe.catalogue import sync_catalogue
from billing.stripe.inbox import list_events, resend
from billing.stripe.meters import compare_meters, feed_meters, tell_again
from billing.stripe.own_rates import agree_rates
from billing.terms import set_plan
from rapport.errors import RapportError
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.selectors import list_tenant_ids


class Command(BaseCommand):
    help = "Compare sums with the ledger, close periods, put a company on a plan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        reconcile = actions.add_parser("reconcile", help="compare hours and days with the rows, and mend them")
        reconcile.add_argument("--dry-run", action="store_true", help="only look; fails when something differs")
        reconcile.add_argument("--rebuild", action="store_true", help="make all hours and days anew first")
        close = actions.add_parser("close", help="close every period that ended three days ago or earlier")
        for each in (reconcile, close):
            each.add_argument("--tenant", help="only this company (its slug or UUID)")
            each.add_argument("--json", action="store_true", help="one JSON object instead of a table")
        catalogue = actions.add_parser("sync-catalogue", help="make the plans' products, prices and meters at Stripe")
        catalogue.add_argument(
            "--endpoint", action="store_true", help="and the webhook endpoint, whose secret is printed"
        )
        meters = actions.add_parser("meters", help="tell Stripe what was used, as the clock does every hour")
        meters.add_argument("--tenant", help="only this company (its slug or UUID)")
        meters.add_argument("--check", action="store_true", help="and compare with what Stripe has counted")
        meters.add_argument(
            "--again", action="store_true", help="and what was refused or disputed; Stripe is asked first"
        )
        resend = actions.add_parser("resend", help="handle an event of Stripe's again; harmless")
        resend.add_argument("event", help="evt_…")
        stripe = actions.add_parser("stripe", help="what Stripe sent, and what waits")
        stripe.add_argument("--waiting", action="store_true", help="only what is not handled")
        plan = actions.add_parser("plan", help="put a company on a plan from now on")
        plan.add_argument("tenant", help="its slug or UUID")
        plan.add_argument("plan", choices=list(BY_KEY))
        plan.add_argument("--seats", type=int, default=0, help="paid for, beside those that the plan includes")
        plan.add_argument("--coupon", default="")
        plan.add_argument("--currency", default="", choices=CURRENCIES, help="left out: the company's own")
        plan.add_argument("--trial", action="store_true", help="for the plan's days of trial; then the plan free")
        plan.add_argument("--included", default="{}", help='JSON: {"messages": 50000}')
        plan.add_argument("--rates", default="{}", help="JSON: micro-units for a million of each meter's unit")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action'].replace('-', '_')}")(options)
        except RapportError as error:
            raise CommandError(error.message) from None

    def _reconcile(self, options: dict[str, Any]) -> None:
        buckets = wrong = mended = 0
        for tenant_id in _chosen(options["tenant"]):
            if options["rebuild"]:
                rollups.rebuild(tenant_id=tenant_id)
            found = rollups.compare(tenant_id=tenant_id, mends=not options["dry_run"])
            buckets, wrong, mended = buckets + found.buckets, wrong + found.wrong, mended + found.mended
        if options["json"]:
            self.stdout.write(json.dumps({"sums": buckets, "wrong": wrong, "mended": mended}))
        else:
            self.stdout.write(f"{buckets:,} sums compared with their rows: {wrong:,} differ, {mended:,} mended.")
        if wrong > mended:
            raise CommandError(f"{wrong - mended} hours or days differ. Run it without --dry-run to mend them.")

    def _close(self, options: dict[str, Any]) -> None:
        closed = [
            (tenant_id, period)
            for tenant_id in _chosen(options["tenant"])
            for period in close_due_periods(tenant_id=tenant_id, actor=SYSTEM)
        ]
        if options["json"]:
            rows = [{"tenant": str(tenant_id), **period.statement} for tenant_id, period in closed]
            self.stdout.write(json.dumps({"closed": rows}))
            return
        for tenant_id, period in closed:
            money = f"{period.due_micros / 1_000_000:,.6f} {period.currency}"
            self.stdout.write(f"{tenant_id}  {period.starts_at:%Y-%m}  {period.records:>9,} rows  {money}")
        self.stdout.write(f"{len(closed):,} periods closed.")

    def _sync_catalogue(self, options: dict[str, Any]) -> None:
        synced = sync_catalogue(has_endpoint=options["endpoint"])
        for each in synced.made:
            self.stdout.write(f"made: {each}")
        self.stdout.write(f"{len(synced.made)} made, {synced.kept} there already.")
        if synced.secret:
            self.stdout.write(
                f"STRIPE_WEBHOOK_SECRET={synced.secret}\nStripe says it only once: put it in your settings."
            )

    def _meters(self, options: dict[str, Any]) -> None:
        wrong = 0
        for tenant_id in _chosen(options["tenant"]):
            if options["again"]:
                tell_again(tenant_id=tenant_id)
            fed = feed_meters(tenant_id=tenant_id)
            if fed.written or fed.sent or fed.waiting:
                self.stdout.write(f"{tenant_id}  {fed.written} hours written, {fed.sent} told, {fed.waiting} wait")
            for each in compare_meters(tenant_id=tenant_id) if options["check"] else ():
                wrong += each.told != each.counted or each.open != 0
                sums = f"{each.told:>14,} told {each.counted:>14,} counted {each.open:>8,} open"
                self.stdout.write(f"{tenant_id}  {each.meter:<14} {sums}")
        if wrong:
            raise CommandError(f"{wrong} meters are out of step with Stripe.")

    def _resend(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{options['event']}: {resend(options['event'])}")

    def _stripe(self, options: dict[str, Any]) -> None:
        for each in list_events(is_waiting=options["waiting"]):
            how = each.outcome or "waits"
            self.stdout.write(
                f"{each.received_at:%Y-%m-%d %H:%M:%S}  {each.id}  {each.type}  {each.customer_id}  {how}"
            )

    def _plan(self, options: dict[str, Any]) -> None:
        (tenant_id,) = _chosen(options["tenant"])
        try:
            included, rates = json.loads(options["included"]), json.loads(options["rates"])
        except ValueError:
            raise CommandError('--included and --rates are JSON objects such as {"messages": 50000}.') from None
        agreed = agree_rates(tenant_id=tenant_id, plan=options["plan"], included=included, rates=rates, actor=SYSTEM)
        if agreed is not None:
            self.stdout.write(f"On these rates from {agreed.starts_at:%Y-%m-%d} on: the company pays by Stripe.")
            return
        set_plan(
            tenant_id=tenant_id,
            plan=options["plan"],
            seats=options["seats"],
            coupon=options["coupon"],
            currency=options["currency"],
            is_trial=options["trial"],
            included=included,
            rates=rates,
            actor=SYSTEM,
        )
        self.stdout.write(f"On the plan {options['plan']} from now on.")


def _chosen(name: str | None) -> list[UUID]:
    if not name:
        return list_tenant_ids()
    found = Tenant.objects.filter(slug=name).values_list("id", flat=True).first()
    try:
        found = found or Tenant.objects.filter(id=UUID(name)).values_list("id", flat=True).first()
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"There is no company called {name!r}: give its slug or its UUID.")
    return [found]
