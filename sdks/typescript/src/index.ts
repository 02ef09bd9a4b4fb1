// Rapport's API for TypeScript and JavaScript. Start with `Rapport`; `verifyWebhook` is for what Rapport sends you.

export { type Answer, type AnswerEvent } from "./answers.js";
export { type CallOptions, type FileInput } from "./calls.js";
export { Rapport, type RapportOptions } from "./client.js";
export { type Who } from "./conversations.js";
export * from "./errors.js";
export type * from "./generated.js";
export { Pages, type Page } from "./pages.js";
export { VERSION } from "./version.js";
export { verifyWebhook, type HeadersInput, type WebhookEvent } from "./webhooks.js";
