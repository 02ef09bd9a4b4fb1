import { expect, test } from "vitest";
import { readContext } from "./context";

test("plain values are taken, all else is left out", () => {
  const given = { plan: "Team", items: 3, paid: false, cart: { id: 1 }, when: undefined, none: null, "  ": "x", run: () => 1 };
  expect(readContext(given)).toEqual({ plan: "Team", items: 3, paid: false });
  for (const each of [undefined, null, "text", 7]) expect(readContext(each)).toEqual({});
});

test("it is cut to what the server takes", () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`name ${at}`, "x".repeat(900)]));
  const read = readContext(many);
  expect(Object.keys(read)).toHaveLength(20);
  expect(read["name 0"]).toHaveLength(500);
  expect(Object.keys(readContext({ ["n".repeat(90)]: 1 }))[0]).toHaveLength(40);
  expect(readContext({ "a\nb": 1 })).toEqual({ "a b": 1 });
});
