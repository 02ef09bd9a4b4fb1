"""The server's signed word for where a widget's iframe stands.

A call from inside the iframe carries Rapport's own Origin, so the page that frames it is checked when the iframe is
served (by its Referer, and by frame-ancestors in the browser) and the finding travels with the session call. It is no
secret and no session: it only says which origin was seen for which key.
"""

from django.core import signing

from tenants.errors import OriginNotAllowed

_SALT = "tenants.embeds"
MAX_AGE_SECONDS = 24 * 3600  # a chat window may stay open for a day and still renew its session


def sign_embed(*, key: str, origin: str) -> str:
    """The value for the iframe's page. `origin` is normalised and was found among the key's allowed origins."""
    return signing.dumps({"k": key, "o": origin}, salt=_SALT)


def read_embed(text: str, *, key: str) -> str:
    """The origin that was checked. Raises OriginNotAllowed when the value is forged, old or another key's.

    The caller still asks whether the key allows this origin now: it may have been taken off the list since.
    """
    try:
        found = signing.loads(text, salt=_SALT, max_age=MAX_AGE_SECONDS)
    except signing.BadSignature:
        found = {}
    if found.get("k") != key:
        raise OriginNotAllowed("This chat was opened too long ago. Reload the page to go on.", param="embed")
    origin: str = found["o"]
    return origin
