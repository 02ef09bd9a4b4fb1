"""By what someone is known."""

from typing import NamedTuple


class Known(NamedTuple):
    """`kind` is "contact" (its id), "email", "phone", "external_id", …; `value` is normalised."""

    kind: str
    value: str
