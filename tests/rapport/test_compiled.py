"""A query whose SQL is made once gives what the queryset gives, whatever the values."""

from collections.abc import Sequence

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from rapport.compiled import CompiledQuery
from tenants.models import Tenant
from tests.cast import Cast

COLUMNS = ("id", "slug", "created_at", "deletion_due_at")


def by_slug(slugs: Sequence[str]) -> QuerySet[Tenant, tuple[object, ...]]:
    return Tenant.objects.filter(slug__in=slugs).order_by("slug").values_list(*COLUMNS)


def test_rows_are_those_of_the_queryset(cast: Cast) -> None:
    query = CompiledQuery(by_slug)
    slugs = list(Tenant.objects.values_list("slug", flat=True))
    Tenant.objects.filter(slug=slugs[0]).update(deletion_due_at=timezone.now())
    for values in (slugs[:1], slugs[1:2], slugs, ["nobody's"]):
        assert query.rows(values) == list(by_slug(values))


def test_values_are_values(cast: Cast) -> None:
    assert CompiledQuery(by_slug).rows(["' OR 1=1 --"]) == []


def test_a_query_with_values_of_its_own_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="its values alone"):
        CompiledQuery(lambda slugs: by_slug(slugs).filter(name="Acme")).rows(["acme"])
