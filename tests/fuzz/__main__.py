"""`python -m tests.fuzz [--examples N] [--seed N] [words of operations]`: the whole OpenAPI with valid keys.

Right and wrong calls of every operation, made by schemathesis from docs/openapi.yaml, sent to `manage.py run`. No
answer may be a 5xx, have a status that is not documented, or another shape than the document says. Prints a table and
one JSON object; ends with 1 when anything is wrong.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from rapport.config import ROOT
from tests.e2e.product import Product, running_product
from tests.fuzz.pool import Pool
from tests.openapi import read_description

CHECKED = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
LAST = ("delete", "erase", "erasure", "rotate", "revoke", "merge")  # what takes things away comes last
STREAM_SECONDS = 3  # that a stream is read
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@dataclass
class Result:
    """What came of one operation's calls."""

    name: str
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@dataclass
class Fuzzer:
    product: Product
    keys: Iterator[str]
    pool: Pool
    examples: int
    seed: int

    def try_operation(self, operation: Any) -> Result:
        result = Result(operation.definition.raw["operationId"])
        self.pool.refresh()
        for mode in MODES:
            try:
                self._runner(operation, mode, result)()
            except Unsatisfiable:
                continue  # a call without anything in it cannot be wrong
            except FailureGroup as group:
                result.failures += [f"{mode.value}: {each}" for each in group.exceptions]
            except Exception as error:
                result.failures.append(f"{mode.value}: {type(error).__name__}: {error}")
        return result

    def _runner(self, operation: Any, mode: schemathesis.GenerationMode, result: Result) -> Callable[[], None]:
        checks: list[Any] = list(CHECKS.get_by_names(list(CHECKED)))
        timeout: Any = (60, STREAM_SECONDS) if _streams(operation) else 60

        @seed(self.seed)
        @settings(
            max_examples=self.examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        def run(case: schemathesis.Case[Any], data: st.DataObject) -> None:
            self._aim(case, data)
            headers = {"Authorization": f"Bearer {next(self.keys)}"} if operation.definition.raw.get("security") else {}
            response = case.call(base_url=self.product.app, headers=headers, timeout=timeout)
            result.statuses[response.status_code] += 1
            case.validate_response(response, checks=checks)

        return run

    def _aim(self, case: schemathesis.Case[Any], data: st.DataObject) -> None:
        """Three times of four, ids are of things that exist."""
        for holder in (case.path_parameters, case.query, case.body if isinstance(case.body, dict) else {}):
            for name in holder or {}:
                known = self.pool.ids.get(name)
                if known and data.draw(st.integers(0, 3)):
                    holder[name] = data.draw(st.sampled_from(known))


def _streams(operation: Any) -> bool:
    """An answer of it may have no end."""
    answers = operation.definition.raw["responses"].values()
    return any("text/event-stream" in each.get("content", {}) for each in answers)


def main() -> int:
    arguments = _arguments()
    load_all_checks()
    with running_product() as product:
        keys = _make_company(product)
        schema = schemathesis.openapi.from_dict(read_description())
        with httpx.Client(
            base_url=product.app, headers={"Authorization": f"Bearer {keys[0]}"}, timeout=60, follow_redirects=False
        ) as client:
            pool = Pool(client, list(schema.raw_schema["paths"]))
            _seed(client)
            fuzzer = Fuzzer(product, cycle(keys[1:]), pool, arguments.examples, arguments.seed)
            results = [_tell(fuzzer.try_operation(each)) for each in _operations(schema, arguments.words)]
        errors_logged = _tracebacks(product)
    return _sum_up(results, errors_logged)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=60, help="right, and as many wrong, calls of each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("words", nargs="*", help="only operations with one of these words in their name")
    return parser.parse_args()


def _make_company(product: Product) -> list[str]:
    environment = {**os.environ, "DATA_DIR": str(product.data_dir), "DJANGO_SETTINGS_MODULE": "rapport.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.company"], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    keys: list[str] = json.loads(done.stdout.splitlines()[-1])
    return keys


def _seed(client: httpx.Client) -> None:
    """Something of the common kinds: what other calls make adds to it."""
    agent = client.get("/v1/agents").json()["data"][0]["id"]
    for number in range(4):
        client.post("/v1/documents", json={"name": f"{number}.md", "text": f"# Parcels\n\nWe send {number} a day."})
        client.post("/v1/sources", json={"kind": "upload", "name": f"Folder {number}"})
        conversation = {"agent_id": agent, "contact": {"external_id": f"customer-{number}", "name": "Mara Lind"}}
        opened = client.post("/v1/conversations", json=conversation).json()["id"]
        client.post(f"/v1/conversations/{opened}/messages", json={"text": "I live in Kiel. How many parcels?"})


def _operations(schema: Any, words: list[str]) -> list[Any]:
    found = [each.ok() for each in schema.get_all_operations()]
    chosen = [each for each in found if not words or any(word in _name(each) for word in words)]
    return sorted(chosen, key=lambda each: any(word in _name(each) for word in LAST))


def _name(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def _tell(result: Result) -> Result:
    statuses = "  ".join(f"{status} × {count}" for status, count in sorted(result.statuses.items()))
    print(f"{'ok  ' if not result.failures else 'FAIL'} {result.name:<34} {statuses}", flush=True)
    for failure in result.failures:
        print("     " + failure.replace("\n", "\n     "))
    return result


def _tracebacks(product: Product) -> int:
    """A worker that stumbles over what was sent says so in the log only."""
    return product.log.read_text(errors="replace").count("unhandled_error")


def _sum_up(results: list[Result], errors_logged: int) -> int:
    statuses: Counter[int] = sum((each.statuses for each in results), Counter())
    figures = {
        "operations": len(results),
        "calls": statuses.total(),
        "answers": {str(status): count for status, count in sorted(statuses.items())},
        "server_errors": sum(count for status, count in statuses.items() if status >= 500),
        "failed_operations": sum(bool(each.failures) for each in results),
        "unhandled_errors_logged": errors_logged,
    }
    print(json.dumps(figures))
    return int(bool(figures["failed_operations"] or figures["server_errors"] or errors_logged))


if __name__ == "__main__":
    sys.exit(main())
