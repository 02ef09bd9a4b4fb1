import { describe, expect, it } from "vitest";
import { parseInline, parseMarkdown, plainText, safeAddress, settle } from "./markdown";

describe("blocks", () => {
  it("reads paragraphs, headings, lists, quotes, code, tables and rules", () => {
    const text = "# Title\n\nOne\ntwo\n\n- a\n- b\n  more\n\n3. x\n4. y\n\n> said\n\n```py\nx < 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---";
    const kinds = parseMarkdown(text).map((block) => block.kind);
    expect(kinds).toEqual(["heading", "paragraph", "list", "list", "quote", "code", "table", "rule"]);
  });

  it("keeps the number an ordered list starts with", () => {
    expect(parseMarkdown("3. x\n4. y")[0]).toMatchObject({ kind: "list", ordered: true, start: 3 });
  });

  it("nests a list in an item", () => {
    const [list] = parseMarkdown("- a\n  - inner\n- b");
    expect(list).toMatchObject({ items: [[{ kind: "paragraph" }, { kind: "list" }], [{ kind: "paragraph" }]] });
  });

  it("shows a fence that is still streaming as code", () => {
    expect(parseMarkdown("```\nhalf")).toEqual([{ kind: "code", text: "half" }]);
  });

  it("ends on hostile depth instead of overflowing", () => {
    expect(parseMarkdown("> ".repeat(5000) + "x").length).toBe(1);
    expect(parseMarkdown("- ".repeat(5000) + "x").length).toBe(1);
  });
});

describe("inline", () => {
  it("tells citations from links", () => {
    expect(parseInline("Yes [1][2], see [3](https://a.example/x)")).toEqual([
      { kind: "text", text: "Yes " },
      { kind: "cite", marker: 1 },
      { kind: "cite", marker: 2 },
      { kind: "text", text: ", see " },
      { kind: "link", href: "https://a.example/x", children: [{ kind: "text", text: "3" }] },
    ]);
  });

  it("reads emphasis but not snake_case or 2 * 3 * 4", () => {
    expect(parseInline("**b** *i* ~~s~~").map((child) => child.kind)).toEqual(["strong", "text", "em", "text", "del"]);
    expect(parseInline("snake_case_name and 2 * 3 * 4")).toEqual([{ kind: "text", text: "snake_case_name and 2 * 3 * 4" }]);
  });

  it("leaves HTML as text", () => {
    expect(parseInline("<img src=x onerror=alert(1)>")).toEqual([{ kind: "text", text: "<img src=x onerror=alert(1)>" }]);
  });

  it("makes no link of an address that runs code", () => {
    for (const address of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "/relative"]) {
      expect(parseInline(`[go](${address})`)[0]?.kind).toBe("text");
      expect(safeAddress(address)).toBeNull();
    }
  });

  it("does not take a sentence's full stop into a bare address", () => {
    expect(parseInline("See https://a.example/b.")[1]).toMatchObject({ kind: "link", href: "https://a.example/b" });
  });

  it("reads hostile input in linear time", () => {
    for (const piece of ["**", "[a](", "`", "*a ", "_a", "[", "~~", "![", "<", "\\"]) {
      expect(parseMarkdown(piece.repeat(20_000)).length).toBeGreaterThan(0);
    }
  });
});

it("plain text has no marks", () => {
  expect(plainText(parseMarkdown("**Yes** [1]\n\n- `a`\n- [b](https://x.example)"))).toBe("Yes \na\nb");
});

it("no mark flickers while a text is coming", () => {
  const whole = "You can **return them** within `30 days` [1], see [here](https://x.example/a).";
  for (let end = 1; end <= whole.length; end += 1) {
    const shown = plainText(parseMarkdown(settle(whole.slice(0, end))));
    expect(shown).not.toMatch(/[*`[\]]/);
  }
});
