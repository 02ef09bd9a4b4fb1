"""What can go wrong, as sentences: each says what is the matter and what to do about it."""

import errno


class ServicesError(Exception):
    """Shown to the user as it is, without a trace."""


class NotHealthy(ServicesError):
    """A server does not answer as it should, yet or any more; waiting may help."""


class WrongCredentials(NotHealthy):
    """A server answers and refuses the password that this machine generated: waiting does not help."""


def explain_os_error(error: OSError) -> str:
    """One sentence for what the operating system refused."""
    if error.errno == errno.ENOSPC:
        return (
            f"The disk is full ({error.filename or 'no space left'}): free some space, or set SERVICES_DIR elsewhere."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"No permission for {error.filename}: the folder SERVICES_DIR must be yours to write."
    return f"{error.strerror or error} ({error.filename})" if error.filename else str(error)
