"""In a real browser: from the billing page to Stripe's. Our policy lets no form lead to another host."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.billing.stripe.machine import StripeMachine
from tests.cast import Cast
from tests.leaks.callers import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e


@pytest.mark.django_db(transaction=True)
def test_buying_leads_to_stripe(browser: "Browser", live_server: Any, cast: Cast, shop: StripeMachine) -> None:
    context = browser.new_context(base_url=live_server.url)
    session = signed_in(cast.alice).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.route("https://checkout.stripe.com/**", lambda route: route.fulfill(body="Stripe's own page"))
    page.goto("/billing/")
    page.get_by_role("button", name="Buy Team").click()
    page.wait_for_url("https://checkout.stripe.com/c/pay/*")
    assert page.url.endswith(next(iter(shop.all("checkout.session"))))
    context.close()
