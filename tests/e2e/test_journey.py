"""The whole way, as people go it: sign up, upload, ask on a page of another origin, get a cited answer, see why it was
given, what it cost, and what was remembered.
"""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.e2e.product import Product
from tests.frontend.widget.driving import ask, chat_frame

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]
PASSWORD = "wet mountains, dry feet"

POLICY = """# Returns

## How long can I return boots?

Unworn boots can be returned within 45 days of delivery. They have to be in their box.

## How do I get my money back?

The refund goes to the card that you paid with, five working days after the boots have reached our workshop in Bergen.

# Care

## How do I waterproof leather boots?

Rub warm beeswax into the seams twice a year, and leave the boots to rest overnight.
"""


def test_from_sign_up_to_memory(owner: Page, visitor: Page, product: Product, tmp_path: Path) -> None:
    sign_up(owner, product)
    upload(owner, tmp_path)
    address = allow_the_shop(owner, product)
    chat = ask_in_the_shop(visitor, address)
    ask_while_the_worker_dies(chat, product)
    see_why(owner, product)
    see_what_it_cost(owner, product)
    see_what_is_remembered(owner, product)


def sign_up(page: Page, product: Product, company: str = "Fjell & Sko", email: str = "ola@fjell.example") -> None:
    page.goto(f"{product.app}/accounts/signup/")
    page.get_by_label("Company name").fill(company)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="Open the mailbox of this machine").click()
    page.locator("a[href*='confirm-email']").first.click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Add what your agent should know")).to_be_visible()


def upload(page: Page, folder: Path) -> None:
    file = folder / "returns-and-care.md"
    file.write_text(POLICY)
    page.get_by_label("Files to upload").set_input_files(file)
    row = page.get_by_role("row").filter(has_text="Returns")
    expect(row.get_by_text("ready", exact=False)).to_be_visible(timeout=90_000)


def allow_the_shop(page: Page, product: Product) -> str:
    """Returns the demo page's address, as the dashboard links to it."""
    page.goto(f"{product.app}/widget/")
    page.get_by_label("Allowed websites").fill(product.shop)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    address = page.get_by_role("link", name="Open the page").get_attribute("href")
    assert address is not None
    assert address.startswith(product.shop)
    return address


def ask_in_the_shop(page: Page, address: str) -> Frame:
    page.goto(address)
    chat = chat_frame(page)
    answer = asked(chat, "Within how many days can I return my boots?")
    expect(answer).to_contain_text("45 days")
    answer.locator(".sources button").first.click()
    expect(chat.get_by_role("dialog")).to_contain_text("can be returned within 45 days")
    page.keyboard.press("Escape")
    expect(asked(chat, "And when do I get my money back?")).to_contain_text("five working days")
    unknown = asked(chat, "Who won the chess championship in 1972?")
    expect(unknown.locator(".sources")).to_have_count(0)
    asked(chat, "My name is Kari.")
    return chat


def ask_while_the_worker_dies(chat: Frame, product: Product) -> None:
    """kill -9 loses no question: the supervisor starts another worker, which takes it up."""
    answers = chat.locator(".answer:not(.coming)")
    before = answers.count()
    ask(chat, "How do I waterproof leather boots?")
    expect(chat.locator(".stage, .coming")).to_be_visible()
    os.kill(int((product.data_dir / "run" / "worker.pid").read_text()), signal.SIGKILL)
    expect(answers).to_have_count(before + 1, timeout=90_000)
    expect(answers.last).to_contain_text("beeswax")
    expect(chat.locator(".question")).to_have_count(5)


def asked(chat: Frame, question: str) -> Locator:
    """Ask and wait for the whole answer."""
    answers = chat.locator(".answer:not(.coming)")
    before = answers.count()
    ask(chat, question)
    expect(answers).to_have_count(before + 1, timeout=60_000)
    return answers.last


def see_why(page: Page, product: Product) -> None:
    page.goto(f"{product.app}/conversations/")
    page.get_by_role("link", name="Within how many days").click()
    transcript = page.locator(".transcript")
    expect(transcript).to_contain_text("45 days")
    expect(transcript).to_contain_text("not in the documents")
    page.get_by_role("link", name="why").first.click()
    expect(page.get_by_role("heading", name="Why this answer")).to_be_visible()
    expect(page.locator(".stats")).to_contain_text("Cost")
    for step in ("retrieval", "chat"):
        expect(page.get_by_text(step).first).to_be_visible()


def see_what_it_cost(page: Page, product: Product) -> None:
    page.goto(f"{product.app}/usage/")
    expect(page.get_by_role("heading", name="Usage & cost")).to_be_visible()
    expect(page.locator("[data-chart] canvas").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Fjell & Sko assistant")).to_contain_text(
        re.compile(r"\$0\.0*[1-9]")
    )


def see_what_is_remembered(page: Page, product: Product) -> None:
    page.goto(f"{product.app}/contacts/")
    page.get_by_role("link", name="Kari").first.click()
    expect(page.get_by_text("My name is Kari").first).to_be_visible()
