"""docs/security/leak-matrix.md, written by `make leaks`."""

from collections.abc import Sequence

from rapport.config import ROOT
from tests.leaks.cells import Cell, leaks_of, table

FILE = ROOT / "docs" / "security" / "leak-matrix.md"
HEAD = """# The leak matrix

Everything through which data can go, asked by everybody who must not have it. The rows and columns are made
from the code: a new address, task, event handler, command, store method or table is in it by being there, and
fails until it is safe. `make leaks` runs it and writes this page.

Two companies exist. One, Acme, has something of every kind, each with a secret word in it. The callers want it:
another company's owner and key, Acme's own people of each role and Acme's keys without the permission, keys and
visitors' tokens that are over, another visitor of Acme's, and nobody. An answer is a leak when it

- holds Acme's words, or leaves Acme's rows other than they were;
- differs between a thing that exists and one that does not: in status, words, redirect, or in the statements
  that the database was asked (a timing class that no noise hides);
- is anything but 404 for another company's thing, 403 without the permission or scope, 401 for who is nobody
  (pages send nobody to sign in).

"Parameter" cells write Acme's ids, and Acme as the tenant, into every name that the code reads of addresses,
forms and bodies. "Shared name" cells compare the names of rate limits and cache entries of two companies.
"Process cache" cells are the things that a process remembers, each with the reason why it is nobody's. Handlers
and tasks are told of Acme's things in the stranger's name. Store methods are called with Acme's addresses in
the stranger's name. "Right scope" cells get in, so that the others mean something. Leaks planted on purpose
(`tests/leaks/test_planted.py`) are found.
"""


def write(runs: Sequence[tuple[str, Sequence[Cell]]], gates: Sequence[tuple[str, Sequence[str]]]) -> None:
    parts = [HEAD]
    for title, cells in runs:
        parts.append(f"## {title}\n\n{len(cells):,} cells, **{len(leaks_of(cells))} leaks**.\n\n{table(cells)}\n")
    rows = [f"| `{subject}` | {', '.join(permissions) or 'none: for every member'} |" for subject, permissions in gates]
    parts.append(
        "## What each address asks for\n\nFound by watching what the code asks when Acme's owner calls; the cells "
        "above are made from it.\n\n| address | permission |\n|---|---|\n" + "\n".join(rows) + "\n"
    )
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("\n".join(parts))
