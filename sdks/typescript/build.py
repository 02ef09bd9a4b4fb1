"""`python -m sdks.typescript.build [--check]`: compile the SDK into dist/, or only check its types.

With the compiler that the front end's build has installed: one TypeScript for all of the project. A user's own build
is `npm run build`.
"""

import argparse
import subprocess
from pathlib import Path

from frontend.node import find_node

SDK = Path(__file__).parent
_COMPILER = SDK.parents[1] / "frontend" / "node_modules" / "typescript" / "bin" / "tsc"


def compile_sdk(*arguments: str) -> None:
    """Raises SystemExit when the types are wrong; the compiler has said where."""
    node = find_node()
    done = subprocess.run([*node.node, str(_COMPILER), "--project", str(SDK), *arguments], check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit("sdks/typescript does not compile; the lines above say why.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="check the types, write nothing")
    compile_sdk(*(["--noEmit"] if parser.parse_args().check else []))


if __name__ == "__main__":
    main()
