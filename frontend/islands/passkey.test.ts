import { expect, test } from "vitest";
import { toBytes, toText } from "./passkey";

test("bytes go to base64url and back, without padding", () => {
  for (const bytes of [[], [0], [251, 255, 191], [1, 2, 3, 4]]) {
    const text = toText(new Uint8Array(bytes).buffer);
    expect(text).not.toMatch(/[+/=]/);
    expect([...toBytes(text)]).toEqual(bytes);
  }
});
