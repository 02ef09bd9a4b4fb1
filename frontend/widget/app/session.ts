// The visitor's session: minted from the publishable key, kept until it ends, renewed once when the server refuses it.
// An identified visitor's is renewed only by a fresh identity from the page, which is told when one is needed.
// It knows nothing of conversations.
import { ApiError, openSession, type Identity, type Session } from "./api";
import { Keep } from "./keep";

const EARLY_MS = 60_000; // a token about to end is as good as ended

export class SessionHolder {
  private opening: Promise<Session> | null = null;

  constructor(
    private readonly key: string,
    private readonly embed: string,
    private readonly keep: Keep,
    private readonly open: typeof openSession = openSession,
    /** Told when the page should say afresh who the visitor is. */
    private readonly onIdentityNeeded: () => void = () => undefined,
  ) {}

  /** The live session; many callers at once share one call. Throws ApiError. */
  async get(): Promise<Session> {
    const kept = this.keep.get("session");
    const left = kept ? Date.parse(kept.expires_at) - Date.now() : 0;
    if (kept && left > EARLY_MS) return kept;
    if (kept?.is_identified) return this.askForIdentity(kept, left);
    this.opening ??= this.renew(kept?.token).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async token(): Promise<string> {
    return (await this.get()).token;
  }

  /** The page says who the visitor is. False when it is somebody else than before. Throws ApiError. */
  async identify(identity: Identity): Promise<boolean> {
    const kept = this.keep.get("session");
    const anonymous = kept && !kept.is_identified ? kept.token : undefined;
    const session = await this.mint(anonymous, identity);
    this.keep.set({ session });
    return session.contact_id === kept?.contact_id;
  }

  /** From now on nobody is known here. */
  forget(): void {
    this.keep.set({ session: null });
  }

  /** The server refused the token: the next `get` asks for another, showing the old one so that the visitor stays the same. */
  refuse(): void {
    const kept = this.keep.get("session");
    if (kept) this.keep.set({ session: { ...kept, expires_at: new Date(0).toISOString() } });
  }

  /** Make a call; when the token is refused, renew it and make the call once more. */
  async with<T>(call: (token: string) => Promise<T>): Promise<T> {
    try {
      return await call(await this.token());
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.refuse();
      return call(await this.token());
    }
  }

  /** The session goes on to its very end while the page is asked; after it nothing is said in anybody's name. */
  private askForIdentity(kept: Session, left: number): Session {
    this.onIdentityNeeded();
    if (left <= 0) throw new ApiError(403, "identity_required", "");
    return kept;
  }

  private async renew(old: string | undefined): Promise<Session> {
    const session = await this.openShowing(old);
    this.keep.set({ session });
    return session;
  }

  /** With the old token shown, if the server still reads it; a token past its time must not keep a new one from coming. */
  private async openShowing(old: string | undefined): Promise<Session> {
    try {
      return await this.mint(old);
    } catch (error) {
      if (!old || !(error instanceof ApiError) || error.status !== 401) throw error;
      return this.mint(undefined);
    }
  }

  /** Once more with a proof of work where the company asks new visitors for one. */
  private async mint(shown: string | undefined, identity?: Identity): Promise<Session> {
    const wanted = [this.key, this.embed, shown, identity, this.keep.get("consent")] as const;
    try {
      return await this.open(...wanted);
    } catch (error) {
      // Without HTTPS browsers compute nothing of the kind.
      if (!(error instanceof ApiError) || error.code !== "proof_of_work_required" || !crypto.subtle) throw error;
      return this.open(...wanted, await (await import("./proof")).prove(this.key, this.embed));
    }
  }
}
