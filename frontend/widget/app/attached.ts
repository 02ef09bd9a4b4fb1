// What is known of files without sending any: which are taken, how they are shown.
import type { Attachment } from "./api";

/** What the company lets visitors send. `accept`: for the browser's own dialogue; `kinds`: to be read. */
export interface FileRules {
  accept: string;
  kinds: string;
  megabytes: number;
  most: number;
}

/** A file beside what is being written. `sent`: once the server has it. */
export interface Draft {
  key: string;
  name: string;
  size: number;
  progress: number;
  sent?: Attachment;
  problem?: string;
}

/** A message without words says the names of its files. */
export function isOnlyFiles({ text, attachments = [] }: { text: string; attachments?: Attachment[] }): boolean {
  return attachments.length > 0 && text === attachments.map((each) => each.name).join(", ");
}
