"""The catalogues of languages: `locale/<language>.po`, one file each, made into what gettext reads. No Django here: the
build compiles them before there are settings."""

from pathlib import Path

import polib

FOLDER = Path(__file__).parent / "locale"
COMPILED = FOLDER / "compiled"


def catalogues() -> list[Path]:
    return sorted(FOLDER.glob("*.po"))


def compiled(catalogue: Path) -> Path:
    return COMPILED / catalogue.stem / "LC_MESSAGES" / "django.mo"


def compile_catalogues() -> int:
    """Those that changed since they were compiled; returns how many."""
    changed = [each for each in catalogues() if not _is_current(each)]
    for each in changed:
        target = compiled(each)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(".new")
        polib.pofile(str(each)).save_as_mofile(str(beside))
        beside.replace(target)  # at once: a process may start meanwhile
    return len(changed)


def _is_current(catalogue: Path) -> bool:
    target = compiled(catalogue)
    return target.exists() and target.stat().st_mtime >= catalogue.stat().st_mtime
