"""What can go wrong between us and a chat model, with stable codes. Messages never carry prompts, answers or keys."""

from rapport.errors import RapportError, Unavailable


class ModelUnavailable(Unavailable):
    """The model's endpoint cannot be reached or answers with a server error."""

    code = "model_unavailable"


class ModelTimedOut(Unavailable):
    """The model took too long: to connect, to begin, or between two pieces of its answer."""

    code = "model_timed_out"
    status = 504


class ModelRateLimited(Unavailable):
    """The model's endpoint wants fewer calls; `retry_after_seconds` is what it asked for, if it did."""

    code = "model_rate_limited"


class ModelInterrupted(Unavailable):
    """The answer broke off before its end."""

    code = "model_interrupted"


class ModelRefusedRequest(RapportError):
    """The endpoint does not accept this call (key, model name, context length); trying again changes nothing."""

    code = "model_refused_request"
    status = 502


class ModelMisconfigured(RapportError):
    """`LLM_URL` does not name a model that we can talk to."""

    code = "model_misconfigured"


class ModelInputTooLong(ModelRefusedRequest):
    """The endpoint says that the input does not fit into the model's window."""

    code = "model_input_too_long"


class NoModelAvailable(Unavailable):
    """Every model that may answer is resting after failures, or none of them can do what is asked."""

    code = "no_model_available"
