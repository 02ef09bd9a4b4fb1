// What a company knows: what `DocumentsResource` has, and `wait` for one to be read.

import type { CallOptions } from "./calls.js";
import { APITimeoutError, DocumentFailedError } from "./errors.js";
import { DocumentsResource, type Document } from "./generated.js";

const FIRST_MS = 200;
const LONGEST_MS = 3_000;

export class Documents extends DocumentsResource {
  /**
   * The document when it has been read and answers. Throws DocumentFailedError, APITimeoutError.
   * timeoutMs: large files behind others take minutes.
   */
  async wait(documentId: string, { timeoutMs = 600_000, ...options }: CallOptions & { timeoutMs?: number } = {}): Promise<Document> {
    const until = Date.now() + timeoutMs;
    for (let pause = FIRST_MS; Date.now() < until; pause = Math.min(pause * 1.5, LONGEST_MS)) {
      const document = await this.get(documentId, options);
      if (document.state === "ready") return document;
      if (document.state === "failed") throw new DocumentFailedError(document);
      await this.transport.pause(pause, options.signal);
    }
    throw new APITimeoutError(`${documentId} is still being read after ${timeoutMs} ms.`);
  }
}
