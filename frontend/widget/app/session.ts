// The visitor's session: minted from the publishable key, kept until it ends, renewed once when the server refuses it.
// It knows nothing of conversations.
import { ApiError, openSession, type Session } from "./api";
import { Keep } from "./keep";

const EARLY_MS = 60_000; // a token about to end is as good as ended

export class SessionHolder {
  private opening: Promise<Session> | null = null;

  constructor(
    private readonly key: string,
    private readonly embed: string,
    private readonly keep: Keep,
    private readonly open: typeof openSession = openSession,
  ) {}

  /** The live session; many callers at once share one call. Throws ApiError. */
  async get(): Promise<Session> {
    const kept = this.keep.get("session");
    if (kept && Date.parse(kept.expires_at) - Date.now() > EARLY_MS) return kept;
    this.opening ??= this.renew(kept?.token).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async token(): Promise<string> {
    return (await this.get()).token;
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

  private async renew(old: string | undefined): Promise<Session> {
    const session = await this.openShowing(old);
    this.keep.set({ session });
    return session;
  }

  /** With the old token shown, if the server still reads it; a token past its time must not keep a new one from coming. */
  private async openShowing(old: string | undefined): Promise<Session> {
    try {
      return await this.open(this.key, this.embed, old);
    } catch (error) {
      if (!old || !(error instanceof ApiError) || error.status !== 401) throw error;
      return this.open(this.key, this.embed);
    }
  }
}
