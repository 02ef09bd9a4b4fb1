import { expect, it } from "vitest";
import { glob, isPlace } from "./glob";

it.each([
  ["a*c", "abc", true],
  ["a*c", "ac", true],
  ["a*a", "a", false],
  ["*", "", true],
  ["a", "ab", false],
  ["*b*b*", "abb", true],
  ["*b*b*", "ab", false],
  ["a.c", "abc", false],
])("%s of %s is %s", (pattern, text, is) => expect(glob(pattern, text)).toBe(is));

const HERE = "https://shop.example/b%C3%BCcher/alt/?page=2#top";
it.each([
  ["", true],
  ["/bücher/*", true],
  ["/bücher/alt", true],
  ["/b%C3%BCcher/alt/", true],
  ["/bücher", false],
  ["/bücher/alt/?page=2", true],
  ["/bücher/alt/?page=3", false],
  ["https://shop.example/*", true],
  ["https://other.example/*", false],
  ["*/alt", true],
  ["/%*", false],
])("%s is this place: %s", (pattern, is) => expect(isPlace(pattern, HERE)).toBe(is));

it("takes no time over a hostile pattern", () => {
  const before = performance.now();
  expect(isPlace(`/${"a*".repeat(10)}b`, `https://x.example/${"a".repeat(100_000)}`)).toBe(false);
  expect(glob("*aaaaaaaaaaab".repeat(10), "a".repeat(2000))).toBe(false);
  expect(performance.now() - before).toBeLessThan(1000);
});
