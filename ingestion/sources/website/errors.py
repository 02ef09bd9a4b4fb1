"""Why a website could not be crawled, or not to its end."""

from rapport.errors import InvalidRequest, Unavailable


class CrawlForbidden(InvalidRequest):
    """robots.txt says no."""

    code = "robots_forbidden"


class PageMissing(InvalidRequest):
    code = "page_missing"


class PageRefused(InvalidRequest):
    """The site wants a sign-in, or does not let us in."""

    code = "page_refused"


class PageUnavailable(Unavailable):
    code = "page_unavailable"


class PageTypeUnsupported(InvalidRequest):
    code = "unsupported_type"


class SitemapBroken(InvalidRequest):
    code = "sitemap_broken"


class PageLimitReached(InvalidRequest):
    code = "page_limit_reached"


class ByteLimitReached(InvalidRequest):
    code = "byte_limit_reached"


class TimeLimitReached(InvalidRequest):
    code = "time_limit_reached"
