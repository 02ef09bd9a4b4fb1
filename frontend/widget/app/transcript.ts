// The conversation as a text file that the visitor keeps: who said what and when, in plain words, with the sources.
import type { Message } from "./api";
import { isOnlyFiles } from "./attached";
import { parseMarkdown, plainText } from "./markdown";
import type { Texts } from "./texts";

/** `agent`: whom one reached. Times are the visitor's own. */
export function transcriptOf(messages: readonly Message[], agent: string, texts: Texts): string {
  return messages.map((message) => said(message, agent, texts)).join("\n\n") + "\n";
}

function said(message: Message, agent: string, texts: Texts): string {
  const at = new Date(message.created_at).toLocaleString(texts.tag, { dateStyle: "medium", timeStyle: "short" });
  const names = { contact: texts.you, agent, human: message.author_name || agent, system: "" };
  const words = message.role === "agent" ? plainText(parseMarkdown(message.text)) : message.text;
  const sources = message.citations.map((each) => `[${each.marker}] ${each.title}${each.url ? ` ${each.url}` : ""}`);
  const files = isOnlyFiles(message) ? [] : (message.attachments ?? []).map((each) => `(${each.name})`);
  return [`${names[message.role]} (${at})`.trim(), words, ...files, ...sources].join("\n");
}

/** Hands it to the browser as a download; nothing of it leaves the device. */
export function save(content: string | Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: "text/plain;charset=utf-8" }) : content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
