"""One question that was asked of the product, and what was wrong with the answer; and the sum of all."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind`: a row of the table ("route", "task", …). `problem`: empty when nothing leaked."""

    kind: str
    subject: str
    caller: str
    problem: str = ""


def leaks_of(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.problem]


def figures(cells: Sequence[Cell]) -> dict[str, object]:
    return {
        "cells": len(cells),
        "leaks": len(leaks_of(cells)),
        "kinds": dict(sorted(Counter(cell.kind for cell in cells).items())),
    }


def table(cells: Sequence[Cell]) -> str:
    """Kinds × callers with the number of cells, as Markdown."""
    counted = Counter((cell.kind, cell.caller) for cell in cells)
    kinds, callers = (list(dict.fromkeys(column)) for column in zip(*counted, strict=True))
    rows = [["", *kinds], *([caller, *(str(counted[kind, caller] or "·") for kind in kinds)] for caller in callers)]
    rows.append(["**all**", *(str(sum(counted[kind, caller] for caller in callers)) for kind in kinds)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(kinds) + 1)]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|-" + "-|-".join("-" * width for width in widths) + "-|"
    return "\n".join([lines[0], rule, *lines[1:]])
