import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { encodeFrame, FRAME_LENGTH_MAX, FrameDecoder } from './framing.ts';

function decode(pieces: readonly Uint8Array[]) {
  const decoder = new FrameDecoder();
  const frames: Uint8Array[] = [];
  let error: ReturnType<FrameDecoder['push']>;
  for (const piece of pieces) error = decoder.push(piece, (frame) => frames.push(frame));
  return { frames, error, isPartial: decoder.isPartial };
}

describe('encodeFrame', () => {
  it('puts the length before the payload, high byte first', () => {
    const frame = encodeFrame(new Uint8Array(0x0102).fill(7));
    expect([...frame.subarray(0, 4)]).toEqual([1, 2, 7, 7]);
    expect(frame.length).toBe(2 + 0x0102);
  });

  it('takes FRAME_LENGTH_MAX bytes and refuses one more, and none', () => {
    expect(encodeFrame(new Uint8Array(FRAME_LENGTH_MAX)).length).toBe(FRAME_LENGTH_MAX + 2);
    expect(() => encodeFrame(new Uint8Array(FRAME_LENGTH_MAX + 1))).toThrow(RangeError);
    expect(() => encodeFrame(new Uint8Array(0))).toThrow(RangeError);
  });
});

describe('FrameDecoder', () => {
  it('gives the same frames however the stream is cut into pieces', () => {
    const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(payloads, fc.array(fc.nat({ max: 2_600 }), { maxLength: 40 }), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(encodeFrame));
        const at = [0, ...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
        const pieces = at.slice(1).map((to, index) => new Uint8Array(stream.subarray(at[index] ?? 0, to)));
        expect(decode(pieces)).toEqual({ frames, error: undefined, isPartial: false });
      }),
      { numRuns: 300 },
    );
  });

  it('waits for the rest of a frame, and says so', () => {
    const whole = encodeFrame(new Uint8Array([1, 2, 3]));
    for (let cut = 1; cut < whole.length; cut += 1) {
      expect(decode([whole.subarray(0, cut)])).toEqual({ frames: [], error: undefined, isPartial: true });
    }
  });

  it('gives frames that do not keep the read buffer they came in', () => {
    const buffer = encodeFrame(new Uint8Array([1, 2, 3]));
    const { frames } = decode([buffer]);
    buffer.fill(0);
    expect([...(frames[0] ?? [])]).toEqual([1, 2, 3]);
    expect(frames[0]?.buffer.byteLength).toBe(3);
  });

  it('takes an announced length of FRAME_LENGTH_MAX', () => {
    const { frames } = decode([encodeFrame(new Uint8Array(FRAME_LENGTH_MAX))]);
    expect(frames[0]?.length).toBe(FRAME_LENGTH_MAX);
  });

  it.each([
    ['nothing', 0],
    ['one byte too many', FRAME_LENGTH_MAX + 1],
    ['all that two bytes can say', 0xffff],
  ])('ends the stream when %s is announced, and gives the frames before it', (_what, announcedBytes) => {
    const bad = new Uint8Array([announcedBytes >> 8, announcedBytes & 0xff, 1, 2, 3]);
    const { frames, error } = decode([
      encodeFrame(new Uint8Array([9])),
      bad,
      encodeFrame(new Uint8Array([8])),
    ]);
    expect(frames).toEqual([new Uint8Array([9])]);
    expect(error).toMatchObject({ code: 'frame-length', announcedBytes });
  });

  it('copies each byte of a stream that comes byte by byte once', () => {
    const oneFrame = encodeFrame(new Uint8Array(FRAME_LENGTH_MAX));
    const decoder = new FrameDecoder();
    const copied = vi.spyOn(Uint8Array.prototype, 'set');
    for (let at = 0; at < oneFrame.length; at += 1) decoder.push(oneFrame.subarray(at, at + 1), () => {});
    const copiedBytes = copied.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    copied.mockRestore();
    // A decoder that keeps what has come by copying it anew for every byte would copy half the frame's square.
    expect(copiedBytes).toBe(FRAME_LENGTH_MAX);
  });
});
