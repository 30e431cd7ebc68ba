import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawTransitions } from './drawing.ts';
import { REFUSALS } from './refusals.ts';
import { TRANSITIONS } from './transitions.ts';

const PAGE = new URL('../../docs/engine.md', import.meta.url);

describe('docs/engine.md', () => {
  it('draws the state machine as the table has it', () => {
    const drawn = /```mermaid\n([\s\S]*?)\n```/.exec(readFileSync(PAGE, 'utf8'))?.[1];
    expect(drawn).toBe(drawTransitions());
  });

  it('says of every event that moves money what its durability protects against', () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const event of new Set(TRANSITIONS.map((row) => row.event)))
      expect(page).toContain(`| \`${event}\``);
  });
});

describe('the state machine', () => {
  it('has one row at most for a kind, a state and an event', () => {
    const keys = TRANSITIONS.flatMap(({ kinds, from, event, by }) =>
      kinds.flatMap((kind) => from.map((state) => `${kind} ${state} ${event} ${by ?? ''}`)),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('says every refusal in both languages, what happened and what to do next', () => {
    for (const [rule, { text, nextStep }] of Object.entries(REFUSALS)) {
      for (const words of [text['zh-CN'], text.en, nextStep['zh-CN'], nextStep.en]) {
        expect(words.length, rule).toBeGreaterThan(3);
      }
      expect(text['zh-CN'], rule).toMatch(/[\u4e00-\u9fff]/);
      expect(text.en, rule).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
