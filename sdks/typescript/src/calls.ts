// One call of the API as data, and what becomes of it on the wire. Nothing here talks to anyone.

/** What a caller may say of any call. */
export interface CallOptions {
  /** Of a call that makes something; the client makes one where none is given. */
  idempotencyKey?: string;
  /** Ends the call, and its further tries. */
  signal?: AbortSignal;
}

/** A `File` has a name, a `Blob` has none. */
export type FileInput = Blob;

export interface Call {
  method: string;
  path: string;
  query?: Record<string, unknown>;
  body?: object;
  items?: readonly unknown[];
  mediaType?: string;
  takesKey?: boolean;
  /** Sent twice it does what it does once, by its method, its key or its content. */
  isRepeatable?: boolean;
  headers?: Record<string, string>;
}

export function newId(): string {
  return crypto.randomUUID();
}

/** The address behind the server's, with its query. An empty id would call something else: it is refused. */
export function addressOf(call: Call): string {
  if (call.path.split("/").slice(1).some((part) => part.replaceAll(".", "") === "")) {
    throw new TypeError(`An id is empty in ${call.path}.`);
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  return query.size ? `${call.path}?${query}` : call.path;
}

/** The body and the headers that tell of it. Fields that are undefined are left out. */
export function contentOf(call: Call): { headers: Record<string, string>; body?: string | FormData } {
  if (call.body && "file" in call.body && call.body.file) return { headers: {}, body: formOf(call.body) };
  const content = call.items ?? call.body;
  if (content === undefined) return { headers: {} };
  return { headers: { "Content-Type": call.mediaType ?? "application/json" }, body: JSON.stringify(content) };
}

function formOf(body: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    if (value instanceof Blob) form.set(name, value);
    else if (value !== undefined) form.set(name, String(value));
  }
  return form;
}
