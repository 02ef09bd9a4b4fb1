"""Kind "route": every address that the resolver knows, with each of its methods, as everybody who must not have it.

What an answer may not do: hold Acme's words, change Acme's rows, or differ between a thing that exists and one that
does not. Which permission a route needs is not written down here: it is what the code asks for when Acme's owner comes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from agents.api import principals
from frontend.page import Visit
from rapport.ids import Prefix, encode, new_id
from tenants.models import Role
from tenants.permissions import SCOPES, Permission, is_granted
from tests.leaks import callers, parameters
from tests.leaks.asking import Answer, ask
from tests.leaks.callers import Caller
from tests.leaks.cells import Cell
from tests.leaks.world import World, has_secret, state_of
from tests.strangers.routes import ACTIONS, ARGUMENTS, CHOICES, Route, all_routes

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Routes that ask members for no permission, and why that is right. A new one fails until it is here.
FOR_ALL_MEMBERS = {
    "api:me": "says who one is",
    "switch_company": "goes to another of one's own companies",
    "welcome": "for who has no company yet",
    "name_company": "makes a company of one's own",
    "join": "an invitation to oneself, bound to one's own address",
    "company_confirm": "confirms oneself with one's own company",
}
KEYS_ONLY = {
    "api:chat-completions": "clients of OpenAI's API know keys and nothing else",
    "api:embeddings": "the same",
    "mcp": "the same, of clients of MCP; which tool needs which scope: tests/agents/live/test_mcp_client.py",
}
BY_ADDRESS = ("leaks:", "sessions:", "login")  # counted by the address that calls, before anybody knows who it is
REFUSED = frozenset({404, 405})


@dataclass
class Gate:
    """A route's method, and what the code asked of Acme's owner there."""

    route: Route
    method: str
    permissions: frozenset[Permission] = frozenset()
    names: frozenset[str] = frozenset()  # of shared rows that Acme's owner's call used

    @property
    def subject(self) -> str:
        return f"{self.method} {self.route.name}"

    @property
    def is_api(self) -> bool:
        return self.route.name.startswith("api:") or self.is_for_keys

    @property
    def is_for_keys(self) -> bool:
        """People are nobody there."""
        return self.route.name in KEYS_ONLY


@dataclass
class RouteMatrix:
    """`is_thorough`: all keys and tokens, and all that can be written into an address or body; else the quick form."""

    world: World
    is_thorough: bool = True
    routes: list[Route] = field(default_factory=all_routes)
    gates: list[Gate] = field(default_factory=list)

    def cells(self) -> Iterator[Cell]:
        self._prepare()
        for route in self.routes:
            self.before = state_of(self.world.acme)
            yield from self._of(route)
            if state_of(self.world.acme) != self.before:
                yield Cell("route", route.name, "all", "Acme's rows are others afterwards")

    def _prepare(self) -> None:
        world = self.world
        self.owner = callers.owner(world)
        self.members = callers.members(world)
        self.strangers, self.over = callers.strangers(world), callers.over(world)
        self.visitor, self.nobody = callers.other_visitor(world), callers.nobody()
        self.keys: dict[frozenset[Permission], Client] = {}
        self.ids, self.nothing = world.acmes.ids, world.nobodys()

    def _of(self, route: Route) -> Iterator[Cell]:
        if route.is_public:
            yield from self._of_public(route)
            return
        for method in methods_of(route):
            gate = Gate(route, method)
            if not self._learn(gate):
                continue
            self.gates.append(gate)
            yield from self._undeclared(gate)
            yield self._shared_names(gate)
            for caller in self.strangers:
                yield self._stranger(gate, caller)
                if self.is_thorough:
                    yield self._stranger_with_parameters(gate, caller)
            yield from self._members(gate)
            if gate.is_api and self.is_thorough:
                yield from self._keys(gate)
            for caller in (*self.over, self.nobody) if self.is_thorough else (self.nobody,):
                yield self._over(gate, caller)
            yield self._visitor(gate)

    # Who must not get in

    def _stranger(self, gate: Gate, caller: Caller) -> Cell:
        if not caller.is_person and not gate.is_api:
            return self._over(gate, caller)
        there, nowhere = self._pair(gate, caller.client)
        allowed = (
            REFUSED | {400, 422} if gate.route.arguments else {200, 201, 202, 204, 302, 303, 400, 404, 405, 409, 422}
        )
        allowed |= {401, 403} if gate.is_for_keys else set()
        problem = _problem(there, nowhere, allowed)
        if not problem and gate.method == "GET" and gate.route.arguments and there.status not in REFUSED:
            problem = f"answers {there.status} for another company's object"
        return Cell("route", gate.subject, caller.name, problem)

    def _shared_names(self, gate: Gate) -> Cell:
        """Rate limits and caches are one table for all: what two tenants call the same is shared by them."""
        charlie = self.strangers[0].client
        theirs = ask(charlie, gate.method, url_of(gate.route, self.ids), is_api=gate.is_api, reads=False).names
        both = sorted(each for each in gate.names & theirs if not each.startswith(BY_ADDRESS))
        problem = f"shared by all tenants: {', '.join(both)}" if both else ""
        return Cell("shared name", gate.subject, "stranger's owner", problem)

    def _stranger_with_parameters(self, gate: Gate, caller: Caller) -> Cell:
        """Acme's ids wherever one can write any, in the address and in the body."""
        problems = []
        for tenant in (str(self.world.acme), self.ids_of_tenant()):
            there, nowhere = self._parameter_pair(gate, caller.client, tenant)
            if not caller.is_person and not gate.is_api and there.is_sent_to_sign_in:
                continue
            problems.append(_problem(there, nowhere, None))
        return Cell("parameter", gate.subject, caller.name, next(filter(None, problems), ""))

    def _parameter_pair(self, gate: Gate, client: Client, tenant: str) -> tuple[Answer, Answer]:
        nobodys = str(new_id()) if tenant == str(self.world.acme) else encode(Prefix.TENANT, new_id())

        def answers() -> tuple[Answer, Answer]:
            there = self._with_parameters(gate, client, self.ids, tenant)
            return there, self._with_parameters(gate, client, self.nothing, nobodys)

        found = answers()
        return found if found[0].work == found[1].work else answers()

    def ids_of_tenant(self) -> str:
        return encode(Prefix.TENANT, self.world.acme)

    def _with_parameters(self, gate: Gate, client: Client, ids: Mapping[str, str], tenant: str) -> Answer:
        sent = parameters.values(ids, gate.route, tenant=tenant)
        described = parameters.body(gate.route, gate.method, ids)
        data = {**sent, **described} if isinstance(described, dict) else described or sent
        url = f"{url_of(gate.route, self.nothing)}?{urlencode(sent)}"
        return ask(client, gate.method, url, data=data, is_api=gate.is_api)

    def _members(self, gate: Gate) -> Iterator[Cell]:
        for role, client in self.members.items():
            if not self.is_thorough and role != Role.BILLING:
                continue
            if all(is_granted(role, each) for each in gate.permissions):
                continue
            yield Cell("route", gate.subject, f"member: {role}", self._forbidden(gate, client))

    def _keys(self, gate: Gate) -> Iterator[Cell]:
        if not gate.permissions:
            return
        without = frozenset(SCOPES) - gate.permissions
        yield Cell("route", gate.subject, "wrong scope", self._forbidden(gate, self._key(without)))
        if gate.permissions <= set(SCOPES):
            there, _ = self._pair(gate, self._key(gate.permissions))
            is_refused = there.status == 401 or (there.status == 403 and "scope" in there.body)
            problem = f"the right scope is refused with {there.status}" if is_refused else ""
            yield Cell("route", gate.subject, "right scope (gets in)", problem)

    def _key(self, scopes: frozenset[Permission]) -> Client:
        if scopes not in self.keys:
            self.keys[scopes] = callers.key_with(self.world, scopes)
            self.before = state_of(self.world.acme)
        return self.keys[scopes]

    def _forbidden(self, gate: Gate, client: Client) -> str:
        there, nowhere = self._pair(gate, client)
        return _problem(there, nowhere, {403})

    def _over(self, gate: Gate, caller: Caller) -> Cell:
        """Who is nobody: 401 on the API; on pages sent to sign in, as everybody is there without a session."""
        there, nowhere = self._pair(gate, caller.client)
        allowed = {401} if gate.is_api else {302, 403, 404, 405}
        problem = _problem(there, nowhere, allowed)
        if not problem and there.status == 302 and not there.is_sent_to_sign_in:
            problem = f"sent to {there.location}"
        return Cell("route", gate.subject, caller.name, problem)

    def _visitor(self, gate: Gate) -> Cell:
        if not gate.is_api:
            return self._over(gate, self.visitor)
        there, nowhere = self._pair(gate, self.visitor.client)
        allowed = {403, 404} if gate.route.arguments else {200, 201, 400, 403}
        allowed |= {401} if gate.is_for_keys else set()
        return Cell("route", gate.subject, self.visitor.name, _problem(there, nowhere, allowed))

    def _of_public(self, route: Route) -> Iterator[Cell]:
        url = public_url(route)
        for caller in (*self.strangers, self.nobody):
            if url:
                answers = [ask(caller.client, method, url, is_api=False) for method in ("GET", "POST")]
                problem = "holds Acme's words" if any(has_secret(each.body) for each in answers) else ""
                yield Cell("public route", route.name, caller.name, problem)

    # What the code asks for

    def _undeclared(self, gate: Gate) -> Iterator[Cell]:
        if not gate.permissions and not gate.is_for_keys and gate.route.name not in FOR_ALL_MEMBERS:
            yield Cell(
                "route", gate.subject, "member: any", "asks members for no permission; say why in FOR_ALL_MEMBERS"
            )

    def _learn(self, gate: Gate) -> bool:
        """Which permissions the code asks of Acme's owner; False when the view does not answer the method."""
        with asked_permissions() as asked:
            answer = ask(self.owner, gate.method, url_of(gate.route, self.ids), is_api=gate.is_api, reads=False)
        gate.permissions, gate.names = frozenset(asked), answer.names
        return answer.status != 405

    def _pair(self, gate: Gate, client: Client) -> tuple[Answer, Answer]:
        def answers() -> tuple[Answer, Answer]:
            urls = [url_of(gate.route, ids) for ids in (self.ids, self.nothing)]
            there, nowhere = (ask(client, gate.method, url, is_api=gate.is_api) for url in urls)
            return there, nowhere

        found = answers()
        # What is noted once a minute is work, too, but not for what exists: a real difference comes again.
        return found if found[0].work == found[1].work else answers()


def _problem(there: Answer, nowhere: Answer, allowed: set[int] | frozenset[int] | None) -> str:
    if has_secret(there.body) or has_secret(there.location):
        return "holds Acme's words"
    if there.status >= 500:
        return f"answers {there.status}"
    if allowed is not None and there.status not in allowed:
        return f"answers {there.status}"
    if difference := there.tells_apart(nowhere):
        return f"tells what exists: {difference}"
    return ""


def url_of(route: Route, ids: Mapping[str, str]) -> str:
    """Raises KeyError for an argument that tests/strangers/routes.py does not declare."""
    choices = {**CHOICES, **({"action": ACTIONS[route.name]} if route.name in ACTIONS else {})}
    return reverse(route.name, kwargs={name: choices.get(name) or ids[ARGUMENTS[name]] for name in route.arguments})


def public_url(route: Route) -> str:
    for value in ("x", 1):
        try:
            return reverse(route.name, kwargs=dict.fromkeys(route.arguments, value))
        except NoReverseMatch:
            continue
    return ""


def methods_of(route: Route) -> list[str]:
    """Those that the view has. A function may answer any: pages are asked with GET and POST."""
    view: Any = getattr(route.view, "cls", getattr(route.view, "view_class", None))
    if view is None:
        return ["GET", "POST"]
    return [method for method in METHODS if hasattr(view, method.lower())]


@contextmanager
def asked_permissions() -> Iterator[list[Permission]]:
    """What the code asks of a member meanwhile."""
    asked: list[Permission] = []
    require, granted = Visit.require, is_granted

    def note_require(visit: Visit, permission: Permission) -> None:
        asked.append(permission)
        require(visit, permission)

    def note_granted(role: str, permission: Permission) -> bool:
        asked.append(permission)
        return granted(role, permission)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Visit, "require", note_require)
        patch.setattr(principals, "is_granted", note_granted)
        yield asked
