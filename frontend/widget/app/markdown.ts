// A small part of Markdown, read into a tree of plain data: paragraphs, headings, lists, quotes, code, tables, emphasis,
// links and citation markers. HTML in the text stays text: nothing here or in Rendered.tsx ever makes HTML from a string.

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong" | "em" | "del"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; children: Inline[] }
  | { kind: "cite"; marker: number }
  | { kind: "break" };

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "quote"; children: Block[] }
  | { kind: "code"; text: string }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$/;
const MAX_DEPTH = 8; // deeper nesting is an attack or a mistake, shown as text

/** Addresses that may be opened from an answer. Anything else (javascript:, data:, …) gives null. */
export function safeAddress(text: string): string | null {
  const trimmed = text.trim();
  if (/^mailto:[^\s]+@[^\s]+$/i.test(trimmed)) return trimmed;
  try {
    const url = new URL(trimmed);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export function parseMarkdown(text: string, depth = 0): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (!line.trim()) at += 1;
    else at = readBlock(lines, at, blocks, depth);
  }
  return blocks;
}

/** Read the block that starts at `at`; returns the line after it. */
function readBlock(lines: string[], at: number, blocks: Block[], depth: number): number {
  const line = lines[at]!;
  if (FENCE.test(line)) return readFence(lines, at, blocks);
  const heading = HEADING.exec(line);
  if (heading) {
    blocks.push({ kind: "heading", level: heading[1]!.length, children: parseInline(heading[2]!) });
    return at + 1;
  }
  if (RULE.test(line)) {
    blocks.push({ kind: "rule" });
    return at + 1;
  }
  if (depth < MAX_DEPTH && QUOTE.test(line)) return readQuote(lines, at, blocks, depth);
  if (depth < MAX_DEPTH && ITEM.test(line)) return readList(lines, at, blocks, depth);
  if (line.includes("|") && TABLE_LINE.test(lines[at + 1] ?? "")) return readTable(lines, at, blocks);
  return readParagraph(lines, at, blocks);
}

function readFence(lines: string[], at: number, blocks: Block[]): number {
  const fence = FENCE.exec(lines[at]!)![1]!;
  let end = at + 1;
  while (end < lines.length && !lines[end]!.trim().startsWith(fence)) end += 1;
  blocks.push({ kind: "code", text: lines.slice(at + 1, end).join("\n") }); // an open fence runs to the end: it may be streaming
  return end + 1;
}

function readQuote(lines: string[], at: number, blocks: Block[], depth: number): number {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end]!)) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  blocks.push({ kind: "quote", children: parseMarkdown(inner.join("\n"), depth + 1) });
  return end;
}

function readList(lines: string[], at: number, blocks: Block[], depth: number): number {
  const [, indent = "", first = ""] = ITEM.exec(lines[at]!)!;
  const isOrdered = /\d/.test(first);
  const items: string[][] = [];
  let next = at;
  while (next < lines.length) {
    const line = lines[next]!;
    const item = ITEM.exec(line);
    const isSibling = item && /\d/.test(item[2]!) === isOrdered && item[1]!.length < indent.length + 2;
    if (isSibling) items.push([item[3]!]);
    else if (/^(\s{2,}|\t)\S/.test(line)) items.at(-1)!.push(line.replace(/^(\t| {2,4})/, ""));
    else if (!line.trim() && continuesList(lines[next + 1], isOrdered)) items.at(-1)!.push("");
    else break;
    next += 1;
  }
  const parsed = items.map((item) => parseMarkdown(item.join("\n"), depth + 1));
  blocks.push({ kind: "list", ordered: isOrdered, start: Number.parseInt(first, 10) || 1, items: parsed });
  return next;
}

function continuesList(line: string | undefined, isOrdered: boolean): boolean {
  const item = ITEM.exec(line ?? "");
  return item ? /\d/.test(item[2]!) === isOrdered : /^(\s{2,}|\t)\S/.test(line ?? "");
}

function splitRow(line: string): string[] {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

function readTable(lines: string[], at: number, blocks: Block[]): number {
  const head = splitRow(lines[at]!).map((cell) => parseInline(cell));
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes("|") && lines[end]!.trim()) end += 1;
  const rows = lines.slice(at + 2, end).map((line) => splitRow(line).map((cell) => parseInline(cell)));
  blocks.push({ kind: "table", head, rows });
  return end;
}

function readParagraph(lines: string[], at: number, blocks: Block[]): number {
  let end = at + 1;
  while (end < lines.length && lines[end]!.trim() && !startsBlock(lines[end]!)) end += 1;
  blocks.push({ kind: "paragraph", children: parseInline(lines.slice(at, end).join("\n")) });
  return end;
}

function startsBlock(line: string): boolean {
  return FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line) || RULE.test(line);
}

// One alternative for each kind; every one is linear in what it takes (no nested repetition).
const TOKEN = new RegExp(
  [
    "\\\\([\\\\`*_{}\\[\\]()#+\\-.!~|>])", // 1 escape
    "(`+)([^`]|[^`][^]*?[^`])\\2(?!`)", // 2, 3 code
    "\\[(\\d{1,3})\\](?!\\()", // 4 citation
    "\\[([^\\[\\]\\n]{1,500})\\]\\(\\s*<?([^()\\s<>]{1,2000}(?:\\([^()\\s]{0,200}\\)[^()\\s<>]{0,2000})?)>?(?:\\s+\"[^\"\\n]{0,300}\")?\\s*\\)", // 5, 6 link
    "(\\*\\*|__)(?=\\S)([^]{0,4000}?\\S)\\7", // 7, 8 strong
    "(\\*|_)(?=\\S)([^*_\\n]{0,2000}?[^*_\\s])\\9(?!\\w)", // 9, 10 emphasis
    "~~(?=\\S)([^~]{1,2000})~~", // 11 strike
    "(https?:\\/\\/[^\\s<>()\\[\\]\"']{1,2000}[^\\s<>()\\[\\]\"'.,;:!?])", // 12 bare address
    "( {2,}\\n|\\\\\\n|\\n)", // 13 line break
  ].join("|"),
  "g",
);

export function parseInline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (isInsideWord(text, match)) continue;
    if (match.index < last) continue;
    if (match.index > last) out.push({ kind: "text", text: text.slice(last, match.index) });
    out.push(readToken(match, depth));
    last = match.index + match[0].length;
  }
  if (last < text.length) out.push({ kind: "text", text: text.slice(last) });
  return out;
}

/** `snake_case_names` are no emphasis. */
function isInsideWord(text: string, match: RegExpExecArray): boolean {
  return match[0].startsWith("_") && /\w/.test(text[match.index - 1] ?? "");
}

function readToken(match: RegExpExecArray, depth: number): Inline {
  const [whole, escaped, , code, marker, label, address, , strong, , em, del, bare] = match;
  const inner = (text: string): Inline[] => (depth < MAX_DEPTH ? parseInline(text, depth + 1) : [{ kind: "text", text }]);
  if (escaped !== undefined) return { kind: "text", text: escaped };
  if (code !== undefined) return { kind: "code", text: code.replace(/^ (.*\S.*) $/, "$1") };
  if (marker !== undefined) return { kind: "cite", marker: Number(marker) };
  if (strong !== undefined) return { kind: "strong", children: inner(strong) };
  if (em !== undefined) return { kind: "em", children: inner(em) };
  if (del !== undefined) return { kind: "del", children: inner(del) };
  const href = safeAddress(address ?? bare ?? "");
  if (href && label !== undefined) return { kind: "link", href, children: inner(label) };
  if (href && bare !== undefined) return { kind: "link", href, children: [{ kind: "text", text: bare }] };
  return whole.includes("\n") ? { kind: "break" } : { kind: "text", text: label ?? whole };
}

/** A text that is still coming, with its last open marks closed or held back, so that no mark flickers past the reader. */
export function settle(text: string): string {
  const held = text.replace(/(?:\*{1,2}|_{1,2}|~{1,2}|`{1,2}|\[[^\]\n]{0,200}(?:\](?:\([^)\s]{0,2000})?)?)$/, "");
  const last = held.slice(held.lastIndexOf("\n") + 1);
  const isOpen = (mark: string) => last.split(mark).length % 2 === 0;
  const open = ["**", "`"].filter(isOpen);
  return open.length && !held.trimEnd().endsWith(open[0]!) ? held.trimEnd() + open.reverse().join("") : held;
}

/** What a screen reader should say, or a copy should hold: the words without the marks. */
export function plainText(blocks: Block[]): string {
  return blocks.map(blockText).join("\n").trim();
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return inlineText(block.children);
    case "list":
      return block.items.map((item) => plainText(item)).join("\n");
    case "quote":
      return plainText(block.children);
    case "code":
      return block.text;
    case "table":
      return [block.head, ...block.rows].map((row) => row.map(inlineText).join(", ")).join("\n");
    case "rule":
      return "";
  }
}

function inlineText(children: Inline[]): string {
  return children
    .map((child) => {
      if (child.kind === "text" || child.kind === "code") return child.text;
      if (child.kind === "break") return " ";
      return child.kind === "cite" ? "" : inlineText(child.children);
    })
    .join("");
}
