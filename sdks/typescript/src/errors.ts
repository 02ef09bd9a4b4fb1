// What can go wrong, as classes. All of them are `RapportError`s.

import type { Document } from "./generated.js";

/** Anything that this package throws by itself. */
export class RapportError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The client was not told what it needs; the message says what. */
export class ConfigurationError extends RapportError {}

/** No answer came, after every try. `cause` is what happened. */
export class APIConnectionError extends RapportError {}

/** No answer came in time, after every try. */
export class APITimeoutError extends APIConnectionError {}

/** The answer is not of the shape that this version knows. */
export class UnexpectedAnswerError extends RapportError {}

/** The request is not from Rapport, or too old, or changed: answer 400 and do nothing. */
export class WebhookVerificationError extends RapportError {}

/** The agent could not answer. `code` is stable, `message` says why. */
export class AnswerFailedError extends RapportError {
  constructor(
    readonly code: string,
    message: string,
    readonly turnId: string,
  ) {
    super(message);
  }
}

/** The document could not be read. `document.error_message` says what to do. */
export class DocumentFailedError extends RapportError {
  constructor(readonly document: Document) {
    super(`${document.error_message} (${document.error_code}, ${document.id})`);
  }
}

export interface Refusal {
  status: number;
  type: string;
  code: string;
  message: string;
  param: string | null;
  requestId: string;
  /** undefined where the server names no time. */
  retryAfterSeconds: number | undefined;
}

/**
 * The server refused. `code` is stable, `message` says what to do, `param` names what is wrong, if it is one thing;
 * `requestId` finds the call in the server's logs.
 */
export class APIStatusError extends RapportError {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly param: string | null;
  readonly requestId: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.status = refusal.status;
    this.type = refusal.type;
    this.code = refusal.code;
    this.param = refusal.param;
    this.requestId = refusal.requestId;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }
}

/** 400, 413, 415, 422: the call's content is wrong. */
export class InvalidRequestError extends APIStatusError {}
/** 401: the key is unknown, over or revoked. */
export class AuthenticationError extends APIStatusError {}
/** 403: the key lacks a scope, which the message names. */
export class PermissionDeniedError extends APIStatusError {}
/** 404: there is no such object, or it is another company's. */
export class NotFoundError extends APIStatusError {}
/** 409: it cannot be done now. */
export class ConflictError extends APIStatusError {}
/** 429, after every try: too many calls. */
export class RateLimitError extends APIStatusError {}
/** 5xx, after every try where another was safe. */
export class ServerError extends APIStatusError {}

const BY_STATUS = new Map<number, typeof APIStatusError>([
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [429, RateLimitError],
]);

/** The error for an answer; a body that is not the API's own (a proxy's page) is fine. */
export function errorOf(status: number, body: string, retryAfterSeconds: number | undefined): APIStatusError {
  const said = saidIn(body);
  const Kind = BY_STATUS.get(status) ?? (status >= 500 ? ServerError : InvalidRequestError);
  return new Kind({
    status,
    type: String(said.type ?? "unknown"),
    code: String(said.code ?? `http_${status}`),
    message: String(said.message ?? "The server gave no reason; a proxy may have answered for it."),
    param: typeof said.param === "string" ? said.param : null,
    requestId: String(said.request_id ?? ""),
    retryAfterSeconds,
  });
}

function saidIn(body: string): Record<string, unknown> {
  try {
    const parsed = JSON.parse(body) as { error?: Record<string, unknown> } | null;
    return parsed?.error ?? {};
  } catch {
    return {};
  }
}
