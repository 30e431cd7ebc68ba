import type { Clock } from '../ports.ts';
import { accountingDate } from '../settings.ts';
import type { Store } from '../store/store.ts';
import { answerBytes } from './answer.ts';
import type { FaultsForRules, HostServices } from './outcome.ts';
import { MessageProcessor } from './processor.ts';
import type { HostRequest } from './request.ts';
import { readFrame } from './wire.ts';

export interface HostCoreOptions {
  readonly store: Store;
  readonly services: HostServices;
  readonly clock: Clock;
}

/** What became of a frame. Frames are without their length. */
export type Received =
  | { readonly kind: 'answered'; readonly request: HostRequest; readonly answer: Uint8Array }
  /** Read in part: answered 30 where that can be done. */
  | {
      readonly kind: 'format-error';
      readonly request: HostRequest;
      readonly answer: Uint8Array | undefined;
      readonly error: string;
    }
  | { readonly kind: 'unreadable'; readonly error: string }
  /** Nothing of it was booked; 96 tells the terminal to try later instead of leaving it in doubt. */
  | {
      readonly kind: 'failed';
      readonly request: HostRequest;
      readonly answer: Uint8Array | undefined;
      readonly cause: unknown;
    }
  /** Forgotten on purpose, before anything was booked. */
  | { readonly kind: 'dropped'; readonly request: HostRequest };

export type FaultPlan = (request: HostRequest) => FaultsForRules | 'drop';

const NO_FAULTS: FaultPlan = () => ({ unbalancedSettlement: false });

/** The host without a network: a frame in, an answer out. The TCP server and a simulator both stand on it. */
export class HostCore {
  readonly #options: HostCoreOptions;
  readonly #processor: MessageProcessor;

  constructor(options: HostCoreOptions) {
    this.#options = options;
    this.#processor = new MessageProcessor(options);
  }

  /** Never rejects. */
  async receive(bytes: Uint8Array, plan: FaultPlan = NO_FAULTS): Promise<Received> {
    const frame = readFrame(bytes);
    if (frame.kind === 'unreadable') return frame;
    const { request } = frame;
    if (frame.kind === 'format-error') {
      return { kind: 'format-error', request, error: frame.error, answer: this.#errorAnswer(request, '30') };
    }
    const faults = plan(request);
    if (faults === 'drop') return { kind: 'dropped', request };
    try {
      return { kind: 'answered', request, answer: await this.#processor.answer(request, faults) };
    } catch (cause) {
      return { kind: 'failed', request, cause, answer: this.#errorAnswer(request, '96') };
    }
  }

  /** An answer outside the rules: without a MAC, and only to what is a request at all. */
  #errorAnswer(request: HostRequest, code: string): Uint8Array | undefined {
    if (!/^\d\d[02]0$/.test(request.mti)) return undefined;
    const { clock, services } = this.#options;
    const { settings } = services;
    const nowMs = clock.nowMs();
    try {
      return answerBytes({ request, nowMs, settings, accountingDate: accountingDate(nowMs, settings), code });
    } catch {
      // What was read of a broken message can be too broken to be said back.
      return undefined;
    }
  }
}
