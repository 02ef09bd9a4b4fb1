"""Where the link in a mail leads by which whoever got it says that they want no more. No account, no session: the link
is signed, and all that it can do is end mails.
"""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from agents.errors import ConversationNotFound
from agents.inbox.addresses import refuse_mail
from agents.inbox.refusing import read_refusal
from tenants.actors import SYSTEM


@never_cache
@csrf_exempt  # mail programs press the button themselves: https://www.rfc-editor.org/rfc/rfc8058
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_mails(request: HttpRequest, token: str) -> HttpResponse:
    """Looking ends nothing: programs that scan mails open every link."""
    try:
        tenant_id, conversation_id = read_refusal(token)
    except ConversationNotFound as error:
        return render(request, "pages/no_mail.html", {"error": error}, status=404)
    if request.method != "POST":
        return render(request, "pages/no_mail.html")
    with suppress(ConversationNotFound):  # it was erased: nothing is written there any more
        refuse_mail(tenant_id=tenant_id, conversation_id=conversation_id, actor=SYSTEM)
    return render(request, "pages/no_mail.html", {"is_done": True})
