"""Office hours on the dashboard: shown as visitors would read them, saved to the agent, and said by the widget."""

import json
import re

from django.test import Client

from agents.selectors import get_agent
from rapport.ids import Prefix, encode
from tests.cast import Cast

ALWAYS = {
    f"{day}-{edge}-1": clock
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for edge, clock in (("opens", "00:00"), ("closes", "00:00"))
}


def _address(cast: Cast) -> str:
    return f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/hours/"


def test_hours_are_previewed_saved_and_said_by_the_widget(cast: Cast, alice_client: Client) -> None:
    alice_client.handler.enforce_csrf_checks = False
    typed = {"limited": "on", "time_zone": "Europe/Berlin", "closed_on": "2099-12-24", **ALWAYS}
    shown = alice_client.post(f"{_address(cast)}preview/", typed).content.decode()
    assert "The team is there" in shown
    assert "Europe/Berlin" in shown
    acme = cast.acme
    assert get_agent(tenant_id=acme.tenant_id, agent_id=acme.agent_id).config.handoff.office_hours == ()
    alice_client.post(_address(cast), typed)
    handoff = get_agent(tenant_id=acme.tenant_id, agent_id=acme.agent_id).config.handoff
    assert (len(handoff.office_hours), handoff.office_hours[0].closes, handoff.closed_on) == (
        7,
        "24:00",
        ("2099-12-24",),
    )
    assert 'value="00:00"' in alice_client.get(_address(cast)).content.decode()
    framed = Client().get(f"/w/{acme.key}/", headers={"Referer": f"{acme.origin}/"}).content.decode()
    boot = re.search(r'<script id="boot"[^>]*>(.*?)</script>', framed, re.DOTALL)
    assert boot
    [[begins, ends]] = json.loads(boot[1])["hours"]
    assert ends - begins >= 14 * 24 * 3600, "Days that meet at midnight are one."


def test_what_is_wrong_is_said_where_it_is_typed(cast: Cast, alice_client: Client) -> None:
    alice_client.handler.enforce_csrf_checks = False
    for wrong, said in (
        ({"limited": "on", "mon-opens-1": "17:00", "mon-closes-1": "09:00"}, "closes later"),
        ({"limited": "on"}, "one day at least"),
        ({"closed_on": "Christmas"}, "2026-12-24"),
    ):
        assert said in alice_client.post(f"{_address(cast)}preview/", wrong).content.decode()
        answer = alice_client.post(_address(cast), wrong)
        assert answer.status_code == 400
        assert said in answer.content.decode()


def test_an_analyst_sees_the_hours_and_changes_none(cast: Cast, bob_client: Client) -> None:
    bob_client.handler.enforce_csrf_checks = False
    assert "disabled" in bob_client.get(_address(cast)).content.decode()
    assert bob_client.post(_address(cast), {}).status_code == 403
