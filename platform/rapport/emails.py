"""What an e-mail address looks like, as far as that can be said without writing to it."""

import re

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None
