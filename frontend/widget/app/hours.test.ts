import { expect, test } from "vitest";
import { isThere, nextChange, placeOf, sayHours, type Hours } from "./hours";
import { chooseTexts } from "./texts";

const at = (text: string) => Date.parse(text);
const span = (begins: string, ends: string) => [at(begins) / 1000, at(ends) / 1000] as const;
// Berlin, 9 to 17: Friday in summer time, Monday after the clocks went back.
const hours: Hours = [span("2026-10-23T07:00Z", "2026-10-23T15:00Z"), span("2026-10-26T08:00Z", "2026-10-26T16:00Z")];
const en = chooseTexts(["en"]);
const berlin = (tag: string) => ({ tag, zone: "Europe/Berlin" });
const de = chooseTexts(["de"]);

test("says until when somebody is there, and when next", () => {
  expect(sayHours(hours, en, at("2026-10-23T08:00Z"), berlin("en-GB"))).toBe("The team is there until 17:00");
  expect(sayHours(hours, en, at("2026-10-23T06:00Z"), berlin("en-GB"))).toBe("The team is back today at 09:00");
  expect(sayHours(hours, en, at("2026-10-23T15:00Z"), berlin("en-GB"))).toBe("The team is back on Monday at 09:00");
  expect(sayHours(hours, de, at("2026-10-25T12:00Z"), berlin("de"))).toBe("Das Team ist morgen um 09:00 wieder da");
  expect(sayHours(hours, en, at("2026-10-27T12:00Z"), berlin("en-GB"))).toBe("The team is away");
});

test("times are written as the visitor writes them, in the chat's language", () => {
  expect(placeOf(en, ["de-DE", "en-US"])).toEqual({ tag: "en-US" });
  expect(placeOf(en, ["fr"])).toEqual({ tag: "en" });
  expect(sayHours(hours, en, at("2026-10-23T08:00Z"), berlin("en-US"))).toMatch(/until 5:00\sPM$/);
});

test("the closing second is outside, and a change is the next one", () => {
  expect(isThere(hours, at("2026-10-23T14:59:59Z"))).toBe(true);
  expect(isThere(hours, at("2026-10-23T15:00Z"))).toBe(false);
  expect(nextChange(hours, at("2026-10-23T15:00Z"))).toBe(at("2026-10-26T08:00Z"));
  expect(nextChange(hours, at("2026-10-26T16:00Z"))).toBe(null);
});
