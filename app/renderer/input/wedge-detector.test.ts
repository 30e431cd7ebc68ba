import { describe, expect, it } from 'vitest';
import {
  BURST_GAP_MS,
  BURST_LENGTH_MAX,
  BURST_LENGTH_MIN,
  RUN_GAP_MS,
  SWIPE_GAP_MS,
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

const TRACK_2 = ';8890121000010074=29121010000?';

/** The keys of a burst that has not ended yet, 4 ms apart. */
function feedOnly(detector: WedgeDetector, text: string, startMs: number): void {
  for (const [index, character] of [...text].entries()) detector.character(character, startMs + index * 4);
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

  it.each([1, 6])('keeps a swipe whole that stood still for SWIPE_GAP_MS behind its first %i', (before) => {
    const detector = new WedgeDetector();
    const [first, rest] = [TRACK_2.slice(0, before), TRACK_2.slice(before)];
    feedOnly(detector, first, 1_000);
    detector.flush();
    const startMs = 1_000 + (before - 1) * 4 + SWIPE_GAP_MS;
    expect(detector.isInSwipe(startMs)).toBe(true);
    expect(feed(detector, rest, { gapMs: 4, startMs })).toEqual({
      typed: '',
      enter: { kind: 'track', text: TRACK_2 },
    });
  });

  it('makes nothing of a first half from longer ago than SWIPE_GAP_MS', () => {
    const detector = new WedgeDetector();
    feedOnly(detector, ';88901', 1_000);
    detector.flush();
    const startMs = 1_020 + SWIPE_GAP_MS + 1;
    expect(detector.isInSwipe(startMs)).toBe(false);
    const { enter } = feed(detector, '69012345', { gapMs: 4, startMs });
    expect(enter).toEqual({ kind: 'scan', text: '69012345' });
  });

  it.each([TRACK_2, '%B8890121000010074^LIN/YUE^29121010000?'])(
    'takes %s for a swipe when the machine lost its first character',
    (track) => {
      expect(feed(new WedgeDetector(), track.slice(1), { gapMs: 4 }).enter).toEqual({
        kind: 'track',
        text: track,
      });
    },
  );

  it('takes a swipe right behind a typed digit for a swipe, without the digit', () => {
    const detector = new WedgeDetector();
    detector.character('3', 1_000);
    detector.flush();
    const { enter } = feed(detector, TRACK_2, { gapMs: 4, startMs: 1_000 + BURST_GAP_MS + 1 });
    expect(enter).toEqual({ kind: 'track', text: TRACK_2 });
  });

  it.each(['https://x.example/?id=690123434180512', '6901234341805', '8890121000010074'])(
    'takes %s for a scan',
    (text) => {
      expect(feed(new WedgeDetector(), text, { gapMs: 4 }).enter).toEqual({ kind: 'scan', text });
    },
  );

  it('takes what a person types behind a semicolon for typing', () => {
    const detector = new WedgeDetector();
    const { typed, enter } = feed(detector, ';1234', { gapMs: RUN_GAP_MS + 50 });
    expect(enter.kind).toBe('typed');
    expect(typed + (enter.kind === 'typed' ? enter.text : '')).toBe(';1234');
  });

  it('gives out nothing of a swipe that another key or a slow end broke off', () => {
    const detector = new WedgeDetector();
    feedOnly(detector, ';88901', 1_000);
    expect(detector.interrupt()).toBe('');
    const slow = feed(detector, ';889012', { gapMs: RUN_GAP_MS, startMs: 9_000 });
    expect(slow).toEqual({ typed: '', enter: { kind: 'typed', text: '' } });
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
