import { describe, expect, it } from 'vitest';
import {
  BURST_GAP_MS,
  BURST_LENGTH_MAX,
  BURST_LENGTH_MIN,
  RUN_GAP_MS,
  WedgeDetector,
} from './wedge-detector.ts';

/** Feeds characters with a fixed gap and returns what was given out as typing, and the verdict of Enter. */
function feed(detector: WedgeDetector, text: string, options: { gapMs: number; startMs?: number }) {
  let atMs = options.startMs ?? 1_000;
  let typed = '';
  for (const character of text) {
    const verdict = detector.character(character, atMs);
    if (verdict.kind === 'typed') typed += verdict.text;
    atMs += options.gapMs;
  }
  return { typed, enter: detector.enter(atMs) };
}

describe('the wedge detector', () => {
  it('takes a fast burst that ends in Enter for a scan', () => {
    expect(feed(new WedgeDetector(), '6901234341805', { gapMs: 5 })).toEqual({
      typed: '',
      enter: { kind: 'scan', text: '6901234341805' },
    });
  });

  it('takes a burst at exactly BURST_GAP_MS for a scan and a slower one for typing', () => {
    expect(feed(new WedgeDetector(), '69012343', { gapMs: BURST_GAP_MS }).enter.kind).toBe('scan');
    const slower = feed(new WedgeDetector(), '69012343', { gapMs: BURST_GAP_MS + 1 });
    expect(slower.enter.kind).toBe('typed');
    expect(slower.typed + (slower.enter.kind === 'typed' ? slower.enter.text : '')).toBe('69012343');
  });

  it('takes BURST_LENGTH_MIN characters for a scan and one fewer for typing', () => {
    expect(feed(new WedgeDetector(), '1'.repeat(BURST_LENGTH_MIN), { gapMs: 2 }).enter.kind).toBe('scan');
    expect(feed(new WedgeDetector(), '1'.repeat(BURST_LENGTH_MIN - 1), { gapMs: 2 }).enter).toEqual({
      kind: 'typed',
      text: '1'.repeat(BURST_LENGTH_MIN - 1),
    });
  });

  it('gives an Enter of its own back as an empty typing', () => {
    expect(new WedgeDetector().enter(5_000)).toEqual({ kind: 'typed', text: '' });
  });

  it.each([';8890121000010074=2912101?', '%B8890121000010074^LIN/YUE^2912101?'])(
    'takes %s for track data',
    (track) => {
      expect(feed(new WedgeDetector(), track, { gapMs: 4 }).enter).toEqual({ kind: 'track', text: track });
    },
  );

  it('keeps a scan whole when the machine stumbled in the middle and the first half was given out', () => {
    const detector = new WedgeDetector();
    detector.character('6', 1_000);
    detector.character('9', 1_004);
    expect(detector.flush()).toBe('69');
    for (const [index, digit] of [...'01234341805'].entries()) detector.character(digit, 1_060 + index * 4);
    expect(detector.enter(1_105)).toEqual({ kind: 'scan', text: '6901234341805' });
  });

  it('begins a new run after a pause, so that a typed quantity is not part of the scan', () => {
    const detector = new WedgeDetector();
    detector.character('3', 1_000);
    expect(detector.flush()).toBe('3');
    detector.character('*', 1_120);
    expect(detector.flush()).toBe('*');
    const scan = feed(detector, '6901234341805', { gapMs: 4, startMs: 1_120 + RUN_GAP_MS + 1 });
    expect(scan.enter).toEqual({ kind: 'scan', text: '6901234341805' });
  });

  it('waits longer for the rest of a track than for the rest of a number', () => {
    const detector = new WedgeDetector();
    detector.character('1', 1_000);
    expect(detector.gapMs).toBe(BURST_GAP_MS);
    detector.interrupt();
    detector.character(';', 2_000);
    expect(detector.gapMs).toBe(RUN_GAP_MS);
  });

  it('never gives out half a swipe as typing, but gives back a lone percent sign', () => {
    const detector = new WedgeDetector();
    for (const [index, character] of [...';88901'].entries()) detector.character(character, 1_000 + index);
    expect(detector.flush()).toBe('');
    detector.character('%', 9_000);
    expect(detector.flush()).toBe('%');
  });

  it('forgets what came before another key', () => {
    const detector = new WedgeDetector();
    detector.character('1', 1_000);
    detector.character('2', 1_002);
    expect(detector.interrupt()).toBe('12');
    expect(feed(detector, '6901234341805', { gapMs: 4, startMs: 1_010 }).enter).toEqual({
      kind: 'scan',
      text: '6901234341805',
    });
  });

  it('holds BURST_LENGTH_MAX characters and gives them out at one more', () => {
    const detector = new WedgeDetector();
    for (let index = 0; index < BURST_LENGTH_MAX; index += 1) {
      expect(detector.character('1', 1_000 + index).kind).toBe('holding');
    }
    expect(detector.character('1', 1_000 + BURST_LENGTH_MAX)).toEqual({
      kind: 'typed',
      text: '1'.repeat(BURST_LENGTH_MAX),
    });
  });
});
