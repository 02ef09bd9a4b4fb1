"""What is forgotten every night, in every company."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.cache.looking import find_exact
from agents.models import CachedAnswer
from agents.tasks import prune
from rapport.ids import new_id
from tenants.context import tenant_scope
from tests.cast import Cast


def _keep(tenant_id: UUID, agent_id: UUID, key: str, *, days: int) -> None:
    with tenant_scope(tenant_id):
        CachedAnswer.objects.create(key=key, turn_id=new_id(), agent_id=agent_id, text="Yes.")
        CachedAnswer.objects.filter(key=key).update(created_at=timezone.now() - timedelta(days=days))


def test_old_answers_are_forgotten_and_young_ones_kept(cast: Cast) -> None:
    for company in (cast.acme, cast.other):
        _keep(company.tenant_id, company.agent_id, "old", days=31)
        _keep(company.tenant_id, company.agent_id, "young", days=1)
    prune()
    for company in (cast.acme, cast.other):
        with tenant_scope(company.tenant_id):
            assert list(CachedAnswer.objects.values_list("key", flat=True)) == ["young"]


def test_a_kept_answer_is_its_companys_own(cast: Cast) -> None:
    _keep(cast.acme.tenant_id, cast.acme.agent_id, "k", days=0)
    assert find_exact(tenant_id=cast.acme.tenant_id, key="k") is not None
    assert find_exact(tenant_id=cast.other.tenant_id, key="k") is None
