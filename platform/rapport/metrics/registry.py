"""Every figure that a process measures by itself. What the database knows is read when it is asked for (`pulls.py`)."""

from prometheus_client import Counter, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

HTTP_SECONDS = Histogram(
    "rapport_http_request_seconds",
    "From a request's arrival to the beginning of its answer; a stream goes on after that.",
    ["method", "route", "status"],
    buckets=SECONDS,
)
TASK_SECONDS = Histogram(
    "rapport_task_seconds",
    "One run of a task: a handler with the events that it takes together, or a periodic task.",
    ["queue", "task"],
    buckets=SECONDS,
)
EVENT_SECONDS = Histogram(
    "rapport_event_seconds",
    "From an event's arrival in the inbox to the end of its handling, waiting and retries included.",
    ["queue"],
    buckets=SECONDS,
)
EVENT_FAILURES = Counter(
    "rapport_event_failures",
    "Attempts that failed: to be retried, or dead.",
    ["subscription", "outcome"],
)
STORE_SECONDS = Histogram(
    "rapport_store_seconds",
    "One call of the vector store, the graph store or the embedder.",
    ["store", "call", "outcome"],
    buckets=SECONDS,
)
STRIPE_METER_FAILURES = Counter(
    "rapport_stripe_meter_failures",
    "Usage that Stripe refused, counts otherwise, or reported to be wrong.",
    ["why"],
)
