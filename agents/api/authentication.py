"""Who calls the API: a member signed in on the dashboard, or a visitor with a session token."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request


class VisitorAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> None:
        return None


class MemberAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> None:
        return None
