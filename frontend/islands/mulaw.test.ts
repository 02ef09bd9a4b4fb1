import { expect, it } from "vitest";
import { decode, encode } from "./mulaw";

it("gives every code back", () => {
  const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
  const again = encode(decode(codes));
  // Two codes are zero: 0x7f and 0xff.
  expect([...again].map((code, at) => (at === 0x7f && code === 0xff ? at : code))).toEqual([...codes]);
});

it("is as G.711's tables have it", () => {
  expect([...decode(Uint8Array.from([0xff, 0x80, 0x00, 0xaf]))].map((each) => Math.round(each * 32768))).toEqual([0, 32124, -32124, 4092]);
  expect([...encode(Float32Array.from([0, 1, -1, 0.001]))]).toEqual([0xff, 0x80, 0x00, 0xfb]);
});

it("loses a little of a tone, and no more", () => {
  const tone = Float32Array.from({ length: 400 }, (_, at) => 0.6 * Math.sin(at / 5));
  const heard = decode(encode(tone));
  expect(Math.max(...tone.map((each, at) => Math.abs(each - heard[at]!)))).toBeLessThan(0.02);
});
