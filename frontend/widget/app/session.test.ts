import { expect, it, vi } from "vitest";
import { ApiError, type Session } from "./api";
import { Keep } from "./keep";
import { SessionHolder } from "./session";

const session = (token: string, minutes = 60): Session => ({
  token,
  expires_at: new Date(Date.now() + minutes * 60_000).toISOString(),
  agent: { id: "agt_1", name: "A", greeting: "", suggested_questions: [], color: "" },
  contact_id: "con_0",
  is_identified: false,
  conversation_id: null,
});
const refused = () => new ApiError(401, "not_authenticated", "");
const memory = () => {
  let text: string | null = null;
  return { read: () => text, write: (wanted: string) => ((text = wanted), true), clear: () => undefined };
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

it("says to which version of the company's text the visitor has agreed", async () => {
  const keep = new Keep("k", memory());
  keep.set({ consent: 3 });
  const open = vi.fn(async () => session("a"));
  await new SessionHolder("rp_pk_a", "embed", keep, open as never).token();
  expect(open).toHaveBeenLastCalledWith("rp_pk_a", "embed", undefined, undefined, 3);
});

it("renews a session that is about to end, showing the old token so that the visitor stays the same", async () => {
  const { open, held } = holder(session("a", 0.5), session("b"));
  await held.token();
  expect(await held.token()).toBe("b");
  expect(open).toHaveBeenLastCalledWith("rp_pk_a", "embed", "a", undefined, 0);
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
  expect(open).toHaveBeenLastCalledWith("rp_pk_a", "embed", undefined, undefined, 0);
});

it("passes a refused origin on", async () => {
  const { held } = holder(new ApiError(403, "origin_not_allowed", ""));
  await expect(held.token()).rejects.toMatchObject({ code: "origin_not_allowed" });
});

const identified = (token: string, minutes = 60, contact = "con_1"): Session => ({
  ...session(token, minutes),
  contact_id: contact,
  is_identified: true,
});
const identity = { token: "jwt", carry: false };

it("shows an anonymous token when the page identifies the visitor, and says that it is somebody else", async () => {
  const { open, held } = holder(session("a"), identified("b"), identified("c"));
  await held.token();
  expect(await held.identify(identity)).toBe(false);
  expect(open).toHaveBeenLastCalledWith("rp_pk_a", "embed", "a", identity, 0);
  expect(await held.identify(identity)).toBe(true);
  expect(open).toHaveBeenLastCalledWith("rp_pk_a", "embed", undefined, identity, 0);
});

it("asks the page before an identity ends, and never goes on as nobody", async () => {
  const needed = vi.fn();
  const open = vi.fn(async () => identified("b", 0.5));
  const held = new SessionHolder("rp_pk_a", "embed", new Keep("k", memory()), open as never, needed);
  await held.identify(identity);
  expect(await held.token()).toBe("b");
  expect(needed).toHaveBeenCalledTimes(1);
  held.refuse();
  await expect(held.token()).rejects.toMatchObject({ code: "identity_required" });
  expect(open).toHaveBeenCalledTimes(1);
});
