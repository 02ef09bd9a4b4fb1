"""Where whoever finds one of our secret keys in the open reports it: the key is revoked, and its company is told.

The body is that of GitHub's secret scanning. Nobody signs in: who has the key could do worse with it than end it.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.api.limits import LEAKS, spend_by_address
from agents.api.schema import errors
from agents.api.serializers.keys import LeakedKeyRequest, LeakedKeyResult
from tenants.leaks import report_leaked_key


class LeakedKeys(APIView):
    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="report_leaked_keys",
        request=LeakedKeyRequest(many=True),
        responses={200: LeakedKeyResult(many=True), **errors(400, 429)},
        auth=[],
        tags=["keys"],
    )
    def post(self, request: Request) -> Response:
        """Report secret keys that were found in the open. Ours are revoked at once and their company is told."""
        spend_by_address(request, LEAKS)
        body = LeakedKeyRequest(data=request.data, many=True, max_length=100)  # type: ignore[call-arg]
        body.is_valid(raise_exception=True)
        return Response([_end(each["token"], each["url"]) for each in body.validated_data])


def _end(token: str, where: str) -> dict[str, str]:
    was_ours = report_leaked_key(token, where=where)
    return {"token": token, "label": "true_positive" if was_ours else "false_positive"}
