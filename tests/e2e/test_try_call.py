"""Phone → Try it here, in Debian's Chromium: what is spoken into the microphone is understood, and its answer is heard,
shown and kept."""

import shutil
import subprocess
import wave
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser import launch
from tests.e2e.product import Product
from tests.e2e.test_journey import sign_up, upload

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed (bash infra/speech.sh)"),
]

GREETING_SECONDS, ANSWER_SECONDS = 9, 30
QUESTION = "How do I get my money back?"


def _spoken(folder: Path) -> Path:
    """What the microphone hears: a while of silence, in which the agent greets; the question; silence."""
    said, whole = folder / "said.wav", folder / "microphone.wav"
    subprocess.run(["flite", "-voice", "kal16", "-t", QUESTION, "-o", str(said)], check=True)
    with wave.open(str(said)) as source, wave.open(str(whole), "wb") as sink:
        sink.setparams(source.getparams())
        second = b"\0" * source.getframerate() * source.getsampwidth()
        sink.writeframes(second * GREETING_SECONDS + source.readframes(source.getnframes()) + second * ANSWER_SECONDS)
    return whole


def test_a_question_is_spoken_and_answered(engine: Playwright, product: Product, tmp_path: Path) -> None:
    browser = launch(
        engine,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={_spoken(tmp_path)}%noloop",
        "--autoplay-policy=no-user-gesture-required",
    )
    try:
        page = browser.new_page()
        page.set_default_timeout(20_000)
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        sign_up(page, product, "Fjord", "eva@fjord.example")
        upload(page, tmp_path)
        page.goto(f"{product.app}/phone-numbers/try/")
        _talk(page)
        _see_the_call(page)
        assert wrong == []
    finally:
        browser.close()


def _talk(page: Page) -> None:
    page.get_by_role("button", name="Call now").click()
    said = page.get_by_role("log")
    expect(page.get_by_role("button", name="Hang up")).to_be_visible()
    expect(said.locator(".trial-said--caller")).to_contain_text("money", timeout=60_000, ignore_case=True)
    expect(said.locator(".trial-said--agent").last).to_contain_text("card that you paid with", timeout=30_000)
    loud = "() => new Set(document.querySelector('canvas').getContext('2d').getImageData(0, 0, 9999, 96).data).size > 3"
    page.wait_for_function(loud)
    page.wait_for_timeout(3_000)  # some of the answer is heard
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_text("The call is over.")).to_be_visible()
    assert page.get_by_role("button", name="Call now").is_enabled()


def _see_the_call(page: Page) -> None:
    page.get_by_role("link", name="How the call went").click()
    expect(page.locator("main")).to_contain_text("money back", ignore_case=True)
    expect(page.locator("main")).to_contain_text("in the browser")
