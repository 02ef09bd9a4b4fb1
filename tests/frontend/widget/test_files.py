"""Files in the chat: chosen, pasted or dropped, sent with a message, shown and saved again, also after a reload."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tenants.actors import SYSTEM
from tenants.attachments import AttachmentRules, set_attachment_rules
from tenants.selectors import find_widget_key
from tests.frontend.widget.conftest import Site
from tests.frontend.widget.driving import ask, chat_frame
from tests.frontend.widget.scripted_api import Script

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ADD = """([name, text, by]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const at = document.querySelector(by === "paste" ? "textarea" : ".app");
  const init = { bubbles: true, cancelable: true };
  if (by === "paste") at.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: data }));
  else at.dispatchEvent(new DragEvent("drop", { ...init, dataTransfer: data }));
}"""


@pytest.fixture
def chat(page: Page, site: Site) -> Frame:
    key = find_widget_key(site.key)
    rules = AttachmentRules(("png", "text"), megabytes=1, most=2)
    set_attachment_rules(tenant_id=key.tenant_id, key_id=key.id, rules=rules, actor=SYSTEM)
    page.goto(site.address())
    return chat_frame(page)


def choose(chat: Frame, *files: tuple[str, bytes]) -> None:
    expect(chat.get_by_role("button", name="Attach a file")).to_be_visible()
    payloads = [{"name": name, "mimeType": "", "buffer": content} for name, content in files]
    chat.locator("input[type=file]").set_input_files(payloads)  # type: ignore[arg-type]


def test_files_go_with_a_message_and_come_back_after_a_reload(page: Page, chat: Frame, script: Script) -> None:
    choose(chat, ("dot.png", PNG))
    expect(chat.locator(".composer .file .size")).to_have_count(1)
    chat.evaluate(ADD, ["flaky.txt", "my words", "paste"])
    expect(chat.locator(".composer .file .size")).to_have_count(2)
    assert max(count for call, count in script.calls.items() if call.startswith("upload")) == 2, "tried again, once"
    chat.get_by_role("button", name="Send").click()
    expect(chat.locator(".composer .file")).to_have_count(0)
    expect(chat.locator(".question")).to_have_count(0)
    expect(chat.locator(".sent img")).to_have_js_property("naturalWidth", 1)
    expect(chat.locator(".sources")).to_be_visible()
    page.reload()
    chat = chat_frame(page)
    expect(chat.locator(".sent img")).to_have_js_property("naturalWidth", 1)
    with page.expect_download() as saving:
        chat.get_by_role("button", name="flaky.txt").click()
    assert saving.value.suggested_filename == "flaky.txt"
    assert Path(saving.value.path()).read_text() == "my words"


def test_what_cannot_be_sent_says_why_and_stops_nothing(chat: Frame, script: Script) -> None:
    choose(chat, ("large.txt", b"x" * (1024 * 1024 + 1)), ("strange.txt", b"x"))
    expect(chat.get_by_text("large.txt is too large: at most 1 MB.")).to_be_visible()
    expect(chat.get_by_text("strange.txt cannot be sent here. Possible: .png, .txt.")).to_be_visible()
    expect(chat.get_by_role("button", name="Send")).to_be_disabled()
    choose(chat, ("one.txt", b"1"), ("two.txt", b"2"), ("three.txt", b"3"))
    expect(chat.get_by_text("At most 2 files go with one message.")).to_be_visible()
    expect(chat.locator(".composer .file .size")).to_have_count(2)
    chat.get_by_role("button", name="Take one.txt away").click()
    expect(chat.locator(".composer .file .size")).to_have_count(1)
    chat.evaluate(ADD, ["dropped.txt", "dropped", "drop"])
    expect(chat.locator(".composer .file .size")).to_have_count(2)
    ask(chat, "Here they are")
    expect(chat.locator(".question")).to_have_text("You: Here they are")
    expect(chat.locator(".sent .file")).to_have_count(2)
    assert [script.files[each][0] for each in script.removed] == ["one.txt"]


def test_a_chat_that_takes_none_shows_none_and_loads_nothing_for_it(page: Page, site: Site, script: Script) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.address())
    chat = chat_frame(page)
    ask(chat, "How do I return boots?")
    expect(chat.locator(".sources")).to_be_visible()
    expect(chat.get_by_role("button", name="Attach a file")).to_have_count(0)
    assert not [each for each in asked if "filing" in each]
