"""When people are there, and where the answer goes when the visitor is gone: what the widget says and asks."""

import pytest
from playwright.sync_api import Page, expect

from agents.services import AgentChanges, create_agent, update_agent
from tenants.actors import SYSTEM
from tenants.models import WidgetKey
from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def _open_all_week(site: Site) -> None:
    key = WidgetKey.objects.get(key=site.key)
    agent_id = create_agent(tenant_id=key.tenant_id, name="Fjell & Sko", actor=SYSTEM)
    WidgetKey.objects.filter(id=key.id).update(agent_id=agent_id)
    week = [
        {"day": day, "opens": "00:00", "closes": "24:00"} for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    ]
    changes = AgentChanges(config={"handoff": {"office_hours": week}})
    update_agent(tenant_id=key.tenant_id, agent_id=agent_id, changes=changes, actor=SYSTEM)


def test_who_waits_for_a_person_may_leave_an_address_and_take_it_back(page: Page, site: Site, script: Script) -> None:
    _open_all_week(site)
    page.goto(site.address())
    chat = chat_frame(page)
    expect(chat.get_by_text("The team is there")).to_be_visible()
    expect(chat.get_by_label("leave your e-mail address")).to_have_count(0)
    ask(chat, "I want to talk to a person")
    field = chat.get_by_label("leave your e-mail address")
    field.fill("anna@customer")
    field.press("Enter")
    expect(chat.get_by_role("alert")).to_have_text("That is not an e-mail address yet.")
    field.fill("anna@customer.example")
    field.press("Enter")
    expect(chat.get_by_text("the answer comes to anna@customer.example")).to_be_visible()
    expect(chat.locator(".system")).to_contain_text("write to anna@customer.example")
    page.reload()
    chat = chat_frame(page)
    chat.get_by_role("button", name="No mail").click()
    expect(chat.get_by_label("leave your e-mail address")).to_be_visible()
    assert script.reply_to == ""
    chat.get_by_role("button", name="No, thanks").click()
    expect(chat.get_by_label("leave your e-mail address")).to_have_count(0)
