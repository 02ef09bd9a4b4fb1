"""Opening the widget and writing in it, as a visitor does. Nothing of the product is imported: e2e tests use it too."""

from playwright.sync_api import Frame, Page


def ask(chat: Frame, text: str) -> None:
    chat.get_by_label("Your message").press_sequentially(text)
    chat.get_by_label("Your message").press("Enter")


def click_launcher(page: Page) -> None:
    """The launcher's shadow root is closed, so it is found as a visitor finds it: in the corner."""
    page.wait_for_function("window.Rapport && window.Rapport.on")
    size = page.viewport_size
    assert size is not None
    page.mouse.click(size["width"] - 48, size["height"] - 48)


def chat_frame(page: Page) -> Frame:
    """Open the chat and wait until one can write in it."""
    click_launcher(page)
    return wait_for_chat(page)


def wait_for_chat(page: Page) -> Frame:
    for _ in range(200):
        frames = [frame for frame in page.frames if "/w/" in frame.url]
        if frames:
            frames[0].get_by_label("Your message").wait_for()
            return frames[0]
        page.wait_for_timeout(50)
    raise AssertionError("no chat appeared in the page")
