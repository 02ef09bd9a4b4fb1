"""What can go wrong with exports, erasures and receipts."""

from rapport.errors import Conflict, InvalidRequest, NotFound, RapportError


class ErasureNotFound(NotFound):
    code = "erasure_not_found"


class NothingToErase(NotFound):
    code = "nothing_to_erase"


class ExportNotFound(NotFound):
    code = "export_not_found"


class ExportNotReady(Conflict):
    code = "export_not_ready"


class ContactBeingErased(NotFound):
    code = "contact_not_found"


class InvalidReceipt(InvalidRequest):
    code = "invalid_receipt"


class StillThere(RapportError):
    """A store was emptied and holds something all the same: it is tried again."""

    code = "still_there"
    is_retryable = True
