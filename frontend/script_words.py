"""What the dashboard's scripts say, see `islands/translated.ts`: here so that languages have it."""

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Asking for the microphone…"),
    _("Belongs there: message {numbers}."),
    _("Cancel"),
    _("Checking against the sources…"),
    _("Connecting…"),
    _("Connection lost, trying again…"),
    _("Copied"),
    _("Day"),
    _("Live again"),
    _("Looking through your knowledge…"),
    _("No message belongs there."),
    _("Nothing came for a while. The answer is kept: reload the conversation to see it."),
    _("Nothing was chosen, or it took too long. Try once more."),
    _("Remembering…"),
    _("Select and copy"),
    _("Source {number}"),
    _("That did not work. Reload the page and try once more."),
    _("The call could not be answered, or the connection was lost."),
    _("The call is over."),
    _("The connection to the answer was lost. Ask again."),
    _("The message did not arrive. Try again."),
    _("There is no microphone, or this browser may not use it. Allow it beside the address, and call again."),
    _("Thinking…"),
    _("This browser can play no sound here. Connect a loudspeaker or headphones, and call again."),
    _("This browser has no passkeys. Use another way to sign in."),
    _("This device has a passkey for your account already."),
    _("Why this answer?"),
    _("Write a whole address, with https://."),
    _("Writing…"),
    _("Yes, do it"),
    _("You are signed out. Reload the page to go on."),
    _("did not arrive. Check the connection and send it again."),
    _("first word {ms} ms"),
    _("received"),
    _("sending"),
    _("waiting"),
    _("was here already, unchanged"),
    _("whole answer {ms} ms"),
)


def translated_sentences() -> dict[str, str]:
    """English → the page's language; nothing on an English page."""
    if (get_language() or "en").startswith("en"):
        return {}
    return {each: gettext(each) for each in SENTENCES}
