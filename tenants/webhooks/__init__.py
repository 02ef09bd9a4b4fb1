"""Webhooks out: what happens in a company, told to its own systems. Signed as https://www.standardwebhooks.com says.

An audit row becomes deliveries in the write's own transaction (`announcing`), one for each endpoint that asked for it;
the worker sends those of an endpoint one after the other (`delivering`), through the event machinery.
"""
