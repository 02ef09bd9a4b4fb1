"""The matrix would see a leak: each test plants one, of the kinds that other products had, and finds it reported."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.http.response import HttpResponseBase, JsonResponse
from django.test import override_settings
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.principals import staff_of
from agents.models import Agent
from frontend.page import Visit, page
from ingestion.models import Document
from ingestion.vectors.embedded import EmbeddedVectorStore
from rapport import urls
from rapport.events import topics
from rapport.events.envelope import Event
from rapport.events.topics import subscribe
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tenants.permissions import Permission
from tests.leaks import ports, process_caches, work
from tests.leaks.cells import Cell, leaks_of
from tests.leaks.routes import RouteMatrix
from tests.leaks.world import World, make_world
from tests.strangers.routes import Route

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def leaks_at(world: World, view: Any, *, name: str = "planted", address: str = "planted/") -> list[Cell]:
    """What the matrix reports of a page that is planted among the others."""
    pattern = path(address, view, name=name)
    addresses = ModuleType("planted_urls")
    addresses.urlpatterns = [pattern, *urls.urlpatterns]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=addresses):
        route = Route(name, tuple(pattern.pattern.regex.groupindex), view)
        return leaks_of(RouteMatrix(world, routes=[route]).cells())


def test_a_route_that_takes_its_tenant_from_the_query(world: World) -> None:
    @page(Permission.AGENTS_READ)
    def show(visit: Visit) -> HttpResponseBase:
        with tenant_scope(UUID(visit.request.GET.get("tenant_id") or str(visit.tenant_id))):
            return JsonResponse({"drafts": list(Agent.objects.values_list("draft", flat=True))})

    assert "holds Acme's words" in {each.problem for each in leaks_at(world, show)}


def test_a_route_that_finds_objects_of_all_tenants(world: World) -> None:
    @page(Permission.KNOWLEDGE_READ)
    def show(visit: Visit, document: str) -> HttpResponseBase:
        with tenant_scope(world.acme):
            found = Document.objects.filter(id=world.id_of("doc")).first()
        is_it = found is not None and document == encode(Prefix.DOCUMENT, found.id)
        return JsonResponse({"state": "ready"}, status=200 if is_it else 404)

    problems = [each.problem for each in leaks_at(world, show, address="planted/<str:document>/")]
    assert "answers 200" in problems


def test_a_route_that_only_tells_that_it_exists_by_its_work(world: World) -> None:
    """Same status, same words: but one more question to the database."""

    @page(Permission.KNOWLEDGE_READ)
    def show(visit: Visit, document: str) -> HttpResponseBase:
        if document == world.acmes.ids["doc"]:
            with tenant_scope(visit.tenant_id):
                Document.objects.count()
        return JsonResponse({"error": "no such document"}, status=404)

    problems = " ".join(each.problem for each in leaks_at(world, show, address="planted/<str:document>/"))
    assert "other work in the database" in problems


def test_a_route_that_asks_for_no_permission(world: World) -> None:
    class Show(APIView):
        def get(self, request: Request) -> Response:
            return Response({})

    assert any("asks members for no permission" in each.problem for each in leaks_at(world, Show.as_view()))


def test_a_route_that_writes_for_strangers(world: World) -> None:
    class Show(APIView):
        def get(self, request: Request) -> Response:
            staff_of(request, Permission.AGENTS_READ)
            return Response({})

        def post(self, request: Request) -> Response:
            staff_of(request, Permission.AGENTS_READ)
            with tenant_scope(UUID(dict(request.data)["tenant_id"])):
                Agent.objects.update(name="mine")
            return Response({"found": True})

    problems = [each.problem for each in leaks_at(world, Show.as_view())]
    assert any(problems)


def test_a_cache_key_without_its_tenant(world: World) -> None:
    @page(Permission.AGENTS_READ)
    def show(visit: Visit) -> HttpResponseBase:
        return JsonResponse({"number": cache.get_or_set("planted-count", 1)})

    assert any("planted-count" in each.problem for each in leaks_at(world, show))


def test_a_function_that_remembers_for_everybody(tmp_path: Path) -> None:
    file = tmp_path / "planted.py"
    file.write_text("@lru_cache\ndef find_client(email: str) -> str: ...\n\n_clients: dict[str, str] = {}\n")
    assert dict(process_caches.found_in(file)).keys() == {"find_client", "_clients"}
    assert all(problem for _, problem in process_caches.found_in(file))


@pytest.fixture
def planted_handler() -> Iterator[None]:
    @subscribe("planted", topic="agents.turns", types={"rapport.planted.thing.done.v1"})
    def handle(event: Event) -> None:
        with tenant_scope(UUID(event.data["tenant_id"])):
            Agent.objects.update(name="mine")

    yield
    del topics._subscriptions["planted"]


def test_a_handler_that_believes_the_payloads_tenant(world: World, planted_handler: None) -> None:
    found = [each for each in leaks_of(work.handlers(world)) if each.subject.startswith("planted")]
    assert [each.problem for each in found] == ["Acme's rows are others afterwards"]


class ForgetfulStore(EmbeddedVectorStore):
    """Searches one tenant's passages, whoever asks."""

    first: UUID | None = None

    def upsert(self, tenant_id: UUID, *args: Any, **kwargs: Any) -> None:
        self.first = self.first or tenant_id
        super().upsert(tenant_id, *args, **kwargs)

    def search_words(self, tenant_id: UUID, *args: Any, **kwargs: Any) -> Any:
        return super().search_words(self.first or tenant_id, *args, **kwargs)


def test_a_store_that_forgets_the_tenant_in_a_query(tmp_path: Path) -> None:
    store = ForgetfulStore(tmp_path / "vectors.sqlite3")
    assert {each.subject for each in leaks_of(ports.cells(ports.vectors(store)))} == {"search_words"}


def test_a_method_of_a_port_that_names_no_tenant() -> None:
    class Port:
        def find_all(self) -> list[str]: ...  # type: ignore[empty-body]

    with pytest.raises(AssertionError, match="find_all"):
        ports.methods(Port)
