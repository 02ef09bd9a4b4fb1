"""What can go wrong with a tenant's knowledge, beside a file that cannot be read (`ingestion.parsing.errors`)."""

from rapport.errors import Conflict, InvalidRequest, NotFound, RapportError, Unavailable


class DocumentNotFound(NotFound):
    code = "document_not_found"


class SourceNotFound(NotFound):
    code = "source_not_found"


class WebsiteAddressInvalid(InvalidRequest):
    code = "website_address_invalid"


class NotAWebsite(InvalidRequest):
    code = "not_a_website"


class CrawlAlreadyRunning(Conflict):
    code = "crawl_already_running"


class NothingToRetry(Conflict):
    code = "nothing_to_retry"


class StoredFileMissing(RapportError):
    """The row is there, its file is not: someone removed it from DATA_DIR."""

    code = "stored_file_missing"


class StoresDisagree(Unavailable):
    """After writing, a store holds another number of things than was written. Writing again mends it."""

    code = "stores_disagree"
