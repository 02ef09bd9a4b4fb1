"""A filter that took the short way is the one Django would have made; what is more than a column's goes its way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from agents.models import Conversation, Message, Turn, TurnState
from rapport.events.models import InboxEvent, KeyLease
from rapport.ids import new_id
from rapport.sql.filtering import PlainQuerySet
from tenants.context import tenant_scope
from tests.cast import Cast

NOW, ONE, TWO = timezone.now(), new_id(), new_id()

SHORT: list[tuple[Any, dict[str, Any]]] = [
    (Turn, {"id": ONE}),
    (Turn, {"pk": ONE}),
    (Turn, {"id": str(ONE)}),
    (Turn, {"conversation_id": ONE, "state": TurnState.DONE}),
    (Turn, {"conversation": ONE}),
    (Turn, {"answer_id": None}),
    (Turn, {"answer__isnull": False, "outcome": ""}),
    (Turn, {"id__in": [ONE, TWO]}),
    (Turn, {"conversation_id__in": (TWO, ONE), "state__in": {TurnState.DONE}}),
    (Turn, {"created_at__gt": NOW - timedelta(days=1), "created_at__lte": NOW}),
    (Message, {"sequence__gte": 1, "sequence__lt": 3.5}),
    (Conversation, {"is_remembered": True}),
    (KeyLease, {"queue": "live", "ready_at__lte": NOW}),
    (InboxEvent, {"state": "pending", "tenant_id": ONE}),
]
LONG: list[tuple[Any, dict[str, Any]]] = [
    (Turn, {"conversation__channel": "chat"}),
    (Turn, {"started_at__gt": F("created_at")}),
    (Turn, {"conversation__in": Conversation.objects.none}),
    (Turn, {"created_at__date": NOW.date()}),
    (Turn, {"asked__page": "x"}),
    (Turn, {"state__startswith": "d"}),
    (Turn, {"id__in": [ONE, None]}),
    (Message, {"sequence__in": range(3)}),
]


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with tenant_scope(cast.acme.tenant_id):
        yield


def sql_of(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    sql, values = rows.query.get_compiler(connection=connection).as_sql()
    return sql, tuple(values)


def is_short(rows: Any, said: dict[str, Any]) -> bool:
    return bool(rows.all()._filter_plainly(said))


@pytest.mark.parametrize(("model", "said"), SHORT)
def test_short(model: Any, said: dict[str, Any]) -> None:
    assert is_short(model.objects, said)
    rows = model.objects.filter(**said)
    assert isinstance(rows, PlainQuerySet)
    assert sql_of(rows) == sql_of(model.objects.filter(Q(**said)))
    assert sql_of(rows.order_by("id")[:2]) == sql_of(model.objects.filter(Q(**said)).order_by("id")[:2])


@pytest.mark.parametrize(("model", "said"), LONG)
def test_long(model: Any, said: dict[str, Any]) -> None:
    said = {name: value() if callable(value) else value for name, value in said.items()}
    assert not is_short(model.objects, said)


@pytest.mark.parametrize(("model", "said"), SHORT)
def test_the_contrary_is_short_where_nothing_may_be_absent(model: Any, said: dict[str, Any]) -> None:
    fields = [model._meta.pk if name == "pk" else model._meta.get_field(name.partition("__")[0]) for name in said]
    is_certain = all(
        not field.null or value is None or "isnull" in name
        for field, (name, value) in zip(fields, said.items(), strict=True)
    )
    assert model.objects.all()._filter_plainly(said, negate=True) == is_certain
    assert sql_of(model.objects.exclude(**said)) == sql_of(model.objects.exclude(Q(**said)))


def test_before_and_after_joins() -> None:
    short = Turn.objects.filter(conversation_id=ONE).filter(conversation__channel="chat").filter(outcome="answered")
    long = (
        Turn.objects.filter(Q(conversation_id=ONE)).filter(conversation__channel="chat").filter(Q(outcome="answered"))
    )
    assert sql_of(short) == sql_of(long)
    short, long = (rows.select_related("conversation", "question") for rows in (short, long))
    assert sql_of(short) == sql_of(long)


def test_after_an_annotation_or_a_choice_of_two_it_is_django_s() -> None:
    counted = Turn.objects.annotate(state_again=F("state"))
    assert not is_short(counted, {"state_again": "done"})
    either = Turn.objects.filter(id=ONE) | Turn.objects.filter(id=TWO)
    assert sql_of(either.filter(state="done")) == sql_of(either.filter(Q(state="done")))


def test_nothing_said_is_no_filter() -> None:
    assert sql_of(Turn.objects.filter()) == sql_of(Turn.objects.exclude()) == sql_of(Turn.objects.all())


def test_what_is_no_value_of_the_column_is_refused_as_ever() -> None:
    with pytest.raises(ValidationError):
        Turn.objects.filter(id="no uuid")
    with pytest.raises(ValueError, match="sequence"):
        Message.objects.filter(sequence="three")
    with pytest.raises(TypeError, match="slice"):
        Turn.objects.all()[:3].filter(id=ONE)


def test_rows_of_a_relation_are_filtered_too() -> None:
    conversation = Conversation(id=ONE)
    assert sql_of(conversation.messages.filter(sequence=1)) == sql_of(conversation.messages.filter(Q(sequence=1)))
