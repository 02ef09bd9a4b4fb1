import { expect, it } from "vitest";
import { Keep, type Box } from "./keep";

function boxOf(limit: number, text: string | null = null): Box & { text: string | null } {
  return {
    text,
    read() {
      return this.text;
    },
    write(wanted) {
      if (wanted.length > limit) return false;
      this.text = wanted;
      return true;
    },
    clear() {
      this.text = null;
    },
  };
}

it("remembers across openings", () => {
  const box = boxOf(1000);
  new Keep("k", box).set({ conversation: "cnv_1", draft: "half" });
  expect(new Keep("k", box).get("conversation")).toBe("cnv_1");
  expect(new Keep("k", box).get("draft")).toBe("half");
});

it("leaves out what matters least when the place is small", () => {
  const box = boxOf(200);
  const keep = new Keep("k", box);
  keep.set({ conversation: "cnv_1", draft: "x".repeat(500) });
  expect(keep.get("draft")).toHaveLength(500);
  expect(new Keep("k", box).get("conversation")).toBe("cnv_1");
  expect(new Keep("k", box).get("draft")).toBe("");
});

it.each(["{", "7", '"x"', "null"])("starts anew on a damaged memory %s", (text) => {
  expect(new Keep("k", boxOf(10, text)).get("conversation")).toBeNull();
});

it("works without any place", () => {
  const keep = new Keep("k", boxOf(0));
  keep.set({ conversation: "cnv_1" });
  expect(keep.get("conversation")).toBe("cnv_1");
});

it("writes nothing until the visitor has agreed, and what is known then", () => {
  const box = boxOf(1000, JSON.stringify({ conversation: "cnv_old" }));
  const keep = new Keep("k", box);
  keep.hold();
  keep.set({ draft: "half" });
  expect(box.text).toBeNull();
  keep.set({ consent: 1 });
  keep.release();
  expect(JSON.parse(box.text!)).toMatchObject({ draft: "half", consent: 1 });
  keep.hold(); // other words are asked for: what was agreed to once stays until they are answered
  keep.set({ draft: "more" });
  expect(JSON.parse(box.text!)).toMatchObject({ draft: "half" });
});
