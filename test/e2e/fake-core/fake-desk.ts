import { implement } from '@orpc/server';
import { type CardHandle, contract, type PaymentResult } from '../../../terminal-core/api/contract.ts';
import { paymentResult } from './fake-payments.ts';
import { fakeReceipt } from './fake-receipt.ts';
import { NO_CARD_DESK, SUPERVISOR_REQUIRED, WRONG_PASSWORD } from './fake-refusals.ts';
import type { NextOutcome } from './fake-state.ts';

const OLD_CARD = '889012******0074';
/** What asks a supervisor of a cashier. */
const RELEASES = new Set(['unblock', 'replace', 'surrender']);

/** The card desk: obeys, and writes down what it was asked for and by which id. */
export class FakeDesk {
  readonly asked: string[] = [];
  readonly ids: string[] = [];
  /** What is on a card that is asked about. */
  balanceMinor = 73_420;
  /** What the holder of the next loaded card still owes. */
  claims: NonNullable<CardHandle['claims']> = [];
  readonly router: ReturnType<FakeDesk['build']>;
  readonly #outcome: () => Promise<NextOutcome>;

  constructor(outcome: () => Promise<NextOutcome>) {
    this.#outcome = outcome;
    this.router = this.build();
  }

  build() {
    const os = implement(contract).cards;
    return {
      inquire: os.inquire.handler(async () =>
        (await this.#outcome()) !== 'approved'
          ? NO_CARD_DESK
          : {
              kind: 'inquiry' as const,
              maskedPan: OLD_CARD,
              balanceMinor: this.balanceMinor,
              certificate: { state: 'valid' as const, leftMinor: 50_000 },
              receipt: fakeReceipt({ kind: 'purchase', lines: [], atMs: Date.now(), receivedMinor: 0 }),
            },
      ),
      load: os.load.handler(async ({ input }) => {
        this.#note(`load ${input.amountMinor}`, input.loadId);
        const result = paymentResult(
          { kind: 'load', amountMinor: input.amountMinor, maskedPan: OLD_CARD, lines: [] },
          await this.#outcome(),
          Date.now(),
        );
        return { result, claims: result.kind === 'approved' ? this.claims : [] };
      }),
      serve: os.serve.handler(async ({ input }): Promise<PaymentResult> => {
        const { service, serviceId, supervisor } = input;
        if (supervisor && supervisor.password !== supervisor.operatorCode) return WRONG_PASSWORD;
        if (RELEASES.has(service) && !supervisor) return SUPERVISOR_REQUIRED;
        const amountMinor = input.service === 'surrender' ? input.amountMinor : 0;
        this.#note(amountMinor === 0 ? service : `${service} ${amountMinor}`, serviceId);
        const next = await this.#outcome();
        const result = paymentResult(
          { kind: 'card-service', amountMinor, maskedPan: OLD_CARD, lines: [] },
          next === 'pin' && input.pin !== undefined ? 'approved' : next,
          Date.now(),
        );
        return 'transaction' in result
          ? { ...result, transaction: { ...result.transaction, service } }
          : result;
      }),
    };
  }

  #note(what: string, id: string): void {
    this.asked.push(what);
    this.ids.push(id);
  }
}
