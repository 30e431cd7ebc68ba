import type { Prng } from './prng.ts';

/** Every way in which the simulated world goes wrong, and what is counted. */
export const FAULT_KINDS = [
  'network-loss',
  'duplicate',
  'reorder',
  'delay',
  'partition',
  'terminal-crash',
  'host-crash',
  'card-tear',
  'printer',
  'disk-full',
  'clock-jump',
  'slow-host',
  'host-error',
  'tampered-answer',
  'forced-upload',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];
export type FaultCounts = Record<FaultKind, number>;

export function noFaults(): FaultCounts {
  // fromEntries forgets the key type; the keys are exactly FAULT_KINDS.
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts;
}

/** How much of each fault one seed has, 0 to 1: the swarm. What a number means is up to the place that uses it. */
export type FaultMix = Readonly<Record<FaultKind, number>>;

/**
 * Swarm testing: each seed leaves out about half of the kinds and takes the others at an intensity of its own, so that
 * some seeds are only lossy, some only crash, and combinations that an average mix would drown get their turn.
 */
export function mixOfSeed(prng: Prng): FaultMix {
  const calm = prng.chance(0.05);
  return Object.fromEntries(
    FAULT_KINDS.map((kind) => {
      const left = prng.chance(0.45) || calm;
      const intensity = 0.1 + 0.9 * prng.fraction() ** 2;
      return [kind, left ? 0 : intensity];
    }),
  ) as FaultMix;
}

/** What the parts of the world ask before they misbehave. */
export class Faults {
  readonly counts: FaultCounts = noFaults();
  readonly mix: FaultMix;
  /** At the end of a day everything heals. */
  healed = false;

  constructor(mix: FaultMix) {
    this.mix = mix;
  }

  /** Whether this one happens now; counts it. `most` is its probability at intensity 1. */
  strikes(kind: FaultKind, prng: Prng, most: number): boolean {
    const happens = prng.chance(this.mix[kind] * most) && !this.healed;
    if (happens) this.counts[kind] += 1;
    return happens;
  }
}
