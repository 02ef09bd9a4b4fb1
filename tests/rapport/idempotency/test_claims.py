"""The same call twice is done once; another content is refused; a call under way is a conflict until its lease ends."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from rapport.errors import Unavailable
from rapport.idempotency.claims import prune_claims, run_once, run_once_leased
from rapport.idempotency.errors import IdempotencyInProgress, IdempotencyKeyReused, InvalidIdempotencyKey
from rapport.idempotency.models import IdempotencyClaim

pytestmark = pytest.mark.django_db

TENANT, OTHER = UUID(int=1), UUID(int=2)


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> dict[str, str]:
        self.done += 1
        return {"number": str(self.done)}


def _once(work: Work, *, key: str = "k", text: str = "a", tenant: UUID = TENANT, operation: str = "post") -> str:
    outcome = run_once(tenant_id=tenant, operation=operation, key=key, request={"text": text}, work=work)
    return outcome.result["number"]


def test_the_same_call_gives_the_same_result() -> None:
    work = Work()
    assert (_once(work), _once(work), work.done) == ("1", "1", 1)


def test_another_content_with_the_key_is_refused() -> None:
    work = Work()
    _once(work)
    with pytest.raises(IdempotencyKeyReused):
        _once(work, text="b")


def test_keys_are_a_tenants_and_an_operations_own() -> None:
    work = Work()
    results = {_once(work), _once(work, tenant=OTHER), _once(work, operation="start"), _once(work, key="l")}
    assert len(results) == 4


def test_without_a_key_nothing_is_remembered() -> None:
    work = Work()
    assert (_once(work, key=""), _once(work, key="")) == ("1", "2")
    assert not IdempotencyClaim.objects.exists()


@pytest.mark.django_db(transaction=True)  # what fails takes back the whole transaction that it is in
def test_a_call_that_failed_may_be_sent_again() -> None:
    def fails() -> dict[str, str]:
        raise Unavailable("Not now.")

    with pytest.raises(Unavailable):
        run_once(tenant_id=TENANT, operation="post", key="k", request={"text": "a"}, work=fails)
    assert _once(Work()) == "1"


@pytest.mark.parametrize("key", ["x" * 256, "a\nb", "a\x00"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(InvalidIdempotencyKey):
        _once(Work(), key=key)


def _leased(work: Work) -> str:
    outcome = run_once_leased(
        tenant_id=TENANT, operation="call", key="k", request={"text": "a"}, work=work, lease_seconds=30
    )
    return outcome.result["number"]


def test_while_a_leased_call_is_under_way_its_key_is_a_conflict() -> None:
    refused: list[IdempotencyInProgress] = []

    class Nested(Work):
        def __call__(self) -> dict[str, str]:
            with pytest.raises(IdempotencyInProgress) as caught:
                _leased(Work())
            refused.append(caught.value)
            return super().__call__()

    assert _leased(Nested()) == "1"
    assert 0 < (refused[0].retry_after_seconds or 0) <= 30
    assert _leased(Work()) == "1"


def test_the_key_of_a_dead_process_is_free_after_its_lease() -> None:
    _leased(Work())
    past = timezone.now() - timedelta(seconds=1)
    IdempotencyClaim.objects.update(result=None, locked_until=past)
    second = Work()
    second.done = 7
    assert _leased(second) == "8"


def test_a_leased_call_that_fails_frees_its_key_at_once() -> None:
    class Fails(Work):
        def __call__(self) -> dict[str, str]:
            raise Unavailable("Not now.")

    with pytest.raises(Unavailable):
        _leased(Fails())
    assert _leased(Work()) == "1"


def test_old_keys_are_forgotten() -> None:
    _once(Work())
    assert prune_claims() == 0
    IdempotencyClaim.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert prune_claims() == 1
