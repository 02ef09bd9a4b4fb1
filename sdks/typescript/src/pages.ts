// Lists that go on by themselves: `for await (const contact of client.contacts.list()) …`. Nothing is asked before it begins.

import type { Call, CallOptions } from "./calls.js";
import type { Transport } from "./transport.js";

/** One page; `next_cursor` goes back as `cursor`, null on the last one. */
export interface Page<T> {
  data: T[];
  has_more: boolean;
  next_cursor: string | null;
}

/** Every item of every page, each time anew; `pages()` gives them page by page. */
export class Pages<T> implements AsyncIterable<T> {
  constructor(
    private readonly transport: Transport,
    private readonly call: Call,
    private readonly options: CallOptions,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }

  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let cursor: string | null = null;
    do {
      const query: Record<string, unknown> = { ...this.call.query, ...(cursor ? { cursor } : {}) };
      const page: Page<T> = await this.transport.fetch<Page<T>>({ ...this.call, query }, this.options);
      yield page;
      cursor = page.has_more ? page.next_cursor : null;
    } while (cursor);
  }

  async firstPage(): Promise<Page<T>> {
    for await (const page of this.pages()) return page;
    throw new Error("unreachable");
  }

  /** All of them at once; think of how many there may be. */
  async toArray(): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }
}
