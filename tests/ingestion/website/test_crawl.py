"""A crawl of a real site on loopback: what is taken and left, what a second one costs, what bad sites leave behind."""

import gzip
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from billing.quotas import set_usage_limit
from ingestion.models import Document, DocumentState, Source
from ingestion.selectors import get_source
from ingestion.services import create_website_source, delete_source
from ingestion.sources.website.crawl import CrawlLimits, crawl_website
from rapport.config import get_config
from rapport.outbound import transport
from rapport.outbound.addresses import AllowList
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.site import Answer, Reply, Request, Site, html, redirect

pytestmark = pytest.mark.django_db
QUICK = CrawlLimits(pause_seconds=0)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as site:
        monkeypatch.setattr(transport, "configured_allow_list", lambda: AllowList.parse([site.host]))
        yield site


class Crawler:
    """Acme's source for the site, and what it holds after crawls."""

    def __init__(self, tenant_id: UUID, url: str, *, max_pages: int = 100) -> None:
        self.tenant_id = tenant_id
        self.source_id = create_website_source(tenant_id=tenant_id, actor=SYSTEM, url=url, max_pages=max_pages)

    def crawl(self, limits: CrawlLimits = QUICK) -> None:
        crawl_website(tenant_id=self.tenant_id, source_id=self.source_id, limits=limits)

    @property
    def state(self) -> tuple[str, str]:
        source = get_source(tenant_id=self.tenant_id, source_id=self.source_id)
        return source.crawl_state, source.crawl_error_code

    def documents(self) -> dict[str, str]:
        """Address → error code, "" when there is none; documents that are being removed are left out."""
        with tenant_scope(self.tenant_id):
            rows = Document.objects.filter(source_id=self.source_id).exclude(state=DocumentState.DELETING)
            return dict(rows.values_list("external_id", "error_code"))


@pytest.fixture
def crawler(cast: Cast) -> Callable[..., Crawler]:
    return lambda url, **options: Crawler(cast.acme.tenant_id, url, **options)


Make = Callable[..., Crawler]


def page(*links: str, text: str = "Words of this page.") -> Reply:
    return html(f"<main><p>{text}</p>" + "".join(f'<a href="{link}">link</a>' for link in links) + "</main>")


def test_pages_of_the_site_are_taken_and_others_are_not(site: Site, crawler: Make) -> None:
    site.pages |= {
        "/": page("/a", "b/c?utm_source=x#top", "https://elsewhere.example/", "/logo.png", "mailto:x@y.example"),
        "/a": page("/", "/missing"),
        "/b/c": page("/a#again"),
    }
    acme = crawler(site.url())
    acme.crawl()
    assert acme.documents() == {site.url("/"): "", site.url("/a"): "", site.url("/b/c"): ""}
    assert acme.state == ("done", "")
    assert sorted(set(site.paths())) == ["/", "/a", "/b/c", "/missing", "/robots.txt"]


def test_robots_txt_is_obeyed(site: Site, crawler: Make) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: RapportBot\nDisallow: /private\n"
    site.pages |= {"/robots.txt": Reply(rules), "/": page("/open", "/private/x"), "/open": page()}
    acme = crawler(site.url())
    acme.crawl()
    assert set(acme.documents()) == {site.url("/"), site.url("/open")}
    assert "/private/x" not in site.paths()


def test_a_site_that_forbids_everything_says_so(site: Site, crawler: Make) -> None:
    site.pages |= {"/robots.txt": Reply(b"User-agent: *\nDisallow: /\n"), "/": page()}
    acme = crawler(site.url())
    acme.crawl()
    assert acme.state == ("failed", "robots_forbidden")
    assert acme.documents() == {site.url("/"): "robots_forbidden"}
    assert site.paths() == ["/robots.txt"]


def test_robots_txt_that_cannot_be_had_closes_the_site(site: Site, crawler: Make) -> None:
    site.pages |= {"/robots.txt": Reply(b"", 500), "/": page()}
    acme = crawler(site.url())
    acme.crawl()
    assert acme.state == ("failed", "robots_forbidden")


def test_directives_and_canonical_addresses_of_pages_are_obeyed(site: Site, crawler: Make) -> None:
    site.pages |= {
        "/": page("/hidden", "/dead-end", "/print"),
        "/hidden": html(
            "<p>Not to be kept.</p><a href='/from-hidden'>x</a>", head='<meta name="robots" content="noindex">'
        ),
        "/from-hidden": page(),
        "/dead-end": html("<p>Kept.</p><a href='/beyond'>x</a>", head='<meta name="robots" content="nofollow">'),
        "/beyond": page(),
        "/print": html("<p>For printers.</p>", head=f'<link rel="canonical" href="{site.url("/article")}">'),
    }
    acme = crawler(site.url())
    acme.crawl()
    expected = ["/", "/from-hidden", "/dead-end", "/article"]
    assert set(acme.documents()) == {site.url(path) for path in expected}


def _conditional(body: Reply, etag: str) -> Answer:
    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(body.body, headers={**body.headers, "ETag": etag})

    return answer


def test_a_second_crawl_downloads_only_what_changed(site: Site, crawler: Make) -> None:
    site.pages |= {
        "/": _conditional(page("/a", "/b"), '"1"'),
        "/a": _conditional(page("/a/deep"), '"a1"'),
        "/b": Reply(
            page().body, headers={"Content-Type": "text/html", "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}
        ),
        "/a/deep": page(),
    }
    acme = crawler(site.url())
    acme.crawl()
    before = acme.documents()
    site.pages["/a"] = _conditional(page("/a/deep", text="New words."), '"a2"')
    site.requests.clear()
    acme.crawl()
    assert acme.documents() == before
    asked = {request.path: request.headers for request in site.requests[-4:]}
    assert asked["/a"]["if-none-match"] == '"a1"'
    assert asked["/b"]["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    with tenant_scope(acme.tenant_id):
        versions = {d.external_id: d.versions.count() for d in Document.objects.filter(source_id=acme.source_id)}
    assert versions == {site.url("/"): 1, site.url("/a"): 2, site.url("/b"): 1, site.url("/a/deep"): 1}


def test_removed_pages_leave_and_unlinked_or_failing_ones_stay(site: Site, crawler: Make) -> None:
    site.pages |= {"/": page("/gone", "/unlinked", "/ill"), "/gone": page(), "/unlinked": page(), "/ill": page()}
    acme = crawler(site.url())
    acme.crawl()
    del site.pages["/gone"]
    site.pages |= {"/": page("/ill"), "/ill": Reply(b"", 500)}
    acme.crawl()
    assert acme.documents() == {site.url("/"): "", site.url("/unlinked"): "", site.url("/ill"): ""}


def test_a_site_that_is_down_loses_nothing(site: Site, crawler: Make) -> None:
    site.pages |= {"/": page("/a"), "/a": page()}
    acme = crawler(site.url())
    acme.crawl()
    site.pages.clear()
    site.fallback = Reply(b"", 500)
    acme.crawl()
    assert acme.state[0] == "failed"
    assert set(acme.documents()) == {site.url("/"), site.url("/a")}


def test_a_sitemap_index_names_the_pages(site: Site, crawler: Make) -> None:
    inner = (
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{site.url('/a')}</loc></url></urlset>"
    )
    index = (
        "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        f"<sitemap><loc>{site.url('/one.xml.gz')}</loc></sitemap><sitemap><loc>{site.url('/two.txt')}</loc></sitemap>"
        "<sitemap><loc>https://elsewhere.example/map.xml</loc></sitemap></sitemapindex>"
    )
    site.pages |= {
        "/sitemap.xml": Reply(index.encode(), headers={"Content-Type": "application/xml"}),
        "/one.xml.gz": Reply(gzip.compress(inner.encode()), headers={"Content-Type": "application/gzip"}),
        "/two.txt": Reply(f"{site.url('/b')}\nhttps://elsewhere.example/x\n".encode()),
        "/a": page("/not-listed"),
        "/b": page(),
        "/not-listed": page(),
    }
    acme = crawler(site.url("/sitemap.xml"))
    acme.crawl()
    assert set(acme.documents()) == {site.url("/a"), site.url("/b")}
    assert acme.state == ("done", "")


def test_a_broken_sitemap_says_so(site: Site, crawler: Make) -> None:
    site.pages["/sitemap.xml"] = Reply(b"<urlset", headers={"Content-Type": "application/xml"})
    acme = crawler(site.url("/sitemap.xml"))
    acme.crawl()
    assert acme.state == ("failed", "sitemap_broken")


def test_a_site_that_never_ends_is_left_at_the_limit(site: Site, crawler: Make) -> None:
    def endless(request: Request) -> Reply:
        number = int(request.path.rpartition("/")[2] or 0)
        return page(f"/page/{number + 1}", f"/page/{number + 2}", text=f"Page number {number}.")

    site.pages |= {"/robots.txt": Reply(b"", 404)}
    site.fallback = endless
    acme = crawler(site.url(), max_pages=12)
    acme.crawl()
    assert acme.state == ("done", "page_limit_reached")
    assert len(acme.documents()) == 12


def test_what_a_company_has_no_room_for_is_left_and_what_is_here_stays(site: Site, crawler: Make) -> None:
    site.pages |= {"/": page("/a", "/b"), "/a": page(text="As it was."), "/b": page()}
    acme = crawler(site.url())
    acme.crawl()
    before = acme.documents()
    set_usage_limit(tenant_id=acme.tenant_id, meter="stored_bytes", quantity=0, actor=SYSTEM)
    acme.crawl()
    assert acme.state == ("done", "")  # nothing is new
    site.pages["/a"] = page(text="As it is now.")
    acme.crawl()
    assert acme.state == ("done", "quota_exhausted")
    assert acme.documents() == before


def test_a_calendar_without_end_is_not_walked(site: Site, crawler: Make) -> None:
    def month(request: Request) -> Reply:
        number = int(request.path.rpartition("=")[2])
        return page(f"/calendar?month={number + 1}")

    site.pages |= {"/": page("/calendar?month=1", "/a"), "/a": page()}
    site.fallback = month
    site.pages["/robots.txt"] = Reply(b"", 404)
    acme = crawler(site.url())
    acme.crawl()
    assert set(acme.documents()) == {site.url("/"), site.url("/a")}


def test_bytes_and_time_are_limited(site: Site, crawler: Make) -> None:
    site.pages |= {"/": page("/a", "/b"), "/a": page(text="x" * 5_000), "/b": page()}
    acme = crawler(site.url())
    acme.crawl(CrawlLimits(pause_seconds=0, max_bytes=3_000))
    assert acme.state == ("done", "byte_limit_reached")
    acme.crawl(CrawlLimits(pause_seconds=0, max_seconds=0))
    assert acme.state == ("done", "time_limit_reached")
    assert site.url("/a") in acme.documents()


def test_a_first_page_that_leads_into_a_private_network_leaves_a_failed_document(site: Site, crawler: Make) -> None:
    with Site({"/secret": page()}) as inner:
        site.pages["/"] = redirect(inner.url("/secret"))
        acme = crawler(site.url())
        acme.crawl()
        assert inner.requests == []
    assert acme.state == ("failed", "private_address")
    assert acme.documents() == {site.url(): "private_address"}


def test_a_page_that_redirects_into_a_private_network_does_not_stop_the_others(site: Site, crawler: Make) -> None:
    site.pages |= {
        "/": page("/trap", "/good", "/away"),
        "/good": page(),
        "/trap": redirect("http://169.254.169.254/latest/"),
    }
    site.pages["/away"] = redirect("https://1.1.1.1/")
    acme = crawler(site.url())
    acme.crawl()
    assert acme.documents() == {site.url("/"): "", site.url("/good"): "", site.url("/trap"): "private_address"}
    assert acme.state == ("done", "")


def test_a_private_address_is_refused_when_it_is_given_outright(cast: Cast, crawler: Make) -> None:
    acme = crawler("http://192.168.0.1/")
    acme.crawl()
    assert acme.state == ("failed", "private_address")


def test_a_page_beyond_the_size_limit_leaves_a_failed_document(
    site: Site, crawler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(get_config()), "max_upload_bytes", 2_000)
    site.pages |= {"/": page("/large", "/small"), "/large": page(text="x" * 5_000), "/small": page()}
    acme = crawler(site.url())
    acme.crawl()
    assert acme.documents() == {site.url("/"): "", site.url("/small"): "", site.url("/large"): "response_too_large"}


def test_a_site_that_asks_for_patience_is_asked_again(site: Site, crawler: Make) -> None:
    answers = iter([Reply(b"", 429, {"Retry-After": "0"})])
    site.pages |= {"/": page("/busy"), "/busy": lambda _: next(answers, page())}
    acme = crawler(site.url())
    acme.crawl()
    assert acme.documents() == {site.url("/"): "", site.url("/busy"): ""}


def test_a_deleted_source_is_not_crawled(site: Site, crawler: Make) -> None:
    site.pages["/"] = page()
    acme = crawler(site.url())
    delete_source(tenant_id=acme.tenant_id, actor=SYSTEM, source_id=acme.source_id)
    acme.crawl()
    assert site.requests == []


def test_a_stranger_crawls_nothing_of_acme(site: Site, crawler: Make, cast: Cast) -> None:
    site.pages["/"] = page()
    acme = crawler(site.url())
    crawl_website(tenant_id=cast.other.tenant_id, source_id=acme.source_id, limits=QUICK)
    assert site.requests == []
    with tenant_scope(cast.other.tenant_id):
        assert not Source.objects.exists()
        assert not Document.objects.exists()
