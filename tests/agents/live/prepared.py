"""`python -m tests.agents.live.prepared`: two companies in the database of the settings, for the live API's tests.

What it made is written to prepared.json in the data folder.
"""

import json
import os

PHONED = ("days-3", "slow-40")
TELNYX = {"acme": ("+49301240", 1), "other": ("+49301241", 2)}  # a company's number there, and the seed of its key
ACCOUNT, SECRET = "AC" + "0" * 32, "carrier-secret-0123456789"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    import django

    django.setup()
    from agents.services import AgentChanges, create_agent, update_agent
    from agents.services.phone import NumberSettings, add_phone_number
    from ingestion.services import ensure_upload_source, submit_document
    from rapport.config import get_config
    from rapport.ids import Prefix, decode, encode
    from tenants.actors import SYSTEM
    from tenants.api_keys import create_api_key
    from tenants.permissions import SCOPES
    from tests.agents.phone.telnyx_carrier import ACCOUNT as TELNYX_ACCOUNT
    from tests.agents.phone.telnyx_carrier import key_of, public_of
    from tests.cast import assemble

    cast = assemble()
    made: dict[str, object] = {}
    for name, company in (("acme", cast.acme), ("other", cast.other)):
        tenant_id = company.tenant_id
        source_id = ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)
        text = f"# Delivery of {name}\n\nStandard delivery takes 3 days within Germany. Returns are free for 30 days.\n"
        document = submit_document(
            tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, name=f"{name}.md", content=text.encode()
        )
        phones: dict[str, str] = {}
        agents = {"default": encode(Prefix.AGENT, company.agent_id)}
        for model in ("days-3", "days-9", "tool-get_order", "status-401", "slow-40", "greet"):
            called = "Wrong" if model == "days-9" else model  # a figure in its name would count as known
            agent_id = create_agent(tenant_id=tenant_id, actor=SYSTEM, name=f"Agent {called}")
            update_agent(tenant_id=tenant_id, agent_id=agent_id, changes=AgentChanges(model=model), actor=SYSTEM)
            agents[model] = encode(Prefix.AGENT, agent_id)
            if model in PHONED:
                settings = NumberSettings(agent_id, ACCOUNT, SECRET, greeting="Hello, this is an automatic assistant.")
                number = f"+4930123{len(made)}{len(phones)}"
                number_id = add_phone_number(tenant_id=tenant_id, number=number, settings=settings, actor=SYSTEM)
                phones[model] = encode(Prefix.PHONE_NUMBER, number_id)
        number, seed = TELNYX[name]
        at_telnyx = NumberSettings(
            decode(Prefix.AGENT, agents["days-3"]),
            TELNYX_ACCOUNT,
            public_of(key_of(seed)),
            carrier="telnyx",
            greeting="Hello.",
        )
        number_id = add_phone_number(tenant_id=tenant_id, number=number, settings=at_telnyx, actor=SYSTEM)
        phones["telnyx"] = encode(Prefix.PHONE_NUMBER, number_id)
        keys = {
            "all": create_api_key(tenant_id=tenant_id, name="all", scopes=SCOPES, actor=SYSTEM).secret,
            "reads": create_api_key(
                tenant_id=tenant_id, name="reads", scopes=["conversations.read"], actor=SYSTEM
            ).secret,
        }
        made[name] = {
            "tenant_id": str(tenant_id),
            "document_id": encode(Prefix.DOCUMENT, document.document_id),
            "agents": agents,
            "phones": phones,
            "keys": keys,
        }
    (get_config().data_dir / "prepared.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main()
