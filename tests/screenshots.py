"""`python -m tests.screenshots [words of addresses]`: pictures of every page, written to screenshots/.

Desktop and phone, light and dark, full and empty. A company with the rows of `tests/frontend/seed.py` is served for it
from a folder of its own.
"""

import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.cast import Cast
    from tests.frontend.seed import Seeded

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        port = _free_port()
        os.environ |= {
            "DATA_DIR": folder,
            "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}",
            "DJANGO_SETTINGS_MODULE": "rapport.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }
        cast, seeded = _prepare()
        _serve(port)
        _photograph(f"http://localhost:{port}", cast, seeded, sys.argv[1:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _prepare() -> "tuple[Cast, Seeded]":
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from tenants.actors import user_actor
    from tenants.api_keys import create_api_key, revoke_api_key, rotate_api_key
    from tenants.members import change_role
    from tenants.models import SignOn, SignOnDomain
    from tenants.permissions import SCOPES
    from tenants.sign_on.domains import add_domain
    from tests.cast import assemble
    from tests.frontend.seed import seed

    cast = assemble()
    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    old, orders = (
        create_api_key(tenant_id=tenant_id, actor=actor, name=name, scopes=SCOPES[:count]).id
        for name, count in (("Old shop", 3), ("Order service", 5))
    )
    revoke_api_key(tenant_id=tenant_id, actor=actor, key_id=old)
    for domain in ("acme.example", "acme.test"):
        add_domain(tenant_id=tenant_id, domain=domain, actor=actor)
    SignOnDomain.objects.filter(domain="acme.example").update(verified_at=timezone.now())
    SignOn.objects.create(
        tenant_id=tenant_id, issuer="https://login.acme.example", client_id="rapport", client_secret="-"
    )
    rotate_api_key(tenant_id=tenant_id, actor=actor, key_id=orders)
    for role in ("developer", "analyst"):
        change_role(tenant_id=tenant_id, user_id=cast.bob.id, role=role, actor=actor, actor_role="owner")
    return cast, seed(cast.acme.tenant_id, cast.acme.agent_id)


def _serve(port: int) -> None:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config("rapport.asgi:application", port=port, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)


def _photograph(address: str, cast: "Cast", seeded: "Seeded", words: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS

    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for who, email, paths in (
            ("", "", _open_paths()),
            ("full", cast.alice.email, _member_paths(seeded)),
            ("empty", cast.charlie.email, _empty_paths()),
        ):
            chosen = [path for path in paths if not words or any(word in path for word in words)]
            for size in SIZES if chosen else ():
                for scheme in SCHEMES:
                    _walk(browser, address, email, chosen, who, size, scheme)
        browser.close()


def _walk(browser: "Browser", address: str, email: str, paths: list[str], who: str, size: str, scheme: Scheme) -> None:
    from tests.cast import PASSWORD

    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.on("console", lambda message: print("  console:", message.text) if message.type == "error" else None)
    if email:
        page.goto(f"{address}/accounts/login/")
        page.fill("[name=login]", email)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state()
        page.goto(f"{address}/accounts/reauthenticate/")  # some pages ask for the password once more
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state()
    for path in paths:
        answer = page.goto(f"{address}{path}", wait_until="load")
        page.wait_for_timeout(250)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        name = _name(path, who, size, scheme)
        page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
        note = f"  WIDER THAN THE SCREEN by {overflow} px" if overflow > 0 else ""
        print(f"{answer.status if answer else '?'} {name}{note}")
    page.close()


def _name(path: str, who: str, size: str, scheme: str) -> str:
    """Ids change from run to run, names of pictures do not."""
    parts = ["one" if "_" in part else part for part in path.partition("?")[0].strip("/").split("/")]
    query = "asked" if "?" in path else ""
    return "-".join(filter(None, [*(parts if parts != [""] else ["home"]), query, who, size, scheme]))


def _open_paths() -> list[str]:
    return [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/company/",
        "/dev/mail/",
        "/dev/gallery/",
        "/docs/",
        "/docs/api/",
    ]


def _empty_paths() -> list[str]:
    return [
        "/privacy/",
        "/welcome/",
        "/knowledge/",
        "/agent/",
        "/widget/",
        "/conversations/",
        "/contacts/",
        "/usage/",
        "/keys/",
        "/health/",
    ]


def _member_paths(seeded: "Seeded") -> list[str]:
    from rapport.ids import Prefix, encode

    document, failed = (encode(Prefix.DOCUMENT, each) for each in (seeded.document_id, seeded.failed_document_id))
    chunk = encode(Prefix.CHUNK, seeded.chunk_id)
    return [
        "/",
        "/knowledge/",
        f"/knowledge/documents/{document}/?chunk={chunk}&from=9&to=60",
        f"/knowledge/documents/{failed}/",
        "/search/?q=How long may I return it",
        "/search/",
        "/agent/",
        "/widget/",
        "/conversations/",
        f"/conversations/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/",
        f"/traces/{encode(Prefix.TRACE, seeded.trace_id)}/",
        "/contacts/",
        f"/contacts/{encode(Prefix.CONTACT, seeded.contact_id)}/",
        "/privacy/",
        f"/privacy/erasures/{encode(Prefix.ERASURE, seeded.erasure_id)}/",
        f"/privacy/erasures/{encode(Prefix.ERASURE, seeded.receipt_id)}/?receipt",
        "/usage/",
        "/keys/",
        "/members/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/settings/sign-in/",
        "/accounts/sessions/",
        "/accounts/reauthenticate/",
        "/health/",
        "/webhooks/",
        *(
            f"/webhooks/{encode(Prefix.WEBHOOK, each)}/"
            for each in (seeded.webhooks.disabled, seeded.webhooks.healthy, seeded.webhooks.failing)
        ),
        f"/webhooks/{encode(Prefix.WEBHOOK, seeded.webhooks.failing)}/deliveries/"
        f"{encode(Prefix.DELIVERY, seeded.webhooks.delivery)}/",
        "/audit/",
        "/audit/?action=widget_key.created&actor=user",
        "/health/?subscription=ingest-documents&code=unavailable",
        "/settings/",
        "/accounts/password/change/",
        "/accounts/email/",
    ]


if __name__ == "__main__":
    main()
