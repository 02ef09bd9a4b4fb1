"""Circuit breakers that all processes share: what fails again and again is left alone for a while, then tried once.

https://martinfowler.com/bliki/CircuitBreaker.html. Named by whoever uses them; nothing here knows what is behind one.
"""
