"""The demo customer's page: another origin, one line of HTML, a strict policy."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from frontend.demo.company import ensure_demo_company
from rapport.config import get_config
from tests.cast import Cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db


class Customer:
    """A browser that asks the demo site's port."""

    def get(self, path: str, key: str = "") -> "Response":
        query = {"key": key} if key else {}
        return Client().get(path, query, SERVER_PORT=str(get_config().demo_site_port))


@pytest.fixture
def customer() -> Customer:
    return Customer()


def test_only_the_demo_site_is_on_its_port(customer: Customer) -> None:
    assert customer.get("/").status_code == 200
    assert customer.get("/widget.js").status_code == 404
    assert customer.get("/v1/widget/sessions").status_code == 404
    assert customer.get("/accounts/login/").status_code == 404


def test_without_a_company_it_says_what_to_do(customer: Customer) -> None:
    page = customer.get("/").content.decode()
    assert "make demo" in page
    assert "<script async" not in page


def test_it_carries_the_demo_company_s_widget(customer: Customer) -> None:
    company = ensure_demo_company()
    page = customer.get("/").content.decode()
    assert f'<script async src="{get_config().public_url}/widget.js" data-key="{company.widget_key}"></script>' in page


def test_another_company_s_widget_can_be_tried_on_it(customer: Customer, cast: Cast) -> None:
    page = customer.get("/", cast.acme.key).content.decode()
    assert f'data-key="{cast.acme.key}"' in page
    assert "<title>Help centre · Acme</title>" in page
    assert cast.other.key not in page


@pytest.mark.parametrize("key", ['"><script>alert(1)</script>', "rp_pk_x", "rp_sk_live_x"])
def test_what_is_no_key_is_never_written_on_the_page(customer: Customer, key: str) -> None:
    page = customer.get("/", key).content.decode()
    assert "alert(1)" not in page
    assert "data-key=" not in page.replace("data-key=&quot;", "").split("</pre>")[1]


def test_its_policy_allows_rapport_s_script_and_frame_and_no_inline_script(customer: Customer) -> None:
    policy = customer.get("/")["Content-Security-Policy"]
    assert f"frame-src {get_config().public_url}" in policy
    assert "unsafe" not in policy
