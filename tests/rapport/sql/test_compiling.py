"""A query whose SQL was made for another one of its shape has the SQL and the values that Django would give it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from agents.models import Conversation, Message, Turn
from rapport.events.models import KeyLease
from rapport.ids import new_id
from rapport.sql import compiling
from rapport.sql.compiling import ShapedCompiler
from rapport.sql.shapes import shape_of
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.scoped import TenantModel
from tests.cast import Cast

Query = QuerySet[Any, Any]
NOW = timezone.now()

PLAIN: dict[str, Callable[[], Query]] = {
    "one": lambda: Turn.objects.filter(id=new_id()),
    "by a relation": lambda: Message.objects.filter(conversation__agent_id=new_id()),
    "joined": lambda: Turn.objects.select_related("conversation", "question").filter(id=new_id()),
    "in": lambda: Turn.objects.filter(id__in=[new_id(), new_id()]),
    "in, longer": lambda: Turn.objects.filter(id__in=[new_id(), new_id(), new_id()]),
    "in, the same twice": lambda: Turn.objects.filter(outcome__in=["answered", "answered"]),
    "in, with None": lambda: Turn.objects.filter(outcome__in=["answered", None]),
    "none": lambda: Turn.objects.filter(answer__isnull=True),
    "not none": lambda: Turn.objects.filter(answer__isnull=False),
    "true": lambda: Conversation.objects.filter(is_remembered=True),
    "false": lambda: Conversation.objects.filter(is_remembered=False),
    "excluded": lambda: Turn.objects.exclude(outcome="waiting", question_id=new_id()),
    "either": lambda: KeyLease.objects.filter(Q(leased_until=None) | Q(leased_until__lte=NOW), queue="live"),
    "not": lambda: KeyLease.objects.filter(~Q(owner="")),
    "between": lambda: Turn.objects.filter(created_at__gt=NOW - timedelta(days=1), created_at__lte=NOW),
    "numbers": lambda: Message.objects.filter(sequence__gte=1, sequence__lt=4),
    "ordered": lambda: Turn.objects.order_by("-created_at", "id"),
    "reversed": lambda: Turn.objects.order_by("created_at").reverse(),
    "first three": lambda: Turn.objects.order_by("id")[:3],
    "the next three": lambda: Turn.objects.order_by("id")[3:6],
    "columns": lambda: Turn.objects.values_list("id", "state"),
    "other columns": lambda: Turn.objects.values_list("state", "id"),
    "named columns": lambda: Turn.objects.values("question__text"),
    "some": lambda: Turn.objects.only("id", "state"),
    "all but some": lambda: Turn.objects.defer("asked"),
    "distinct": lambda: Turn.objects.order_by().values_list("state").distinct(),
    "both": lambda: KeyLease.objects.filter(queue="live").union(KeyLease.objects.filter(queue="bulk", owner="me")),
    "both, columns": lambda: (
        KeyLease.objects.filter(queue="live").values_list("id").union(KeyLease.objects.values_list("token"), all=True)
    ),
    "both, ordered": lambda: KeyLease.objects.filter(id=1).union(KeyLease.objects.filter(id=2)).order_by("key")[:2],
    "of no tenant": lambda: Tenant.objects.filter(slug="acme"),
}
OTHERS: dict[str, Callable[[], Query]] = {
    "another column": lambda: Turn.objects.filter(started_at__gt=F("created_at")),
    "a subquery": lambda: Turn.objects.filter(conversation__in=Conversation.objects.filter(channel="chat")),
    "there is one": lambda: Turn.objects.filter(Exists(Message.objects.filter(turn_id=OuterRef("id")))),
    "counted": lambda: Turn.objects.values("state").annotate(count=Count("id")),
    "like": lambda: Tenant.objects.filter(slug__contains="a%"),
    "by an expression": lambda: Turn.objects.order_by(F("started_at").desc(nulls_last=True)),
    "both, one of them counted": lambda: (
        Turn.objects.order_by().values_list("state").union(Turn.objects.values_list("state").annotate(n=Count("id")))
    ),
    "too large": lambda: Message.objects.filter(sequence__lt=10**40),
    "in nothing, or": lambda: Turn.objects.filter(Q(id__in=[]) | Q(outcome="answered")),
    "all related": lambda: Turn.objects.all().select_related(),
}


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    compiling._made.clear()
    with tenant_scope(cast.acme.tenant_id):
        yield
    compiling._made.clear()


def compiled(rows: Query) -> tuple[str, tuple[Any, ...]]:
    sql, values = rows.query.get_compiler(connection=connection).as_sql()
    return sql, tuple(values)


def by_django(rows: Query) -> tuple[str, tuple[Any, ...]]:
    """The engine's compiler without ours before it."""
    compiler = rows.query.clone().get_compiler(connection=connection)
    sql, values = super(ShapedCompiler, compiler).as_sql()
    return sql, tuple(values)


@pytest.mark.parametrize("name", PLAIN)
def test_the_second_of_a_shape_is_as_django_would_have_it(name: str) -> None:
    make = PLAIN[name]
    for other in PLAIN.values():  # whatever else is known
        compiled(other())
    known = len(compiling._made)
    rows = make()
    wanted = by_django(rows)
    assert compiled(rows) == wanted
    assert len(compiling._made) == known


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_plain_is_compiled_each_time(name: str) -> None:
    rows = OTHERS[name]()
    assert shape_of(rows.query.get_compiler(connection=connection)) is None
    assert compiled(rows) == compiled(rows) == by_django(rows)
    assert not [key for key, made in compiling._made.items() if made is not None]


def test_rows_have_python_s_values(cast: Cast) -> None:
    """UUIDs and times, whether the SQL was made now or before."""
    slugs = list(Tenant.objects.order_by("id").values_list("slug", flat=True))
    assert len(slugs) > 1
    found = [Tenant.objects.get(slug=slug) for slug in slugs]
    assert [each.slug for each in found] == slugs
    assert all(type(each.id) is type(new_id()) and each.created_at.tzinfo for each in found)


def test_exists_is_of_a_shape() -> None:
    assert not Turn.objects.filter(id=new_id()).exists()
    known = dict(compiling._made)
    assert not Turn.objects.filter(id=new_id()).exists()
    assert compiling._made == known
    assert Tenant.objects.filter(slug__in=["acme"]).exists() == bool(Tenant.objects.filter(slug__in=["acme"]))


def test_rows_are_locked_in_a_transaction_alone() -> None:
    """Where the database locks rows, a shape that is known does not let one through that Django refuses."""
    rows = KeyLease.objects.select_for_update().filter(id=1)
    with transaction.atomic():
        wanted = by_django(rows)
        assert compiled(rows) == compiled(rows) == wanted


def test_a_shape_holds_no_value() -> None:
    compiled(Turn.objects.filter(outcome="told-to-nobody"))
    assert "told-to-nobody" not in repr(list(compiling._made.items()))


def test_when_too_many_are_known_they_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "MOST", 3)
    for length in range(1, 9):
        rows = Turn.objects.filter(id__in=[new_id() for _ in range(length)])
        assert compiled(rows) == by_django(rows)
        assert len(compiling._made) <= 3


def test_the_scope_is_the_filter_by_its_tenant(cast: Cast) -> None:
    models = [each for each in apps.get_models() if issubclass(each, TenantModel)]
    assert len(models) > 50
    for model in models:
        by_manager: Any = model._default_manager.all()
        assert hasattr(by_manager, "query")
        wanted: Query = QuerySet(model).filter(tenant_id=cast.acme.tenant_id)
        assert by_django(by_manager) == by_django(wanted), model


def test_each_scope_has_its_own_tenant(cast: Cast) -> None:
    found = []
    for tenant_id in (cast.acme.tenant_id, cast.other.tenant_id, cast.acme.tenant_id):
        with tenant_scope(tenant_id):
            found.append(compiled(Turn.objects.filter(state="queued")))
    assert found[0] == found[2]
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]


def test_values_become_pythons_by_the_connections_own_ways(cast: Cast) -> None:
    """What a thread's connection knows does not outlive it in another's."""
    with tenant_scope(cast.acme.tenant_id):
        for each in (connection.copy(), connection.copy()):
            made = Turn.objects.filter(id=new_id()).query.get_compiler(connection=each)
            made.as_sql()
            ways = made.get_converters([column for column, _, _ in made.select[: made.col_count]])
            owners = [way.__self__ for converters, _ in ways.values() for way in converters if hasattr(way, "__self__")]
            assert {each.ops} >= {owner for owner in owners if hasattr(owner, "connection")}
            assert owners or connection.vendor == "postgresql"
