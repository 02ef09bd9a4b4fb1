// The proof of work of a new visitor, where the company asks for one. Loaded only then. The challenge is ALTCHA's, second
// version, with PBKDF2: the browser computes it natively, off this thread.
import { ApiError, call } from "./api";

export interface Parameters {
  nonce: string;
  salt: string;
  cost: number;
  keyLength: number;
  keyPrefix: string;
}

export interface Solution {
  counter: number;
  derivedKey: string;
}

const AT_ONCE = 4; // browsers have a few threads for it
const MOST = 1 << 16; // no challenge of ours takes so many

/** A challenge, asked for and solved. Throws ApiError. */
export async function prove(key: string, embed: string): Promise<string> {
  const challenge = await call<{ parameters: Parameters }>("POST", "/v1/widget/challenges", { body: { key, embed } });
  return btoa(JSON.stringify({ challenge, solution: await solve(challenge.parameters) }));
}

export async function solve(set: Parameters): Promise<Solution> {
  for (let first = 0; first < MOST; first += AT_ONCE) {
    const tries = Array.from({ length: AT_ONCE }, (_, i) => attempt(set, first + i));
    const right = (await Promise.all(tries)).find(({ derivedKey }) => derivedKey.startsWith(set.keyPrefix));
    if (right) return right;
  }
  throw new ApiError(0, "unsolvable", "");
}

async function attempt({ nonce, salt, cost, keyLength }: Parameters, counter: number): Promise<Solution> {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  const derived = new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8));
  return { counter, derivedKey: Array.from(derived, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
