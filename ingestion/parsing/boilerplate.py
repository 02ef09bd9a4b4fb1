"""What of a page is not its content: navigation, banners, footers, dialogs, hidden things, and where the content is."""

import re

from lxml import etree

INVISIBLE_TAGS = frozenset(
    "head script style noscript template svg canvas iframe object embed audio video map input select textarea button "
    "option datalist meter progress dialog".split()
)
_CHROME_TAGS = frozenset({"nav", "footer"})
_CHROME_TAGS_OUTSIDE_CONTENT = frozenset({"header", "aside"})
_CHROME_ROLES = frozenset("navigation banner contentinfo search menu menubar dialog alertdialog toolbar".split())
_CHROME_NAME = re.compile(
    r"^(?:nav|navbar|navigation|nav-?header|nav-?footer|main-?menu|menu|side-?bar|bread-?crumbs?|(?:page-?|site-?)?footer|"
    r"site-?header|cookies?(?:-.*)?|toc|table-of-contents|pagination|pager|skip-?link|share|sharing|social(?:-.*)?|"
    r"related(?:-.*)?|advert.*|ads?|newsletter|popup|modal|screen-reader-text|sr-only|headerlink|permalink|edit-?page)$",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LEAST_SHARE = 0.25  # a "main" element with less of the page's text than this is not where the content is


def is_invisible(element: etree._Element) -> bool:
    """No reader would see it."""
    if element.tag in INVISIBLE_TAGS or element.get("hidden") is not None:
        return True
    return element.get("aria-hidden") == "true" or bool(_HIDDEN_STYLE.search(element.get("style") or ""))


def is_boilerplate(element: etree._Element) -> bool:
    """The site's frame rather than the page's content."""
    tag = element.tag
    if tag in _CHROME_TAGS or (element.get("role") or "") in _CHROME_ROLES:
        return True
    if tag in _CHROME_TAGS_OUTSIDE_CONTENT:
        return not any(True for _ in element.iterancestors("main", "article"))
    if tag in {"body", "html", "main", "article"}:
        return False
    names = (element.get("class") or "").split()
    return any(_CHROME_NAME.match(name) for name in [*names, element.get("id") or ""])


def content_root(body: etree._Element) -> etree._Element:
    """The element that holds the content: <main>, a role, the only <article>, else the body."""
    whole = max(_length(body), 1)
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = body.findall(path)
        if len(found) == 1 and _length(found[0]) / whole >= _LEAST_SHARE:
            return found[0]
    return body


def _length(element: etree._Element) -> int:
    """Characters of visible text, spaces aside."""
    if is_invisible(element) or not isinstance(element.tag, str):
        return 0
    total = len((element.text or "").strip())
    stack = list(element)
    while stack:
        child = stack.pop()
        total += len((child.tail or "").strip())
        if isinstance(child.tag, str) and child.tag not in INVISIBLE_TAGS:
            total += len((child.text or "").strip())
            stack.extend(child)
    return total
