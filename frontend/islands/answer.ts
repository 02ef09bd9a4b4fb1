// Answers as the widget shows them: the same small Markdown, made into elements one by one, never from a string of HTML.
import { type Block, type Inline, parseMarkdown } from "../widget/app/markdown";
import { translated } from "./translated";

/** Where a citation's marker leads; null while its source is not known yet. */
export type SourceOf = (marker: number) => { href: string; title: string } | null;

/** Replace what `place` shows by the text, rendered. */
export function showAnswer(place: HTMLElement, text: string, source: SourceOf): void {
  place.classList.remove("said__bubble--plain");
  place.replaceChildren(...parseMarkdown(text).map((block) => blockElement(block, source)));
}

/** Render every transcript's answer inside `part`; without this script they are shown as plain text. */
export function wakeAnswers(part: ParentNode): void {
  for (const place of part.querySelectorAll<HTMLElement>("[data-answer]:not([data-awake])")) {
    place.dataset.awake = "";
    const links = place.parentElement?.querySelectorAll<HTMLAnchorElement>("[data-source]") ?? [];
    const sources = new Map([...links].map((link) => [Number(link.dataset.source), link]));
    showAnswer(place, place.textContent ?? "", (marker) => {
      const link = sources.get(marker);
      return link ? { href: link.href, title: link.title } : null;
    });
  }
}

function blockElement(block: Block, source: SourceOf): HTMLElement {
  switch (block.kind) {
    case "paragraph":
      return made("p", inlines(block.children, source));
    case "heading":
      return made("h3", inlines(block.children, source));
    case "list":
      return listElement(block, source);
    case "quote":
      return made("blockquote", block.children.map((each) => blockElement(each, source)));
    case "code":
      return made("pre", [made("code", [block.text])]);
    case "table":
      return tableElement(block, source);
    case "rule":
      return made("hr", []);
  }
}

function listElement(block: Extract<Block, { kind: "list" }>, source: SourceOf): HTMLElement {
  const items = block.items.map((item) => made("li", item.map((each) => blockElement(each, source))));
  const list = made(block.ordered ? "ol" : "ul", items);
  if (list instanceof HTMLOListElement) list.start = block.start;
  return list;
}

function tableElement(block: Extract<Block, { kind: "table" }>, source: SourceOf): HTMLElement {
  const cells = (name: "th" | "td", row: Inline[][]) => made("tr", row.map((cell) => made(name, inlines(cell, source))));
  const table = made("table", [
    made("thead", [cells("th", block.head)]),
    made("tbody", block.rows.map((row) => cells("td", row))),
  ]);
  table.className = "table";
  const wrap = made("div", [table]);
  wrap.className = "table-wrap";
  return wrap;
}

function inlines(children: Inline[], source: SourceOf): (Node | string)[] {
  return children.map((each) => inlineNode(each, source));
}

function inlineNode(inline: Inline, source: SourceOf): Node | string {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "code":
      return made("code", [inline.text]);
    case "link":
      return linkElement(inline.href, inlines(inline.children, source));
    case "cite":
      return citeElement(inline.marker, source(inline.marker));
    case "break":
      return made("br", []);
    default:
      return made(inline.kind, inlines(inline.children, source));
  }
}

function linkElement(href: string, children: (Node | string)[]): HTMLAnchorElement {
  const link = made("a", children) as HTMLAnchorElement;
  link.href = href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function citeElement(marker: number, source: ReturnType<SourceOf>): HTMLElement {
  const cite = source ? linkElement(source.href, [String(marker)]) : made("span", [String(marker)]);
  cite.className = "cite";
  if (source) cite.title = source.title;
  cite.setAttribute("aria-label", `${translated("Source {number}", { number: marker })}${source ? `: ${source.title}` : ""}`);
  return cite;
}

function made(name: string, children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}
