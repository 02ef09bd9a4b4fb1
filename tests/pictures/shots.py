"""The addresses to look at, and who looks. A test walks the resolver: every page stands here, or in NO_PAGES."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapport.ids import Prefix, encode
from tests.cast import PASSWORD
from tests.pictures.stage import LONG_EMAIL, Stage
from tests.pictures.widget import WISH, chat_of, wait_and_go_on

if TYPE_CHECKING:
    from playwright.sync_api import Page

NO_PAGES = {
    "healthz": "for load balancers",
    "readyz": "for load balancers",
    "mcp": "for programs",
    "phone_voice": "for carriers",
    "stripe_webhook": "for Stripe",
    "phone_stream": "for carriers",
    "phone_status": "for carriers",
    "phone_ended": "for carriers",
    "phone_out_voice": "for carriers",
    "phone_out_status": "for carriers",
    "live": "a stream for the pages' script",
    "phone_machine": "for carriers",
    "phone_recorded": "for carriers",
    "phone_whisper": "for carriers",
    "phone_taken": "for carriers",
    "phone_leg": "for carriers",
    "phone_transferred": "for carriers",
    "hear_call": "a recording",
    "openapi": "a file",
    "agent_file": "a file",
    "inbox_list": "a part of the inbox",
    "inbox_thread": "a part of the inbox",
    "inbox_suggestion": "a part of the inbox",
    "usage_csv": "a file",
    "billing_csv": "a file",
    "audit_csv": "a file",
    "campaign_csv": "a file",
    "erasure_receipt": "a file",
    "export_file": "a file",
    "mfa_download_recovery_codes": "a file",
    "widget_loader": "a script",
    "widget_element": "a script",
    "widget_rules": "a script",
    "widget_teaser": "a script",
    "widget_frame": "has tests of its own in a customer's page",
    "home_now": "a part of Home",
    "home_figures": "a part of Home",
    "preview_office_hours": "a part of the page of office hours",
    "knowledge_board": "a part of the page Knowledge",
    "privacy_board": "a part of the page Privacy",
    "erasure_progress": "a part of the erasure's page",
    "contact_exports": "a part of the contact's page",
    "trace_of_turn": "leads on to the trace",
    "account_inactive": "nobody is made inactive",
    "account_set_password": "leads on to the change of a password",
    "account_confirm_login_code": "codes by mail are switched off",
    "account_reset_password_from_key": "opened by a mail's link; leads on when it is over",
    "account_reset_password_from_key_done": "looks like the page before it",
    "mfa_login_webauthn": "for the page's script",
}
WRITES = frozenset(
    """upload_files add_website act_on_source act_on_document act_on_identity act_on_contact export_contact
    act_on_fact add_memory
    erase_contact erase_conversation erase_message export_company
    replay_events drop_events act_on_member withdraw_invitation join switch_company
    act_on_agent act_on_experiment act_on_prompt act_on_provider set_speech remove_speech act_on_price
    act_on_trace_export act_on_phone begin_try_call act_on_campaign act_on_connection act_on_tool act_on_approval
    act_on_request act_on_lookup act_on_inbox act_on_answer act_on_canned_reply upload_agent
    act_on_key act_on_webhook act_on_delivery switch_off_sign_on claim_domain act_on_domain
    delete_company keep_company choose_own_language billing_checkout billing_portal billing_currency
    billing_change""".split()
)  # they answer to POST only, and lead back to a page

LONG_PAGES = """/ /knowledge/ /agent/ /widget/ /conversations/ /contacts/ /privacy/ /usage/ /keys/ /members/ /webhooks/
/audit/ /health/ /settings/ /settings/sign-in/ /accounts/2fa/ /accounts/2fa/recovery-codes/
/accounts/2fa/recovery-codes/generate/ /accounts/2fa/totp/deactivate/ /accounts/sessions/ /accounts/email/""".split()
EMPTY_PAGES = """/ /welcome/ /knowledge/ /search/ /agent/ /widget/ /conversations/ /contacts/ /contacts/?q=nobody
/feedback/ /privacy/ /usage/ /keys/ /members/ /webhooks/ /audit/ /audit/?subject=none /health/ /settings/
/settings/sign-in/ /tools/ /approvals/ /phone-numbers/ /phone-numbers/try/ /inbox/ /inbox/replies/ /prompts/
/prompts/?archived /models/ /usage/prices/ /billing/ /billing/rows/ /trace-export/ /accounts/2fa/
/accounts/sessions/ /accounts/email/""".split()


@dataclass(frozen=True, slots=True)
class Shot:
    """`act` does something on the page first; `name` tells its picture from the page's own; `view` is what it reaches
    by that."""

    path: str
    name: str = ""
    act: "Callable[[Page], None] | None" = None
    view: str = ""


def shots(stage: Stage, docs: list[str]) -> dict[str, list[Shot]]:
    """Who looks → at what. Nobody is signed in for ""."""
    return {
        "": _open(stage, docs),
        "full": _full(stage),
        "empty": _empty(stage),
        "operator": [Shot("/companies/")],
        "analyst": [
            Shot("/settings/sign-in/"),
            Shot(f"/invitations/{stage.token}/"),
            Shot("/keys/"),
            Shot("/webhooks/"),
            Shot("/audit/", "403"),
        ],
        "long": _long(stage),
        "nobody": [Shot("/welcome/company/")],  # a person without a company
    }


def _empty(stage: Stage) -> list[Shot]:
    agent = f"/agents/{encode(Prefix.AGENT, stage.empty_agent_id)}/"
    return [
        *(Shot(path) for path in EMPTY_PAGES),
        *(Shot(f"{agent}{part}") for part in ("", "versions/", "cache/", "experiments/", "difference/")),
        Shot(f"/widget/{encode(Prefix.WIDGET_KEY, stage.empty_key_id)}/visitors/"),
        Shot(f"/invitations/{stage.token}/"),
    ]


def _open(stage: Stage, docs: list[str]) -> list[Shot]:
    company, at = encode(Prefix.TENANT, stage.acme_id), stage.widgets
    return [
        Shot("/accounts/login/"),
        Shot("/accounts/login/", "second-step", _give_password, "mfa_authenticate"),
        Shot("/accounts/signup/"),
        Shot("/accounts/signup/", "wrong", _sign_up_badly),
        Shot("/accounts/confirm-email/"),
        Shot("/accounts/confirm-email/none/"),
        Shot("/accounts/password/reset/"),
        Shot("/accounts/password/reset/done/"),
        Shot("/accounts/company/"),
        Shot("/accounts/company/", "unknown", _unknown_company),
        Shot("/accounts/company/", "leaving", _leave_for_company),
        Shot("/accounts/login/", "widget-sign-in", chat_of(at, at.closed)),
        Shot("/accounts/login/", "widget-enough", chat_of(at, at.spent, asks="How long is the warranty?")),
        Shot("/accounts/login/", "widget-resumed", chat_of(at, at.plain, asks=WISH, then=wait_and_go_on)),
        Shot(f"/accounts/company/{company}/?state=none"),
        Shot(f"/invitations/{stage.token}/"),
        Shot("/invitations/none/", "over"),
        Shot("/no-mail/none/", "over"),
        Shot("/accounts/2fa/authenticate/", "unasked"),
        Shot("/not/there/", "", None, "404"),
        Shot("/dev/mail/"),
        Shot("/dev/gallery/"),
        Shot("/docs/"),
        Shot("/docs/api/"),
        *(Shot(f"/docs/{name}/", f"docs-{name}") for name in docs),
        Shot("/accounts/login/", "too-often", _knock),  # last: the door stays shut for a while
    ]


def _full(stage: Stage) -> list[Shot]:
    seeded = stage.seeded
    document, failed = (encode(Prefix.DOCUMENT, each) for each in (seeded.document_id, seeded.failed_document_id))
    chunk = encode(Prefix.CHUNK, seeded.chunk_id)
    failing = encode(Prefix.WEBHOOK, seeded.webhooks.failing)
    visitors = f"/widget/{encode(Prefix.WIDGET_KEY, stage.acme_key_id)}/visitors/"
    contact = f"/contacts/{encode(Prefix.CONTACT, seeded.contact_id)}/"
    return [
        Shot("/"),
        Shot("/", "menu", _open_menu),
        Shot("/welcome/"),
        Shot("/knowledge/"),
        Shot(f"/knowledge/documents/{document}/?chunk={chunk}&from=9&to=60"),
        Shot(f"/knowledge/documents/{failed}/", "failed"),
        Shot("/search/?q=How long may I return it"),
        Shot("/search/"),
        Shot("/agent/"),
        Shot(f"/agents/{encode(Prefix.AGENT, stage.agent_id)}/"),
        *(
            Shot(f"/agents/{encode(Prefix.AGENT, stage.agent_id)}/{each}")
            for each in ("?section=prompt", "?section=handoff", "versions/", "difference/", "experiments/")
        ),
        Shot("/prompts/"),
        Shot("/models/"),
        Shot("/tools/"),
        Shot(f"/tools/{encode(Prefix.TOOL, stage.tool_id)}/"),
        Shot(f"/tools/systems/{encode(Prefix.TOOL_CONNECTION, stage.connection_id)}/"),
        Shot(f"/tools/systems/{encode(Prefix.TOOL_CONNECTION, stage.acting.server_id)}/", "server"),
        Shot(f"/tools/{encode(Prefix.TOOL, stage.acting.new_tool_id)}/", "new"),
        Shot(f"/tools/{encode(Prefix.TOOL, stage.acting.changed_tool_id)}/", "changed"),
        Shot(f"/agents/{encode(Prefix.AGENT, stage.agent_id)}/cache/"),
        Shot("/approvals/"),
        Shot(f"/prompts/{encode(Prefix.PROMPT, stage.prompt_id)}/"),
        Shot("/widget/"),
        Shot(visitors),
        Shot(
            visitors.replace("visitors", "messages"),
            "",
            _fill_in("#text-1", "Not sure which lamp? Ask me, I know them all."),
        ),
        Shot(visitors, "made", _press("#replace-secret", is_confirmed=True)),
        Shot(visitors, "wrong-number", _fill_in("#tokens", "many")),
        Shot(visitors, "wrong-token", _fill_in("#token", "eyJhbGciOiJub25lIn0.e30.")),
        Shot("/inbox/?show=all"),
        Shot("/inbox/replies/"),
        Shot(f"/inbox/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/?show=all"),
        Shot("/conversations/"),
        Shot("/calls/"),
        Shot(f"/calls/{encode(Prefix.CALL, stage.call_id)}/"),
        Shot("/campaigns/"),
        Shot(f"/campaigns/{encode(Prefix.CAMPAIGN, stage.campaign_id)}/"),
        Shot(f"/campaigns/{encode(Prefix.CAMPAIGN, stage.draft_campaign_id)}/", "draft"),
        Shot("/feedback/"),
        Shot("/questions/"),
        Shot("/traces/"),
        Shot("/conversations/?q=green&state=agent", name="conversations-found"),
        Shot(f"/feedback/{encode(Prefix.MESSAGE, seeded.answer_id)}/"),
        Shot(f"/conversations/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/"),
        Shot(f"/traces/{encode(Prefix.TRACE, seeded.trace_id)}/"),
        Shot("/contacts/"),
        Shot(contact),
        Shot(f"{contact}merge-with/?q=a", "merge-search"),
        Shot(f"{contact}merge-with/?with={encode(Prefix.CONTACT, stage.erased_id)}", "merge-preview"),
        Shot(f"/contacts/{encode(Prefix.CONTACT, stage.merged_id)}/", "merged"),
        Shot(f"/contacts/{encode(Prefix.CONTACT, stage.erased_id)}/", "erasing"),
        Shot("/privacy/"),
        Shot(f"/privacy/erasures/{encode(Prefix.ERASURE, seeded.erasure_id)}/", "under-way"),
        Shot(f"/privacy/erasures/{encode(Prefix.ERASURE, seeded.receipt_id)}/?receipt"),
        Shot("/usage/"),
        Shot("/usage/prices/"),
        Shot("/billing/"),
        Shot("/billing/?by=conversation"),
        Shot("/billing/rows/?line=model_tokens"),
        Shot("/trace-export/"),
        Shot("/phone-numbers/"),
        Shot("/phone-numbers/try/"),
        Shot("/phone-numbers/", "wrong", _wrong_number),
        Shot("/keys/"),
        Shot("/keys/", "made", _make_key),
        Shot("/keys/", "wrong", _fill_in("#key-name", "Shop")),
        Shot("/members/"),
        Shot("/members/", "wrong", _fill_in("#invite-email", "bob@acme.example")),
        Shot("/accounts/2fa/"),
        Shot("/accounts/2fa/totp/activate/"),
        Shot("/accounts/2fa/totp/activate/", "wrong", _fill_in("[name=code]", "000000")),
        Shot("/accounts/2fa/webauthn/"),
        Shot("/accounts/2fa/webauthn/add/"),
        Shot("/accounts/2fa/reauthenticate/", "unasked"),
        Shot("/settings/sign-in/"),
        Shot("/settings/sign-in/", "wrong-domain", _fill_in("#new-domain", "localhost")),
        Shot("/settings/sign-in/", "wrong-issuer", _fill_in("#issuer", "https://127.0.0.1")),
        Shot("/accounts/sessions/"),
        Shot("/accounts/reauthenticate/"),
        Shot("/accounts/company/confirm/"),
        Shot("/accounts/logout/"),
        Shot("/health/"),
        Shot("/health/?subscription=ingest-documents&code=unavailable"),
        Shot("/webhooks/"),
        Shot("/webhooks/", "wrong", _fill_in("#webhook-url", "https://10.0.0.1/hook")),
        *(
            Shot(f"/webhooks/{encode(Prefix.WEBHOOK, each)}/", name)
            for name, each in (
                ("disabled", seeded.webhooks.disabled),
                ("healthy", seeded.webhooks.healthy),
                ("failing", seeded.webhooks.failing),
            )
        ),
        Shot(f"/webhooks/{failing}/deliveries/{encode(Prefix.DELIVERY, seeded.webhooks.delivery)}/"),
        Shot("/audit/"),
        Shot("/audit/?action=widget_key.created&actor=user"),
        Shot("/audit/?since=soon", "wrong"),
        Shot("/settings/"),
        Shot("/settings/", "wrong", _fill_in("#company-slug", "Not a slug!")),
        Shot("/settings/", "deleting", _ask_to_delete),
        Shot("/settings/", "wrong-name", _fill_in("#typed-name", "Something else", is_confirmed=True)),
        Shot("/accounts/password/change/"),
        Shot("/accounts/password/change/", "wrong", _change_password_badly),
        Shot("/accounts/email/"),
    ]


def _long(stage: Stage) -> list[Shot]:
    return [
        *(Shot(path) for path in LONG_PAGES),
        Shot("/", "menu", _open_menu),
        Shot("/accounts/2fa/reauthenticate/"),
        Shot("/accounts/2fa/webauthn/add/", "added", _add_passkey, "mfa_view_recovery_codes"),
        Shot("/accounts/2fa/webauthn/"),
        Shot("/accounts/2fa/webauthn/", "rename", _press("text=Rename >> nth=0"), "mfa_edit_webauthn"),
        Shot("/accounts/2fa/webauthn/", "remove", _press("[title=Remove] >> nth=0"), "mfa_remove_webauthn"),
        Shot("/accounts/2fa/webauthn/reauthenticate/"),
        Shot(f"/agents/{encode(Prefix.AGENT, stage.long_agent_id)}/"),
        Shot(f"/widget/{encode(Prefix.WIDGET_KEY, stage.long_key_id)}/visitors/"),
        Shot(f"/widget/{encode(Prefix.WIDGET_KEY, stage.long_key_id)}/messages/"),
        Shot(f"/widget/{encode(Prefix.WIDGET_KEY, stage.long_key_id)}/hours/"),
        Shot(f"/widget/{encode(Prefix.WIDGET_KEY, stage.long_key_id)}/consent/"),
        Shot(f"/widget/{encode(Prefix.WIDGET_KEY, stage.long_key_id)}/files/"),
        Shot(f"/contacts/{encode(Prefix.CONTACT, stage.long_contact_id)}/"),
        Shot(f"/conversations/{encode(Prefix.CONVERSATION, stage.long_conversation_id)}/"),
    ]


def _open_menu(page: "Page") -> None:
    button = page.locator("[data-drawer-open]").first
    if button.is_visible():
        button.click()
        page.wait_for_timeout(300)


def _press(what: str, *, is_confirmed: bool = False) -> "Callable[[Page], None]":
    def act(page: "Page") -> None:
        page.click(what)
        if is_confirmed:
            page.click("dialog[open] .dialog__actions button:last-child")
        page.wait_for_load_state()

    return act


def _fill_in(where: str, text: str, *, is_confirmed: bool = False) -> "Callable[[Page], None]":
    """Sends the field's form past the browser's own checks, so that the server's words are seen."""

    def act(page: "Page") -> None:
        page.fill(where, text)
        page.eval_on_selector(where, "field => { field.form.noValidate = true }")
        page.locator(where).locator("xpath=ancestor::form").locator("button[type=submit]").first.click()
        if is_confirmed:
            page.click("dialog[open] .dialog__actions button:last-child")
        page.wait_for_load_state()

    return act


def _wrong_number(page: "Page") -> None:
    page.fill("#new-account", "AC0123456789abcdef0123456789abcdef")
    page.fill("#new-secret", "x" * 32)
    _fill_in("#phone-number", "030 123")(page)


def _make_key(page: "Page") -> None:
    page.fill("#key-name", "Pictures")
    page.check("[name=scopes] >> nth=0")
    page.click("text=Make the key")
    page.wait_for_load_state()


def _add_passkey(page: "Page") -> None:
    """With an authenticator that is built into the browser, and always says yes."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.fill("input[name=name]", "Laptop in the Rindfleischetikettierungsüberwachungsabteilung")
    page.set_checked("input[name=passwordless]", True)
    page.click("text=Add the passkey")
    page.wait_for_url("**/2fa/**", wait_until="load")
    page.wait_for_timeout(500)


def _give_password(page: "Page") -> None:
    page.fill("[name=login]", LONG_EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("button:text-is('Sign in')")
    page.wait_for_load_state()


def _sign_up_badly(page: "Page") -> None:
    page.fill("[name=email]", "emma@acme.example")
    page.fill("[name=password1]", "12345")
    page.eval_on_selector("[name=email]", "field => { field.form.noValidate = true }")
    page.click("button:text-is('Create account')")
    page.wait_for_load_state()


def _change_password_badly(page: "Page") -> None:
    for field in page.locator("main input[type=password]").all():
        field.fill("12345")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()


def _unknown_company(page: "Page") -> None:
    page.fill("#company-email", "somebody@nowhere.example")
    page.click("button[type=submit]")
    page.wait_for_load_state()


def _leave_for_company(page: "Page") -> None:
    """The page before the provider's own, which nobody serves here: the browser stays where it is."""
    from frontend.pages import company_sign_in
    from rapport.oidc.provider import Provider

    at = "https://login.acme.example"
    provider = Provider(at, f"{at}/authorize", f"{at}/token", f"{at}/keys", "", takes_form=True)
    vars(company_sign_in)["discover"] = lambda issuer: provider
    page.route(f"{at}/**", lambda route: route.fulfill(status=204))
    page.fill("#company-email", "emma@acme.example")
    page.click("button[type=submit]")
    page.wait_for_timeout(500)


def _ask_to_delete(page: "Page") -> None:
    """The question before a company is deleted; nobody answers it."""
    page.fill("#typed-name", page.get_attribute("#typed-name", "placeholder") or "")
    page.locator("#typed-name").locator("xpath=ancestor::form").locator("button[type=submit]").first.click()
    page.wait_for_timeout(300)


def _knock(page: "Page") -> None:
    for _ in range(12):
        page.fill("[name=login]", "nobody@acme.example")
        page.fill("[name=password]", "wrong")
        page.click("button:text-is('Sign in')")
        page.wait_for_load_state()
        if page.locator("[name=login]").count() == 0:
            return
