"""Loaded before Django's settings: each test run has its own data folder, and leaves nothing behind.

The folder's name is short because sockets live in it (addresses of Unix sockets are at most 107 bytes).
"""

import atexit
import os
import shutil
import tempfile

if "RAPPORT_TEST_DATA_DIR" not in os.environ:  # parallel workers inherit the first process's folder as a parent
    _folder = tempfile.mkdtemp(prefix="rapport-")
    os.environ["RAPPORT_TEST_DATA_DIR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATA_DIR"] = os.path.join(os.environ["RAPPORT_TEST_DATA_DIR"], _worker)  # noqa: PTH118
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
_urls = "DATABASE DATABASE_OWNER DATABASE_OPS EVENTS CELERY_BROKER STREAMS VECTORS GRAPH LLM EMBEDDINGS".split()
for _name in (f"{_url}_URL" for _url in _urls):
    if os.environ.get("RAPPORT_TEST_KEEP_URLS") != "1":
        os.environ.pop(_name, None)
