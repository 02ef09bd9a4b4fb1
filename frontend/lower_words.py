"""Words that the floors below give pages, which themselves speak English: here so that languages have them.

Templates write them with the filter `translated`.
"""

from django.utils.translation import gettext_noop as _

FILTERS = (_("Needs a person"), _("Mine"), _("Waiting"), _("With people"), _("With the agent"), _("Closed"), _("All"))
ROLES = (_("Owner"), _("Admin"), _("Developer"), _("Analyst"), _("Billing"))
ROLES_IN_SENTENCES = (_("owner"), _("admin"), _("developer"), _("analyst"), _("billing"))
DELIVERIES = (_("Waiting"), _("Delivered"), _("Failed"), _("Not sent"))
STAGES = (
    _("Waiting"),
    _("Reading the file"),
    _("Splitting into passages"),
    _("Computing meaning"),
    _("Writing to the stores"),
    _("Checking the stores"),
    _("Ready"),
    _("Failed"),
)
STAGES_IN_SENTENCES = (
    _("waiting"),
    _("reading the file"),
    _("splitting into passages"),
    _("computing meaning"),
    _("writing to the stores"),
    _("checking the stores"),
    _("ready"),
    _("failed"),
)
METERS = (
    _("Model input tokens"),
    _("Model input tokens read from cache"),
    _("Model tokens written to cache for five minutes"),
    _("Model tokens written to cache for an hour"),
    _("Model output tokens"),
    _("Model reasoning tokens"),
    _("Model audio tokens heard"),
    _("Model audio tokens spoken"),
    _("Embedding tokens"),
    _("Conversations closed without a person"),
    _("Calls of tools"),
    _("Passages stored for a day"),
    _("Bytes stored for a day"),
    _("Minutes of telephone calls"),
)
