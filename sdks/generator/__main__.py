"""`python -m sdks.generator`: write the generated files of both SDKs. `--check`: say whether they are up to date."""

import argparse
import sys
from pathlib import Path

import yaml

from sdks.generator import python, typescript
from sdks.generator.spec import Spec

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "openapi.yaml"
_PYTHON = ROOT / "sdks" / "python" / "src" / "rapport_sdk"
_TYPESCRIPT = ROOT / "sdks" / "typescript" / "src"


def generate() -> dict[Path, str]:
    """The content of every generated file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is
    spec = Spec.read(yaml.load(DOCUMENT.read_text(), Loader=loader))  # noqa: S506 - both loaders are safe
    return {
        _PYTHON / "models.py": python.print_models(spec),
        _PYTHON / "_resources.py": python.print_resources(spec),
        _TYPESCRIPT / "generated.ts": typescript.print_client(spec),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a file is out of date")
    is_check = parser.parse_args().check
    stale = [(path, text) for path, text in generate().items() if not path.exists() or path.read_text() != text]
    for path, text in stale:
        if not is_check:
            path.write_text(text)
        sys.stdout.write(f"{'out of date' if is_check else 'written'}: {path.relative_to(ROOT)}\n")
    if is_check and stale:
        sys.stdout.write("The SDKs lag behind docs/openapi.yaml: run `make sdks`.\n")
    return int(is_check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
