import type { Random } from '../ports.ts';
import { type FaultRule, type FaultSubject, ruleMatches } from './fault.ts';

interface LiveRule {
  readonly rule: FaultRule;
  left: number;
  hits: number;
}

/** The fault rules in force. They are a test's tool and no record: a restart begins with those of the file. */
export class FaultBook {
  #rules: LiveRule[] = [];
  readonly #random: Random;

  constructor(options: { readonly rules: readonly FaultRule[]; readonly random: Random }) {
    this.#random = options.random;
    this.replace(options.rules);
  }

  replace(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY, hits: 0 }));
  }

  /** The first rule of each kind that hits this request; each is spent by one. */
  take(subject: FaultSubject): FaultRule[] {
    const taken: FaultRule[] = [];
    for (const live of this.#rules) {
      if (live.left <= 0 || !ruleMatches(live.rule, subject)) continue;
      if (taken.some((rule) => rule.kind === live.rule.kind)) continue;
      if (live.rule.share !== undefined && !this.#chance(live.rule.share)) continue;
      live.left -= 1;
      live.hits += 1;
      taken.push(live.rule);
    }
    return taken;
  }

  list(): readonly { readonly rule: FaultRule; readonly hits: number; readonly spent: boolean }[] {
    return this.#rules.map(({ rule, hits, left }) => ({ rule, hits, spent: left <= 0 }));
  }

  #chance(share: number): boolean {
    const [high = 0, low = 0] = this.#random.bytes(2);
    return (high * 256 + low) / 65_536 < share;
  }
}
