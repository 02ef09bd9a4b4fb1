// In the audio thread: the microphone becomes frames of 20 ms at 8 kHz, and what the agent says is played from a queue.
// It is told `{play: samples}`, `{mark: name}` and `{clear: true}`, and tells `{heard: samples}` and `{reached: name}`:
// all before the mark was played, or cleared.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const RATE = 8000;
const FRAME = 160;

class Line extends AudioWorkletProcessor {
  private readonly step = sampleRate / RATE;
  private frame = new Float32Array(FRAME);
  private filled = 0;
  private due = 0; // where the next sample is taken from the microphone, from the block's beginning on
  private last = 0; // of the block before
  private queue: (Float32Array | string)[] = [];
  private at = 0; // in the queue's first, in samples of 8 kHz
  private before = 0; // the sample that was played last

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<{ play?: Float32Array; mark?: string; clear?: boolean }>) => {
      if (data.play) this.queue.push(data.play);
      if (data.mark) this.queue.push(data.mark);
      if (data.clear) this.clear();
      this.tellReached();
    };
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]![0]!;
    this.hear(inputs[0]?.[0] ?? new Float32Array(output.length));
    for (let i = 0; i < output.length; i++) output[i] = this.next();
    this.tellReached();
    return true;
  }

  private hear(block: Float32Array): void {
    for (; this.due < block.length; this.due += this.step) {
      const left = Math.floor(this.due);
      const from = left > 0 ? block[left - 1]! : this.last;
      this.frame[this.filled++] = from + (block[left]! - from) * (this.due - left);
      if (this.filled === FRAME) {
        this.port.postMessage({ heard: this.frame }, [this.frame.buffer]);
        this.frame = new Float32Array(FRAME);
        this.filled = 0;
      }
    }
    this.due -= block.length;
    this.last = block[block.length - 1] ?? 0;
  }

  private next(): number {
    this.tellReached();
    const playing = this.queue[0];
    if (!playing || typeof playing === "string") return (this.before *= 0.9); // no click
    const left = Math.floor(this.at);
    const from = playing[left]!;
    const to = playing[left + 1] ?? from;
    this.before = from + (to - from) * (this.at - left);
    this.at += 1 / this.step;
    if (this.at >= playing.length) {
      this.at -= playing.length;
      this.queue.shift();
    }
    return this.before;
  }

  private clear(): void {
    this.queue = this.queue.filter((each) => typeof each === "string");
    this.at = 0;
  }

  private tellReached(): void {
    while (typeof this.queue[0] === "string") this.port.postMessage({ reached: this.queue.shift() });
  }
}

registerProcessor("line", Line);
