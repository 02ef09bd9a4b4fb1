// Phone → Try it here: the microphone and a WebSocket are a telephone. What is said is shown as it is said, and both
// sides as they are loud. Every way out ends the call, frees the microphone and says what happened.
import "../styles/try-call.css";
import { decode, encode } from "./mulaw";
import { translated } from "./translated";

const SHOWN_SECONDS = 20;
const PEAK_MS = 100;
const SOUND_MS = 4000;
const NARROW = 3400; // a telephone's highest tone

interface Begun {
  start: Record<string, string>;
  greeting: string;
  page: string;
  error?: string;
}
interface Told {
  mark?: string;
  clear?: boolean;
  caller?: string;
  agent?: string;
  last?: boolean;
  cut?: string;
}

const stage = document.getElementById("trial-call")!;
const form = stage.querySelector("form")!;
const said = stage.querySelector<HTMLElement>("[data-said]")!;
const state = stage.querySelector<HTMLElement>("[data-state]")!;
const wrong = stage.querySelector<HTMLElement>("[data-wrong]")!;
const seen = stage.querySelector<HTMLAnchorElement>("[data-page]")!;
const wave = stage.querySelector("canvas")!;
const only = (name: string) => stage.querySelectorAll<HTMLElement>(`[data-only=${name}]`);

let call: Call | null = null;

class Call {
  private socket: WebSocket | null = null;
  private audio: AudioContext | null = null;
  private sound: MediaStream | null = null;
  private line: AudioWorkletNode | null = null;
  private began = 0;
  private clock = 0;
  private isMuted = false;
  private loud = { caller: 0, agent: 0 };
  private peaks: { caller: number; agent: number }[] = [];
  private answer: HTMLElement | null = null;
  private isOver = false;

  async begin(): Promise<void> {
    said.replaceChildren();
    show("calling", translated("Asking for the microphone…"));
    try {
      this.sound = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    } catch {
      return this.end(translated("There is no microphone, or this browser may not use it. Allow it beside the address, and call again."));
    }
    show("calling", translated("Connecting…"));
    if (!(await this.connect())) return this.end(translated("This browser can play no sound here. Connect a loudspeaker or headphones, and call again."));
    const begun = await this.ask();
    if (typeof begun === "string") return this.end(begun);
    if (this.isOver) return;
    seen.href = begun.page;
    this.open(begun);
  }

  private async ask(): Promise<Begun | string> {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
      const begun = (await answer.json()) as Begun;
      return answer.ok ? begun : (begun.error ?? translated("That did not work. Reload the page and try once more."));
    } catch {
      return translated("That did not work. Reload the page and try once more.");
    }
  }

  /** Microphone → narrow → line → narrow → loudspeaker. False where there is none: some browsers wait for one for ever. */
  private async connect(): Promise<boolean> {
    const audio = (this.audio = new AudioContext());
    await audio.audioWorklet.addModule(stage.dataset.worklet!);
    const narrow = () => new BiquadFilterNode(audio, { type: "lowpass", frequency: NARROW });
    const line = (this.line = new AudioWorkletNode(audio, "line", { channelCount: 1, channelCountMode: "explicit" }));
    audio.createMediaStreamSource(this.sound!).connect(narrow()).connect(narrow()).connect(line).connect(narrow()).connect(audio.destination);
    line.port.onmessage = ({ data }: MessageEvent<{ heard?: Float32Array; reached?: string }>) => {
      if (data.heard) this.bring(data.heard);
      if (data.reached) this.tell({ played: data.reached });
    };
    await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, SOUND_MS))]);
    return audio.state === "running";
  }

  private open({ start, greeting }: Begun): void {
    const address = new URL(stage.dataset.line!, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.socket = new WebSocket(address));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.tell({ start });
      this.began = performance.now();
      this.clock = window.setInterval(() => this.tick(), PEAK_MS);
      show("talking", "0:00");
      if (greeting) this.write("agent", greeting);
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === "string") return this.read(JSON.parse(data) as Told);
      const samples = decode(new Uint8Array(data));
      this.loud.agent = Math.max(this.loud.agent, ...samples);
      this.line?.port.postMessage({ play: samples }, [samples.buffer]);
    };
    socket.onclose = ({ code }) => this.end(code === 1000 ? "" : translated("The call could not be answered, or the connection was lost."));
  }

  private bring(samples: Float32Array): void {
    if (this.isMuted) samples.fill(0);
    this.loud.caller = Math.max(this.loud.caller, ...samples);
    // A line that is slower than speech would bring everything late.
    if (this.socket?.readyState === WebSocket.OPEN && this.socket.bufferedAmount < 16_000) this.socket.send(encode(samples));
  }

  private read(told: Told): void {
    if (told.mark !== undefined) this.line?.port.postMessage({ mark: told.mark });
    if (told.clear) this.line?.port.postMessage({ clear: true });
    if (told.caller !== undefined) {
      this.answer = null;
      this.write("caller", told.caller);
    }
    if (told.cut !== undefined) this.cut(told.cut);
    if (told.agent !== undefined) {
      this.answer ??= this.write("agent", "");
      this.answer.textContent += told.agent;
      if (told.last) this.answer = null;
      said.scrollTop = said.scrollHeight;
    }
  }

  private write(who: "caller" | "agent", text: string): HTMLElement {
    const line = document.createElement("p");
    line.className = `trial-said trial-said--${who}`;
    line.textContent = text;
    line.dir = "auto";
    said.append(line);
    said.scrollTop = said.scrollHeight;
    return line;
  }

  /** Of the answer that was said last, so much was heard. */
  private cut(heard: string): void {
    const answers = said.querySelectorAll<HTMLElement>(".trial-said--agent");
    const last = answers[answers.length - 1];
    if (!last) return;
    const rest = document.createElement("s");
    rest.textContent = last.textContent!.startsWith(heard) ? last.textContent!.slice(heard.length) : "";
    if (rest.textContent) last.replaceChildren(heard, rest);
    this.answer = null;
  }

  private tick(): void {
    const seconds = Math.floor((performance.now() - this.began) / 1000);
    state.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.peaks.push(this.loud);
    this.loud = { caller: 0, agent: 0 };
    this.peaks.splice(0, this.peaks.length - (SHOWN_SECONDS * 1000) / PEAK_MS);
    draw(this.peaks);
  }

  mute(): boolean {
    this.isMuted = !this.isMuted;
    return this.isMuted;
  }

  press(key: string): void {
    this.tell({ key });
    this.write("caller", key);
  }

  private tell(what: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(what));
  }

  end(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    clearInterval(this.clock);
    this.socket?.close(1000);
    this.sound?.getTracks().forEach((track) => track.stop());
    void this.audio?.close();
    call = null;
    show(this.began ? "over" : "idle", this.began ? translated("The call is over.") : "");
    wrong.hidden = !reason;
    wrong.querySelector("[data-words]")!.textContent = reason;
  }
}

function show(phase: "idle" | "calling" | "talking" | "over", text: string): void {
  stage.dataset.phase = phase;
  state.textContent = text;
  wrong.hidden = true;
  for (const each of only("call")) each.hidden = phase === "calling" || phase === "talking";
  for (const each of only("talk")) each.hidden = phase !== "talking";
  for (const each of only("live")) each.hidden = phase === "idle" || phase === "over";
  for (const each of only("over")) each.hidden = phase !== "over";
  form.inert = phase === "calling" || phase === "talking";
}

/** The caller above the line, the agent below, the newest at the right. */
function draw(peaks: { caller: number; agent: number }[]): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [wave.clientWidth * ratio, wave.clientHeight * ratio];
  if (wave.width !== width) wave.width = width;
  if (wave.height !== height) wave.height = height;
  const pen = wave.getContext("2d")!;
  const style = getComputedStyle(wave);
  const room = (SHOWN_SECONDS * 1000) / PEAK_MS;
  const step = width / room;
  pen.clearRect(0, 0, width, height);
  peaks.forEach(({ caller, agent }, at) => {
    const x = (room - peaks.length + at) * step;
    for (const [peak, side, color] of [[caller, -1, style.color], [agent, 1, style.outlineColor]] as const) {
      const long = Math.max(ratio, Math.sqrt(Math.min(1, peak)) * (height / 2 - 2));
      pen.fillStyle = color;
      pen.fillRect(x, side < 0 ? height / 2 - long : height / 2, Math.max(1, step * 0.7), long);
    }
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (call) return;
  call = new Call();
  call.begin().catch(() => call?.end(translated("That did not work. Reload the page and try once more.")));
});
stage.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("[data-act]");
  if (!button || !call) return;
  if (button.dataset.act === "end") call.end("");
  if (button.dataset.act === "mute") button.setAttribute("aria-pressed", String(call.mute()));
  if (button.dataset.act === "key") call.press(button.value);
});
window.addEventListener("pagehide", () => call?.end(""));
show("idle", "");
