"""A telephone on this machine only, for tests and the demo: SIP and RTP over the loopback interface.

Nothing for a network: no authentication, no encryption, no NAT. Calls from outside come by a carrier.
"""
