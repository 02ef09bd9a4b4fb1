import { expect, it } from "vitest";
import { solve } from "./proof";

it("finds the number that ALTCHA's own library has set", async () => {
  const set = {
    nonce: "54e3d38b52d1e388a04b6889f62fb6f5",
    salt: "f7fd943901beec2fc5ada6a20d4f52ae",
    cost: 50,
    keyLength: 32,
    keyPrefix: "0aec407b569d1fb1670022e7877f8872",
  };
  expect(await solve(set)).toEqual({ counter: 37, derivedKey: "0aec407b569d1fb1670022e7877f88723052ae5f384e19be34a5ad59fbacd429" });
});
