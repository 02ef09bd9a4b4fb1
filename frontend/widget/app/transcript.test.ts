import { expect, it } from "vitest";
import { chooseTexts } from "./texts";
import { transcriptOf } from "./transcript";

it("says who said what, in plain words and with the sources", () => {
  const at = "2026-03-01T10:00:00Z";
  const source = { marker: 1, title: "Returns", url: "https://shop.example/r", quote: "", document_id: null };
  const text = transcriptOf(
    [
      { id: "1", role: "contact", text: "Can I *return*?", citations: [], created_at: at, turn_id: null },
      { id: "2", role: "agent", text: "Within **30 days** [1].", citations: [source], created_at: at, turn_id: null },
      { id: "3", role: "human", text: "I am here.", citations: [], author_name: "Mara", created_at: at, turn_id: null },
    ],
    "Fjell",
    chooseTexts(["de"]),
  );
  expect(text).toMatch(/^Sie \(.*2026.*\)\nCan I \*return\*\?\n\nFjell \(/);
  expect(text).toContain("30 days");
  expect(text).not.toContain("**");
  expect(text).toContain("[1] Returns https://shop.example/r\n\nMara (");
});
