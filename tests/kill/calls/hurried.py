"""`python -m tests.kill.calls.hurried` is `manage.py run` that places calls at a carrier on this machine (CARRIER_URL)
and whose rules by which calls end are shorter by a factor, HURRY: 1 leaves them as they are."""

import os

SILENCE_SECONDS = 3.0  # in a hurry; then a caller is asked whether they are there, and as long after that it is over


def hurry(factor: float) -> None:
    from agents.channels.phone import calls, idling, session, watching

    for name in ("RINGS", "UNSEEN", "OVERTIME", "WAITS_FOR_CARRIER"):
        setattr(watching, name, getattr(watching, name) / factor)
    calls.RINGS_AT_MOST /= factor
    for name in ("SEEN_SECONDS", "RETURN_SECONDS"):
        setattr(session, name, getattr(session, name) / factor)
    if factor > 1:
        idling.ASK_SECONDS = idling.GIVE_UP_SECONDS = idling.GREETING_SECONDS = SILENCE_SECONDS


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from agents.channels.phone.carriers import Twilio
    from agents.tasks import watch_telephone_calls
    from rapport.celery import app
    from rapport.supervisor.processes import preload

    preload()
    factor = float(os.environ["HURRY"])
    hurry(factor)
    Twilio.__init__.__defaults__ = (os.environ["CARRIER_URL"],)
    if factor > 1:  # the product's own look at what hangs, once a minute
        app.add_periodic_task(60 / factor, watch_telephone_calls.s(), name="tests.watch_calls")
    call_command("run")


if __name__ == "__main__":
    main()
