// A telephone's sound: µ-law, 8 kHz, as ITU-T G.711 has it. Samples are from -1 to 1.
const BIAS = 0x84;
const MOST = 32635;

const SAMPLES = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const size = (((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 7);
  return (bits & 0x80 ? BIAS - size : size - BIAS) / 32768;
});

export function decode(codes: Uint8Array): Float32Array {
  return Float32Array.from(codes, (code) => SAMPLES[code]!);
}

export function encode(samples: Float32Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(samples, (sample) => {
    const size = Math.min(Math.round(Math.abs(sample) * 32768), MOST) + BIAS;
    const segment = 31 - Math.clz32(size) - 7;
    const bits = (sample < 0 ? 0x80 : 0) | (segment << 4) | ((size >> (segment + 3)) & 0x0f);
    return ~bits & 0xff;
  });
}
