import { expect, it, vi } from "vitest";
import { ApiError, type Session } from "./api";
import { Keep } from "./keep";
import { SessionHolder } from "./session";

const session = (token: string, minutes = 60): Session => ({
  token,
  expires_at: new Date(Date.now() + minutes * 60_000).toISOString(),
  agent: { id: "agt_1", name: "A", greeting: "", suggested_questions: [], color: "" },
  conversation_id: null,
});
const refused = () => new ApiError(401, "not_authenticated", "");
const memory = () => {
  let text: string | null = null;
  return { read: () => text, write: (wanted: string) => ((text = wanted), true) };
};

function holder(...sessions: (Session | ApiError)[]) {
  const open = vi.fn(async () => {
    const next = sessions.shift()!;
    if (next instanceof ApiError) throw next;
    return next;
  });
  return { open, held: new SessionHolder("rp_pk_a", "embed", new Keep("k", memory()), open as never) };
}

it("opens one session for many callers at once", async () => {
  const { open, held } = holder(session("a"));
  expect(await Promise.all([held.token(), held.token(), held.token()])).toEqual(["a", "a", "a"]);
  expect(open).toHaveBeenCalledTimes(1);
});

it("renews a session that is about to end, showing the old token so that the visitor stays the same", async () => {
  const { open, held } = holder(session("a", 0.5), session("b"));
  await held.token();
  expect(await held.token()).toBe("b");
  expect(open).toHaveBeenLastCalledWith("rp_pk_a", "embed", "a");
});

it("makes a refused call once more with a new token, and not for ever", async () => {
  const { held } = holder(session("a"), session("b"), session("c"));
  const call = vi.fn(async (token: string) => {
    if (token === "a") throw refused();
    return token;
  });
  expect(await held.with(call)).toBe("b");
  await expect(held.with(() => Promise.reject(refused()))).rejects.toMatchObject({ status: 401 });
});

it("opens a new session when the old token is not even read", async () => {
  const { open, held } = holder(session("a", 0.5), refused(), session("b"));
  await held.token();
  expect(await held.token()).toBe("b");
  expect(open).toHaveBeenLastCalledWith("rp_pk_a", "embed");
});

it("passes a refused origin on", async () => {
  const { held } = holder(new ApiError(403, "origin_not_allowed", ""));
  await expect(held.token()).rejects.toMatchObject({ code: "origin_not_allowed" });
});
