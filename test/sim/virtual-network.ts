import { InFlight, type Waiting } from '../../terminal-core/host-link/in-flight.ts';
import { isoMatching } from '../../terminal-core/host-link/iso-match-key.ts';
import { keyOfRequest } from '../../terminal-core/host-link/match-key.ts';
import { cup } from '../../terminal-core/iso8583/index.ts';
import type { HostLink, LinkOutcome, LinkState, LinkStatus } from '../../terminal-core/ports/host-link.ts';
import type { Faults } from './faults.ts';
import type { Prng } from './prng.ts';
import type { Story } from './story.ts';
import { tamper } from './tamper.ts';
import type { VirtualTime } from './virtual-time.ts';

const matching = isoMatching(cup);

/** What is at the other end: gives the answer when there is one. */
export interface Host {
  readonly isUp: boolean;
  receive(frame: Uint8Array): Promise<Uint8Array | undefined>;
}

export interface WireParts {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly prng: Prng;
  readonly story: Story;
  readonly name: string;
}

/**
 * The cable and the air between one terminal and the host. It outlives every process at either end: what was sent by a
 * terminal that died meanwhile still arrives.
 */
export class Wire {
  readonly #parts: WireParts;
  readonly #matching = matching;
  /** Nothing passes until then. */
  #cutUntilMs = 0;
  #sent = 0;
  #newestArrived = 0;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  get isCut(): boolean {
    return this.#parts.time.nowMs() < this.#cutUntilMs;
  }

  cut(durationMs: number): void {
    this.#cutUntilMs = Math.max(this.#cutUntilMs, this.#parts.time.nowMs() + durationMs);
  }

  heal(): void {
    this.#cutUntilMs = 0;
  }

  /** Takes a frame across, or not, once or twice, soon or late. */
  carry(what: 'request' | 'answer', frame: Uint8Array, deliver: (frame: Uint8Array) => void): void {
    const { faults, name, story, time } = this.#parts;
    const key = this.#matching.readKey(frame);
    // By what it is and when: a message keeps its fate when a shrinker leaves others out.
    const prng = this.#parts.prng.fork(`${what} ${key?.mti} ${key?.amount} ${time.nowMs()}`);
    const text = `${what === 'request' ? '→' : '←'} ${key?.mti ?? '????'} stan=${key?.stan ?? '-'} ${Number(key?.amount ?? 0)}`;
    const say = (fate: string): void => story.tell(name, `${text} ${fate}`);
    let copies = 1;
    if (faults.strikes('network-loss', prng, 0.25)) copies = 0;
    else if (faults.strikes('duplicate', prng, 0.3)) copies = 2;
    let bytes = frame;
    if (what === 'answer' && faults.strikes('tampered-answer', prng, 0.12)) {
      bytes = tamper(frame, prng);
      say('is tampered with');
    }
    say(copies === 0 ? 'is lost' : copies === 2 ? 'goes out twice' : 'goes out');
    for (let copy = 0; copy < copies; copy += 1) {
      let delayMs = 20 + prng.int(0, 150);
      if (faults.strikes('delay', prng, 0.3)) delayMs += prng.int(1_000, 25_000);
      // Long enough to be overtaken by a reversal, and now and then by the end of the batch.
      if (prng.chance(faults.healed ? 0 : faults.mix.reorder * 0.15)) delayMs += prng.int(10_000, 900_000);
      if (copy > 0) delayMs += prng.int(0, 60_000);
      this.#sent += 1;
      const number = this.#sent;
      time.after(delayMs, () => {
        if (this.isCut) {
          say('falls into the cut');
          return;
        }
        if (number < this.#newestArrived) faults.counts.reorder += 1;
        this.#newestArrived = Math.max(this.#newestArrived, number);
        say('arrives');
        deliver(bytes);
      });
    }
  }
}

/**
 * The terminal's end of the wire, with the rules of the real link: answers are matched by their key, late ones and
 * duplicates are told apart and ignored, and a link that is known to be down sends nothing. One a process.
 */
export class VirtualLink implements HostLink {
  readonly #parts: WireParts;
  readonly #wire: Wire;
  readonly #host: Host;
  readonly #inFlight = new InFlight();
  readonly #listeners = new Set<(status: LinkStatus) => void>();
  readonly #strayListeners = new Set<(frame: Uint8Array) => void>();
  #state: LinkState = 'up';
  #sinceMs: number;
  #isAlive = true;

  constructor(parts: WireParts, ends: { readonly wire: Wire; readonly host: Host }) {
    this.#parts = parts;
    this.#wire = ends.wire;
    this.#host = ends.host;
    this.#sinceMs = parts.time.nowMs();
    this.checkConnection();
  }

  request(frame: Uint8Array, options: { readonly timeoutMs: number }): Promise<LinkOutcome> {
    // Whoever asks in a dead process never hears anything again.
    if (!this.#isAlive) return new Promise(() => {});
    if (this.#state === 'down') return Promise.resolve({ kind: 'not-sent', reason: 'link-down' });
    const key = matching.readKey(frame);
    const keyText = key && keyOfRequest(key);
    if (key === undefined || keyText === undefined)
      return Promise.resolve({ kind: 'not-sent', reason: 'unmatchable' });
    if (this.#inFlight.has(keyText))
      return Promise.resolve({ kind: 'not-sent', reason: 'same-key-in-flight' });
    return new Promise((resolve) => {
      const waiting: Waiting = {
        purpose: 'request',
        keyText,
        amount: key.amount,
        sentAtMs: this.#parts.time.nowMs(),
        resolve,
        cancelTimeout: this.#parts.time.after(options.timeoutMs, () => {
          this.#inFlight.remove(waiting, 'unanswered');
          this.#become('degraded');
          if (this.#isAlive) resolve({ kind: 'timed-out' });
        }),
      };
      this.#inFlight.add(waiting);
      this.#wire.carry('request', frame, (bytes) => {
        void this.#host.receive(bytes).then((answer) => {
          if (answer) this.#wire.carry('answer', answer, (arrived) => this.#arrived(arrived));
        });
      });
    });
  }

  status(): LinkStatus {
    return { state: this.#state, sinceMs: this.#sinceMs, roundTripsMs: [] };
  }

  onStatus(listener: (status: LinkStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells of answers that no request waits for: late ones, duplicates, strangers. The real link only counts them. */
  onStray(listener: (frame: Uint8Array) => void): void {
    this.#strayListeners.add(listener);
  }

  async close(): Promise<void> {
    this.kill();
  }

  /** Looks whether there is a connection: down when the wire is cut or nobody listens, and up again afterwards. */
  checkConnection(): void {
    const connected = !this.#wire.isCut && this.#host.isUp;
    if (!connected && this.#state !== 'down') {
      this.#become('down');
      for (const waiting of this.#inFlight.removeAll())
        if (this.#isAlive) waiting.resolve({ kind: 'link-lost' });
    } else if (connected && this.#state === 'down') {
      this.#become('up');
    }
  }

  /** The process has died: its memory of what it waits for is gone. */
  kill(): void {
    this.#isAlive = false;
    this.#inFlight.removeAll();
  }

  #arrived(frame: Uint8Array): void {
    if (!this.#isAlive || this.#state === 'down') return;
    const key = matching.readKey(frame);
    if (!key) return;
    const verdict = this.#inFlight.judge(key, () => matching.isPartialApproval(frame));
    if (verdict.kind !== 'matched') {
      for (const listener of this.#strayListeners) listener(frame);
      this.#parts.story.tell(
        this.#parts.name,
        `answer stan=${key.stan ?? '-'} is ${verdict.kind} and ignored`,
      );
      return;
    }
    const { waiting } = verdict;
    this.#inFlight.remove(waiting, 'answered');
    this.#become('up');
    const roundTripMs = this.#parts.time.nowMs() - waiting.sentAtMs;
    waiting.resolve({ kind: 'answered', answer: frame, roundTripMs });
  }

  #become(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#sinceMs = this.#parts.time.nowMs();
    for (const listener of this.#listeners) listener(this.status());
  }
}
