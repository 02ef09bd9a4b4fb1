// The client: every resource of the API, and where it is.

import { Conversations } from "./conversations.js";
import { Documents } from "./documents.js";
import { ConfigurationError } from "./errors.js";
import { Api } from "./generated.js";
import { Transport } from "./transport.js";

const TIMEOUT_MS = 30_000; // a live answer says something every ten seconds
const MAX_RETRIES = 3;

export interface RapportOptions {
  /** A secret key, rp_sk_…; without it RAPPORT_KEY of the environment. */
  apiKey?: string;
  /** Where Rapport is, for example https://rapport.example; without it RAPPORT_URL. */
  baseUrl?: string;
  /** For each try. */
  timeoutMs?: number;
  /** How often a call is tried again where that is safe; 0 never. */
  maxRetries?: number;
  /** Your own, for proxies and the like. */
  fetch?: typeof fetch;
}

/** A company's Rapport. One client for a process is enough. */
export class Rapport extends Api {
  declare readonly conversations: Conversations;
  declare readonly documents: Documents;

  constructor(options: RapportOptions = {}) {
    const transport = new Transport({
      apiKey: keyOf(options),
      baseUrl: addressOf(options),
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      maxRetries: options.maxRetries ?? MAX_RETRIES,
      fetch: options.fetch ?? globalThis.fetch,
    });
    super(transport);
    this.conversations = new Conversations(transport);
    this.documents = new Documents(transport);
  }
}

function keyOf(options: RapportOptions): string {
  const key = options.apiKey ?? environment("RAPPORT_KEY");
  if (key) return key;
  throw new ConfigurationError("Give apiKey, or set RAPPORT_KEY: a secret key from the dashboard's page API keys.");
}

function addressOf(options: RapportOptions): string {
  const url = options.baseUrl ?? environment("RAPPORT_URL") ?? "";
  if (/^https?:\/\//.test(url)) return url;
  throw new ConfigurationError("Give baseUrl, or set RAPPORT_URL: where Rapport is, as https://rapport.example.");
}

function environment(name: string): string | undefined {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];
}
