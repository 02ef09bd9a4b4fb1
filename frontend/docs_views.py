"""The project's documentation as public pages: what the demo's citations open. Shows files of `docs/` and
of its folders in SECTIONS, nothing else."""

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from frontend.reference import FILE, read_reference
from ingestion.parsing.markdown import render_markdown
from rapport.config import ROOT

FOLDER = ROOT / "docs"
# The order in which a newcomer reads them; what is not named comes after, by name.
ORDER = (
    "quickstart",
    "knowledge",
    "agents",
    "widget",
    "phone",
    "inbox",
    "feedback",
    "api",
    "sdk-python",
    "sdk-typescript",
    "events",
    "openai",
    "mcp",
    "tools",
    "masking",
    "webhooks",
    "traces-and-costs",
    "billing",
    "stripe",
    "cache",
    "memory",
    "self-hosting",
    "sign-in",
    "security",
    "security/asvs",
    "security/leak-matrix",
    "privacy",
    "troubleshooting",
)
SECTIONS = ("security",)
_LINK = re.compile(r'(?<= href=")([\w./-]+)\.md(?=[#"])')


def page_names() -> list[str]:
    """Names of the pages, without the ending; of those in a folder, with it."""
    folders = [FOLDER, *(FOLDER / each for each in SECTIONS)]
    names = {path.relative_to(FOLDER).with_suffix("").as_posix() for each in folders for path in each.glob("*.md")}
    return [name for name in ORDER if name in names] + sorted(names - set(ORDER))


@lru_cache(maxsize=64)
def _rendered(path: Path, changed_at: float) -> tuple[str, str]:
    body, title = render_markdown(path.read_text())
    return _LINK.sub(lambda found: _address(path.parent, found[1]), body), title


def _address(folder: Path, link: str) -> str:
    """Where the page is that a file names by its own place, as on GitHub."""
    parts: list[str] = []
    for part in PurePosixPath(folder.relative_to(FOLDER).as_posix(), link).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return reverse("docs_page", args=["/".join(parts)])


def docs_page(request: HttpRequest, name: str = "quickstart") -> HttpResponse:
    """One page; a name that is not in the folder is a 404."""
    if name not in page_names():
        raise Http404
    path = FOLDER / f"{name}.md"
    body, title = _rendered(path, path.stat().st_mtime)
    pages = [
        (each, _rendered(FOLDER / f"{each}.md", (FOLDER / f"{each}.md").stat().st_mtime)[1]) for each in page_names()
    ]
    # The source is our own file in the repository, so its markup is trusted.
    context: dict[str, object] = {"title": title, "body": mark_safe(body), "pages": pages, "current": name}  # noqa: S308
    if name == "api":
        context["reference"] = read_reference()
    return render(request, "docs/page.html", context)


def openapi(request: HttpRequest) -> HttpResponse:
    """The document that generators of clients read, as it is committed."""
    return HttpResponse(FILE.read_bytes(), content_type="application/yaml")
