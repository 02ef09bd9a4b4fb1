// Draws the tree that markdown.ts read. It makes elements only, never HTML from text.
import type { Block, Inline } from "./markdown";

interface Cites {
  /** The citations there are; a marker without one is shown as the text it is. */
  markers: ReadonlySet<number>;
  label: (marker: number) => string;
  onOpen: (marker: number) => void;
}

export function Rendered({ blocks, cites }: { blocks: Block[]; cites: Cites }) {
  return <>{blocks.map((block, at) => <BlockView key={at} block={block} cites={cites} />)}</>;
}

function BlockView({ block, cites }: { block: Block; cites: Cites }) {
  switch (block.kind) {
    case "paragraph":
      return <p><Inlines of={block.children} cites={cites} /></p>;
    case "heading":
      return <p class="heading" role="heading" aria-level={Math.min(block.level + 2, 6)}><Inlines of={block.children} cites={cites} /></p>;
    case "list":
      return <ListView block={block} cites={cites} />;
    case "quote":
      return <blockquote><Rendered blocks={block.children} cites={cites} /></blockquote>;
    case "code":
      return <pre tabIndex={0}><code>{block.text}</code></pre>;
    case "table":
      return <TableView block={block} cites={cites} />;
    case "rule":
      return <hr />;
  }
}

function ListView({ block, cites }: { block: Extract<Block, { kind: "list" }>; cites: Cites }) {
  const items = block.items.map((item, at) => <li key={at}><Rendered blocks={item} cites={cites} /></li>);
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
}

function TableView({ block, cites }: { block: Extract<Block, { kind: "table" }>; cites: Cites }) {
  return (
    <div class="table" tabIndex={0}>
      <table>
        <thead><tr>{block.head.map((cell, at) => <th key={at}><Inlines of={cell} cites={cites} /></th>)}</tr></thead>
        <tbody>
          {block.rows.map((row, at) => (
            <tr key={at}>{row.map((cell, column) => <td key={column}><Inlines of={cell} cites={cites} /></td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Inlines({ of, cites }: { of: Inline[]; cites: Cites }) {
  return <>{of.map((child, at) => <InlineView key={at} child={glued(child, of[at + 1])} cites={cites} />)}</>;
}

/** A marker never stands alone at the start of a line. */
function glued(child: Inline, next: Inline | undefined): Inline {
  return child.kind === "text" && next?.kind === "cite" ? { ...child, text: child.text.replace(/ $/, "\u00a0") } : child;
}

function InlineView({ child, cites }: { child: Inline; cites: Cites }) {
  switch (child.kind) {
    case "text":
      return <>{child.text}</>;
    case "strong":
      return <strong><Inlines of={child.children} cites={cites} /></strong>;
    case "em":
      return <em><Inlines of={child.children} cites={cites} /></em>;
    case "del":
      return <del><Inlines of={child.children} cites={cites} /></del>;
    case "code":
      return <code>{child.text}</code>;
    case "link":
      return <a href={child.href} target="_blank" rel="noopener noreferrer nofollow"><Inlines of={child.children} cites={cites} /></a>;
    case "break":
      return <br />;
    case "cite":
      return <CiteView marker={child.marker} cites={cites} />;
  }
}

function CiteView({ marker, cites }: { marker: number; cites: Cites }) {
  if (!cites.markers.has(marker)) return <>[{marker}]</>;
  return (
    <button type="button" class="cite" aria-label={cites.label(marker)} onClick={() => cites.onOpen(marker)}>
      {marker}
    </button>
  );
}
