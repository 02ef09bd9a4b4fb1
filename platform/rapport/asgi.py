"""The web process's entry point: `uvicorn rapport.asgi:application`."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor

import django

from rapport.database import refuse_wrong_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
django.setup(set_prefix=False)

from rapport.handler import OneThreadHandler  # noqa: E402  it reads settings, like all that follows
from rapport.sockets import with_sockets  # noqa: E402

application = with_sockets(OneThreadHandler())

with ThreadPoolExecutor(1) as _thread:  # the server imports this in its event loop
    _thread.submit(refuse_wrong_role).result()

from rapport.metrics.serving import offer_metrics  # noqa: E402  the settings said before where figures live

offer_metrics()

# Static files are read in a thread of their own request, so that Django consumes their iterator at once costs nothing.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
