"""Of whom this app's rows and stores are."""

from tenants.privacy.holdings import OfContact, OfTenant, by_field, by_links, declare, declare_links

declare_links("conversations", "agents.Conversation", "contact_id")
declare_links("messages", "agents.Message", "conversation__contact_id")
declare_links("turns", "agents.Turn", "conversation__contact_id")
declare_links("episodes", "agents.Episode", "contact_id")
declare_links("facts", "agents.Fact", "contact_id")

declare("agents.Agent", OfTenant("how the company's agents are set up"))
declare("agents.Conversation", OfContact(by_field("contact_id")))
declare("agents.Message", OfContact(by_field("conversation__contact_id")))
declare("agents.Turn", OfContact(by_field("conversation__contact_id")))
declare("agents.Episode", OfContact(by_field("contact_id")))
declare("agents.Fact", OfContact(by_field("contact_id")))
declare("agents.FactSource", OfContact(by_field("fact__contact_id")))
declare("agents.Trace", OfContact(by_field("contact_id")))
declare("agents.Span", OfContact(by_field("trace__contact_id")))
declare("agents.CachedAnswer", OfContact(by_links("turn_id", "turns")))  # its words may be the contact's
