// What `Rapport('setContext', …)` gave, cut to what the server takes: a page that says too much of its visitor must not keep
// them from being answered.
import type { PageContext } from "./api";

const MOST = 20;
const LONGEST_NAME = 40;
const LONGEST_VALUE = 500;

export function readContext(given: unknown): PageContext {
  if (typeof given !== "object" || given === null) return {};
  const read = Object.entries(given).flatMap(([name, value]) => {
    const short = name.replace(/\s+/g, " ").trim().slice(0, LONGEST_NAME);
    if (!short || !["string", "number", "boolean"].includes(typeof value)) return [];
    return [[short, typeof value === "string" ? value.slice(0, LONGEST_VALUE) : (value as number | boolean)] as const];
  });
  return Object.fromEntries(read.slice(0, MOST));
}
