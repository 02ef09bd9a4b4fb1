"""Bodies that may be compressed, read to their limit and no further."""

import zlib

from rest_framework.request import Request

from rapport.errors import BodyTooLarge, InvalidRequest

MOST_BYTES = 4 * 1024 * 1024  # of a body, as it comes and when it is unpacked
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class UnsupportedEncoding(InvalidRequest):
    code = "unsupported_encoding"
    status = 415


def read_body(request: Request) -> bytes:
    """Unpacked. Raises BodyTooLarge, UnsupportedEncoding."""
    raw = _read(request)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return raw
    if encoding not in _WINDOWS:
        raise UnsupportedEncoding("Send the body as it is, or with Content-Encoding gzip or deflate.")
    return _unpack(raw, _WINDOWS[encoding])


def _read(request: Request) -> bytes:
    """From the stream: Django's own limit is for forms."""
    raw = request._request.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise _too_large()
    return bytes(raw)


def _unpack(raw: bytes, window: int) -> bytes:
    """A small body can unpack to gigabytes: what is more than the limit is never made."""
    try:
        unpacker = zlib.decompressobj(window)
        body = unpacker.decompress(raw, MOST_BYTES + 1)
    except zlib.error:
        raise InvalidRequest("The body is not what its Content-Encoding says.") from None
    if len(body) > MOST_BYTES:
        raise _too_large()
    if not unpacker.eof:
        raise InvalidRequest("The compressed body breaks off before its end.")
    return body


def _too_large() -> BodyTooLarge:
    limit = MOST_BYTES // (1024 * 1024)
    return BodyTooLarge(f"A body has at most {limit} MB, also when it is unpacked. Send fewer events in one call.")
