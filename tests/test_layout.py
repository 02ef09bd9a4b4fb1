"""The tree's two traps: `platform/` must stay a plain folder, and no wheel may bring a package of our names."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _file_of(module: str) -> str:
    """Where a fresh interpreter finds `module`; in this process the test runner has imported things already."""
    code = f"import {module}; print({module}.__file__)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return found.stdout.strip()


def test_platform_is_no_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_the_standard_library_wins_platform() -> None:
    assert Path(_file_of("platform")).parent == Path(_file_of("os")).parent


@pytest.mark.parametrize("package", ["tenants", "billing", "ingestion", "agents", "frontend"])
def test_apps_are_ours(package: str) -> None:
    assert Path(_file_of(package)).is_relative_to(ROOT / package)


def test_rapport_is_in_platform() -> None:
    assert Path(_file_of("rapport")).is_relative_to(ROOT / "platform" / "rapport")


def test_from_another_folder_the_same_packages_are_found(tmp_path: Path) -> None:
    code = "import agents, rapport; print(agents.__file__); print(rapport.__file__)"
    out = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert all(Path(line).is_relative_to(ROOT) for line in out.split())
