"""`python -m tests.fuzz.company`: a company in the running product's database, with as many keys as random calls need.

Prints its keys as JSON. One key calls 600 times a minute; a hundred of them do not wait for each other.
"""

import json

KEYS = 90


def main() -> None:
    import django

    django.setup()
    from tenants.actors import SYSTEM
    from tenants.api_keys import create_api_key
    from tenants.permissions import SCOPES
    from tests.cast import assemble

    tenant_id = assemble().acme.tenant_id
    made = [
        create_api_key(tenant_id=tenant_id, name=f"Key {number}", scopes=SCOPES, actor=SYSTEM, is_test=number % 2 == 0)
        for number in range(KEYS)
    ]
    print(json.dumps([each.secret for each in made]))


if __name__ == "__main__":
    main()
