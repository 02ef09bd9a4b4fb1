"""The web process's entry point: `uvicorn rapport.asgi:application`."""

import os

from django.core.asgi import get_asgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
application = get_asgi_application()

# Under ASGI each request has a thread of its own, so a connection kept open would never be used again.
connections.settings["default"]["CONN_MAX_AGE"] = 0
