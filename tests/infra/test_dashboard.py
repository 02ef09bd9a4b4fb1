"""The Grafana dashboard asks only for what is exported, by labels that it has."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics import MetricWrapperBase

from rapport.metrics import registry
from rapport.metrics.pulls import Pulls

DASHBOARD = Path(__file__).resolve().parents[2] / "infra" / "dashboards" / "rapport.json"
# What is no label in an expression: functions' words, and `le`, which every histogram has.
WORDS = {"le"}


def _expressions() -> list[str]:
    dashboard: dict[str, Any] = json.loads(DASHBOARD.read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def _labels() -> dict[str, set[str]]:
    """Sample name → labels of everything that is exported."""
    found: dict[str, set[str]] = {}
    for metric in vars(registry).values():
        if isinstance(metric, MetricWrapperBase):
            for each in metric.describe():
                for suffix in ("", "_bucket", "_count", "_sum", "_total"):
                    found[each.name + suffix] = set(metric._labelnames)
    for family in Pulls().collect():
        found[family.name] = {label for sample in family.samples for label in sample.labels}
    return found


@pytest.mark.django_db
def test_every_figure_that_it_shows_is_exported() -> None:
    known = _labels()
    for expression in _expressions():
        names = re.findall(r"rapport_\w+", expression)
        assert names, expression
        for name in names:
            assert name in known, f"{name} is not exported: {expression}"


@pytest.mark.django_db
def test_it_groups_by_labels_that_the_figures_have() -> None:
    known = _labels()
    for expression in _expressions():
        (name,) = re.findall(r"rapport_\w+", expression)
        grouped = {label.strip() for group in re.findall(r"by \(([^)]*)\)", expression) for label in group.split(",")}
        assert grouped - WORDS <= known[name] | ({"group", "topic", "partition"} if "lag" in name else set())


@pytest.mark.django_db
def test_every_figure_of_ours_is_on_it() -> None:
    shown = " ".join(_expressions())
    ours = {
        next(iter(metric.describe())).name
        for metric in vars(registry).values()
        if isinstance(metric, MetricWrapperBase)
    }
    ours |= {family.name for family in Pulls().collect()}
    assert [name for name in sorted(ours) if name not in shown] == []
