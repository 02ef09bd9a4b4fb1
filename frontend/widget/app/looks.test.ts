import { expect, it } from "vitest";
import { inkOn, luminance } from "./looks";
import { addressAtPassage } from "./passage";

const contrast = (one: string, other: string) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high! + 0.05) / (low! + 0.05);
};

it("text on any accent is readable (WCAG AA, large text at least)", () => {
  for (let hue = 0; hue < 4096; hue += 7) {
    const color = `#${hue.toString(16).padStart(3, "0")}`;
    expect(contrast(color, inkOn(color) === "#fff" ? "#ffffff" : inkOn(color))).toBeGreaterThan(4.2);
  }
});

it("black on white is 21 to 1", () => {
  expect(contrast("#000", "#fff")).toBeCloseTo(21, 5);
});

it("a source opens at its passage", () => {
  expect(addressAtPassage("https://a.example/p", "up-to date, yes")).toBe("https://a.example/p#:~:text=up%2Dto%20date%2C%20yes");
  expect(addressAtPassage("https://a.example/p#x", "one")).toBe("https://a.example/p#x:~:text=one");
  const long = "one two three four five six seven ".repeat(9);
  expect(addressAtPassage("https://a.example/p", long)).toBe(
    "https://a.example/p#:~:text=one%20two%20three%20four%20five,three%20four%20five%20six%20seven",
  );
});

it("an address that runs code or is missing opens nothing", () => {
  expect(addressAtPassage("javascript:alert(1)", "x")).toBeNull();
  expect(addressAtPassage(null, "x")).toBeNull();
});
