"""What Stripe did not take of the meters' events: it is told afterwards, by an event."""


def note_meter_error(event_id: str) -> str:
    """Until meters are fed, nothing can have gone wrong with them."""
    return "not ours"
