"""`python -m tests.docs.company`: Acme in an empty product, with a key for who reads the docs, and one that was found
in the open. Both are written to keys.json in the data folder.
"""

import json
import os
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    import django

    django.setup()
    from tenants.actors import user_actor
    from tenants.api_keys import create_api_key
    from tenants.permissions import SCOPES
    from tests.cast import assemble

    cast = assemble()
    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    names = ("key", "found")
    made = {name: create_api_key(tenant_id=tenant_id, name=name, scopes=SCOPES, actor=actor).secret for name in names}
    Path(os.environ["DATA_DIR"], "keys.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main()
