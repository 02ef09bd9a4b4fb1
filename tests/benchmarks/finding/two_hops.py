"""Questions over two pages, made from a manual's own links: what one page says of something that another page names.

A sentence of the first page names the thing by a link; the question says the sentence without the link's words, and
asks in common words for a sentence of the page that it leads to. Nothing of it is written by hand, nothing is kept.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

import lxml.html

from agents.llm.extractive.sentences import split_sentences
from ingestion.parsing.language import STOP_WORDS

COMMON = 0.25  # share of the pages that have a word which says little of any one
ASKED_WORDS = 4
LEAST_ANSWER = 40  # characters of the sentence asked for, to know it again
LEAST_WORDS = 10  # of a sentence that says enough to be found
_WORD = re.compile(r"[a-z]{4,}")
_GAP = "\x00"


@dataclass(frozen=True, slots=True)
class Hop:
    """`page` names the thing, `target` says what is asked; both are file names."""

    question: str
    page: str
    target: str
    answer: str  # of the sentence that is asked for, the longest stretch without a link

    @property
    def is_tuning(self) -> bool:
        return hashlib.sha256(self.question.encode()).digest()[0] % 2 == 0


def choose_pages(corpus: Path, count: int) -> list[Path]:
    """The pages with most links among them, so that there is something to follow."""
    links = {path.name: _targets(path) for path in sorted(corpus.glob("*.html"))}
    degree = Counter(target for targets in links.values() for target in targets if target in links)
    degree.update({name: sum(target in links for target in targets) for name, targets in links.items()})
    best = sorted(links, key=lambda name: (-degree[name], name))[:count]
    return [corpus / name for name in sorted(best)]


def make_questions(pages: Sequence[Path], count: int) -> list[Hop]:
    """At most one a page and target, in an order that says nothing."""
    read = {path.name: list(_sentences(path)) for path in pages}
    spread = Counter(word for said in read.values() for word in {w for text, _ in said for w in _words(text)})
    common = {word for word, pages_with in spread.items() if pages_with >= COMMON * len(read)}
    found: dict[tuple[str, str], Hop] = {}
    for page, said in read.items():
        for text, target in said:
            if target in read and target != page and (page, target) not in found:
                asked, answer = _ask(read[target], common, text)
                if asked and (question := _question(text, asked)):
                    found[page, target] = Hop(question, page, target, answer)
    hops = list(found.values())
    return sorted(hops, key=lambda hop: hashlib.sha256(hop.question.encode()).digest())[:count]


def _question(text: str, asked: str) -> str:
    said = " ".join(text.replace(_GAP, " ").split())
    return f"{said} What is said there about {asked}?" if len(_words(said)) >= LEAST_WORDS else ""


def _ask(said: Sequence[tuple[str, str]], common: set[str], salt: str) -> tuple[str, str]:
    """Common words of some sentence of the page that has enough of them, and what of it is known again; ("", "") where
    there is none."""
    for text, _ in sorted(said, key=lambda each: hashlib.sha256(f"{salt}{each[0]}".encode()).digest()):
        words = [word for word in dict.fromkeys(_words(text)) if word in common]
        answer = max((part.strip() for part in text.split(_GAP)), key=len)
        if len(words) >= ASKED_WORDS and len(answer) >= LEAST_ANSWER:
            return " ".join(words[:ASKED_WORDS]), answer
    return "", ""


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS["en"]]


def _sentences(path: Path) -> Iterator[tuple[str, str]]:
    """Sentences of the page's paragraphs in order, each once for every link in it, with a gap in the link's place; and
    the file that it leads to ("" without a link)."""
    for paragraph in _content(path).iter("p"):
        text, links = _with_gaps(paragraph)
        for start, end in split_sentences(text):
            sentence = text[start:end]
            inside = [links[int(number)] for number in re.findall(rf"{_GAP}(\d+){_GAP}", sentence)]
            plain = re.sub(rf"{_GAP}\d+{_GAP}", _GAP, sentence)
            yield from ((plain, target) for target in inside or [""])


def _with_gaps(paragraph: "lxml.html.HtmlElement") -> tuple[str, Mapping[int, str]]:
    links: dict[int, str] = {}
    parts = [paragraph.text or ""]
    for child in paragraph:
        target = _file(child.get("href", "")) if child.tag == "a" else ""
        if target:
            links[len(links)] = target
            parts.append(f" {_GAP}{len(links) - 1}{_GAP} ")
        else:
            parts.append(str(child.text_content()))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split()), links


def _content(path: Path) -> "lxml.html.HtmlElement":
    tree = lxml.html.parse(str(path)).getroot()
    for each in tree.xpath("//*[contains(@class, 'navheader') or contains(@class, 'navfooter') or @class='toc']"):
        each.drop_tree()
    return tree


def _targets(path: Path) -> set[str]:
    return {target for each in _content(path).iter("a") if (target := _file(each.get("href", "")))} - {path.name}


def _file(href: str) -> str:
    plain = urldefrag(href)[0]
    return plain if plain.endswith(".html") and "/" not in plain else ""
