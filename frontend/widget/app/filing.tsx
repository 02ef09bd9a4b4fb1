// Files, loaded where the company takes any or one was sent: checked as far as that helps the visitor (the server decides),
// sent while the message is written, named by it then; and how they look, beside the composer and in what was said.
import { useEffect, useState } from "preact/hooks";
import { ApiError, call, readError, type Attachment } from "./api";
import type { Draft, FileRules } from "./attached";
import { backoffMs, randomKey, wait } from "./backoff";
import { Icon } from "./icons";
import type { SessionHolder } from "./session";
import type { Store } from "./store";
import { fill } from "./texts";
import { save } from "./transcript";

const en = {
  dropHere: "Drop the file here",
  notLoaded: "The file could not be loaded. Try again.",
  attach: "Attach a file",
  removeFile: "Take {name} away",
  uploading: "{name} is being sent",
  fileTooLarge: "{name} is too large: at most {limit} MB.",
  fileKind: "{name} cannot be sent here. Possible: {kinds}.",
  fileEmpty: "{name} is empty.",
  fileName: "The name of {name} does not fit what is in it, or has characters that cannot be sent. Rename the file.",
  fileFailed: "{name} could not be sent.",
  filesTooMany: "At most {limit} files go with one message.",
  filesOff: "This chat takes no files any more.",
};
const de: typeof en = {
  dropHere: "Datei hier ablegen",
  notLoaded: "Die Datei konnte nicht geladen werden. Versuchen Sie es noch einmal.",
  attach: "Datei anhängen",
  removeFile: "{name} wegnehmen",
  uploading: "{name} wird gesendet",
  fileTooLarge: "{name} ist zu groß: höchstens {limit} MB.",
  fileKind: "{name} kann hier nicht gesendet werden. Möglich: {kinds}.",
  fileEmpty: "{name} ist leer.",
  fileName: "Der Name von {name} passt nicht zum Inhalt oder hat Zeichen, die nicht gehen. Benennen Sie die Datei um.",
  fileFailed: "{name} konnte nicht gesendet werden.",
  filesTooMany: "Zu einer Nachricht gehen höchstens {limit} Dateien.",
  filesOff: "Dieser Chat nimmt keine Dateien mehr an.",
};
const LANGUAGES: Record<string, typeof en> = { de };
const ATTEMPTS = 3;

export class Files {
  readonly texts: typeof en;
  readonly Drafts = Drafts;
  readonly List = List;
  private readonly stops = new Map<string, AbortController>();

  constructor(
    private readonly store: Store,
    private readonly session: SessionHolder,
    readonly tag: string,
    readonly rules: FileRules | null,
    private readonly conversation: () => Promise<string>,
  ) {
    this.texts = LANGUAGES[tag] ?? en;
  }

  /** Those that the server has; the others are forgotten with the message that is sent now. */
  take(): Attachment[] {
    const sent = this.store.state.files.flatMap((each) => each.sent ?? []);
    this.clear();
    return sent;
  }

  clear(): void {
    for (const stop of this.stops.values()) stop.abort();
    this.stops.clear();
    if (this.store.state.files.length || this.store.state.filesProblem) this.store.set({ files: [], filesProblem: "" });
  }

  async add(chosen: readonly File[]): Promise<void> {
    if (!this.rules || !chosen.length) return;
    const { most } = this.rules;
    const room = most - this.store.state.files.filter((each) => !each.problem).length;
    this.store.set({
      files: this.store.state.files.filter((each) => !each.problem),
      filesProblem: chosen.length > room ? fill(this.texts.filesTooMany, { limit: most }) : "",
    });
    await Promise.all(chosen.slice(0, Math.max(0, room)).map((file) => this.begin(file)));
  }

  remove(key: string): void {
    const gone = this.store.state.files.find((each) => each.key === key);
    this.stops.get(key)?.abort();
    this.store.set({ files: this.store.state.files.filter((each) => each.key !== key), filesProblem: "" });
    const sent = gone?.sent;
    if (sent) void this.session.with((token) => removeFile(token, sent.id)).catch(() => undefined); // the server sweeps it
  }

  /** The bytes of a file that was sent. Throws ApiError. */
  read(file: Attachment): Promise<Blob> {
    return this.session.with((token) => readFile(token, file.id));
  }

  private async begin(file: File): Promise<void> {
    const draft: Draft = { key: randomKey(), name: file.name, size: file.size, progress: 0 };
    const code = file.size > this.rules!.megabytes * 1024 * 1024 ? "attachment_too_large" : file.size ? "" : "attachment_empty";
    this.store.set({ files: [...this.store.state.files, code ? { ...draft, problem: this.explain(code, draft) } : draft] });
    if (!code) await this.send(draft, file);
  }

  private async send(draft: Draft, file: File): Promise<void> {
    const stop = new AbortController();
    this.stops.set(draft.key, stop);
    for (let attempt = 0; !stop.signal.aborted; attempt += 1) {
      try {
        const conversation = await this.conversation();
        const onProgress = (progress: number) => this.change(draft.key, { progress });
        const sent = await this.session.with((token) => uploadFile(token, conversation, file, draft.key, onProgress, stop.signal));
        return this.change(draft.key, { sent, progress: 1, name: sent.name });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (stop.signal.aborted) return;
        if (!error.isPassing || attempt + 1 >= ATTEMPTS) return this.change(draft.key, { problem: this.explain(error.code, draft) });
        await wait(Math.max(backoffMs(attempt), (error.retryAfterSeconds ?? 0) * 1000), stop.signal);
      }
    }
  }

  private change(key: string, change: Partial<Draft>): void {
    this.store.set({ files: this.store.state.files.map((each) => (each.key === key ? { ...each, ...change } : each)) });
  }

  private explain(code: string, { name }: Draft): string {
    const { texts, rules } = this;
    const limit = code === "too_many_attachments" ? rules!.most : rules!.megabytes;
    const text = {
      attachment_too_large: texts.fileTooLarge,
      body_too_large: texts.fileTooLarge,
      attachment_empty: texts.fileEmpty,
      attachment_kind: texts.fileKind,
      attachment_name: texts.fileName,
      attachments_off: texts.filesOff,
      too_many_attachments: texts.filesTooMany,
    }[code];
    return fill(text ?? texts.fileFailed, { name, limit, kinds: rules!.kinds });
  }
}

/** Not by fetch, which does not tell how far an upload is. `onProgress`: from 0 to 1. */
function uploadFile(token: string, conversation: string, file: File, key: string, onProgress: (part: number) => void, signal: AbortSignal): Promise<Attachment> {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file);
  signal.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.open("POST", `/v1/conversations/${encodeURIComponent(conversation)}/attachments`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = request.onabort = () => reject(new ApiError(0, "unreachable", ""));
    request.onload = () => {
      if (request.status === 201) return resolve(JSON.parse(request.responseText) as Attachment);
      const after = request.getResponseHeader("Retry-After");
      void readError(new Response(request.responseText, { status: request.status || 500, headers: after ? { "Retry-After": after } : {} })).then(reject);
    };
    request.send(body);
  });
}

/** Take a file away that was not sent with a message. */
async function removeFile(token: string, file: string): Promise<void> {
  await call("DELETE", `/v1/attachments/${encodeURIComponent(file)}`, { token });
}

/** With how far each is, and what is wrong with it. */
function Drafts({ files, drafts, problem }: { files: Files; drafts: Draft[]; problem: string }) {
  const { texts, tag } = files;
  return (
    <>
      {problem && <p class="hint" role="alert">{problem}</p>}
      {drafts.length > 0 && (
        <ul class="files">
          {drafts.map((each) => (
            <li key={each.key} class={`file${each.problem ? " file--bad" : ""}`}>
              <Icon name={each.problem ? "warn" : "doc"} />
              {each.problem ? <span role="alert">{each.problem}</span> : <span class="title">{each.name}</span>}
              {!each.problem && (each.sent
                ? <span class="size">{sizeOf(each.size, tag)}</span>
                : <progress value={each.progress} aria-label={fill(texts.uploading, { name: each.name })} />)}
              <button type="button" aria-label={fill(texts.removeFile, { name: each.name })} onClick={() => files.remove(each.key)}><Icon name="close" /></button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The bytes of a file: with the token in a header, so by no address that could be passed on. */
async function readFile(token: string, file: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(`/v1/attachments/${encodeURIComponent(file)}/content`, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
    if (response.ok) return await response.blob();
  } catch {
    throw new ApiError(0, "unreachable", "");
  }
  throw await readError(response);
}

function sizeOf(bytes: number, tag: string): string {
  const isSmall = bytes < 1e6;
  const options = { style: "unit", unit: isSmall ? "kilobyte" : "megabyte", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(tag, options).format(isSmall ? Math.ceil(bytes / 1000) : bytes / 1e6);
}

/** What was sent: a picture as one, all else by its name; a click saves it. */
function List({ files, sent }: { files: Files; sent: Attachment[] }) {
  return <ul class="files">{sent.map((each) => <Sent key={each.id} file={each} files={files} />)}</ul>;
}

function Sent({ file, files }: { file: Attachment; files: Files }) {
  const [picture, setPicture] = useState("");
  const [isFailed, setFailed] = useState(false);
  useEffect(() => {
    if (!file.is_picture) return;
    let address = "";
    let isOver = false;
    files.read(file).then((content) => {
      if (!isOver) setPicture((address = URL.createObjectURL(content)));
    }, () => undefined); // it stays by its name
    return () => {
      isOver = true;
      URL.revokeObjectURL(address);
    };
  }, [file.id]);
  const keep = () => files.read(file).then((content) => (setFailed(false), save(content, file.name)), () => setFailed(true));
  return (
    <li>
      <button type="button" class="file" onClick={keep} title={file.name}>
        {picture ? <img src={picture} alt={file.name} onError={() => setPicture("")} /> : <><Icon name="doc" /><span class="title">{file.name}</span><span class="size">{sizeOf(file.size_bytes, files.tag)}</span></>}
      </button>
      {isFailed && <span role="alert">{files.texts.notLoaded}</span>}
    </li>
  );
}
