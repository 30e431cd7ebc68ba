import { implement } from '@orpc/server';
import {
  type CardHandle,
  type CatalogueProduct,
  contract,
  type DeviceEvent,
  type PaymentResult,
  type TillStatus,
  type TransactionView,
} from '../../../terminal-core/api/contract.ts';
import { amountMinor } from '../../../terminal-core/domain/money.ts';
import type { SaleLine } from '../../../terminal-core/domain/product.ts';
import { fakeCatalogue } from './fake-catalogue.ts';
import { FakeDesk } from './fake-desk.ts';
import { FakeOffice, type FakeSupervisor } from './fake-office.ts';
import { type FakePayment, paymentResult, refusal } from './fake-payments.ts';
import { FakePurses } from './fake-purses.ts';
import { fakeReceipt, fakeSettlementReceipt } from './fake-receipt.ts';
import { SHIFT_REQUIRED, SUPERVISOR_REQUIRED, WRONG_PASSWORD } from './fake-refusals.ts';
import { FakeSplitSales } from './fake-split-sales.ts';
import { fakeStatus, fakeTransactions, type NextOutcome } from './fake-state.ts';
import { Feed } from './feed.ts';

/** The contract in memory, for looking at screens: it decides nothing and obeys whoever tests. */
export class FakeCore {
  readonly statuses: Feed<TillStatus>;
  readonly devices = new Feed<DeviceEvent>();
  readonly transactions = fakeTransactions(Date.now());
  readonly products: readonly CatalogueProduct[];
  /** What the next card payment, void or refund comes to; stays until changed. */
  next: NextOutcome = 'approved';
  settles: 'balanced' | 'not-balanced' | 'unfinished' = 'balanced';
  /** Every saleId the screens ever sent, in order. */
  readonly saleIds: string[] = [];
  /** What came through enterCard, in order. */
  readonly cardTexts: string[] = [];
  readonly office = new FakeOffice({ status: () => this.#status, set: (change) => this.set(change) });
  /** What the next card owes. */
  claims: NonNullable<CardHandle['claims']> = [];
  readonly splitSales = new FakeSplitSales();
  readonly purses = new FakePurses({
    push: (event) => this.devices.push(event),
    setStatus: (purse) => this.set({ purse }),
  });
  readonly desk = new FakeDesk(() => this.#outcome(false));
  readonly router = this.#router();
  #status: TillStatus;
  #unknown: TransactionView | undefined;

  constructor(options: { readonly products?: number } = {}) {
    this.#status = fakeStatus(Date.now());
    this.statuses = new Feed<TillStatus>();
    this.products = fakeCatalogue(options.products ?? 0);
  }

  set(change: Partial<TillStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.statuses.push(this.#status);
  }

  /** The host takes the reversal of the last unknown outcome. */
  reverseUnknown(): void {
    if (this.#unknown !== undefined) this.transactions.unshift({ ...this.#unknown, state: 'reversed' });
    this.set({ reversalsOwed: 0 });
  }

  signOn(role: 'cashier' | 'supervisor' | 'engineer' = 'cashier'): void {
    this.set({ operator: { operatorCode: '1001', name: '林悦', role } });
  }

  #lines(lines: readonly { sku: string; quantity: number }[]): SaleLine[] {
    return lines.flatMap(({ sku, quantity }) => {
      const product = this.products.find((each) => each.sku === sku);
      if (product === undefined) return [];
      const { barcode, nameZh, nameEn, taxClass, priceMinor } = product;
      return [{ sku, barcode, nameZh, nameEn, taxClass, unitPriceMinor: amountMinor(priceMinor), quantity }];
    });
  }

  async #outcome(supervisor: boolean): Promise<NextOutcome> {
    if (this.next === 'slow') await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (this.next === 'error') throw new Error('a fault made by the test');
    return this.next === 'supervisor' && supervisor ? 'approved' : this.next;
  }

  #router() {
    const os = implement(contract);
    const core = this;
    return os.router({
      status: {
        get: os.status.get.handler(() => core.#status),
        watch: os.status.watch.handler(async function* ({ signal }) {
          yield core.#status;
          yield* core.statuses.follow(signal);
        }),
        exposure: os.status.exposure.handler(() => ({
          kind: 'exposure',
          terminal: { atRiskMinor: 4_826_00, allowedMinor: 20_000_00, count: 47, countMax: 500 },
          claimsMinor: 0,
          cards: [
            {
              maskedPan: '889012******0330',
              atRiskMinor: 45_00,
              allowedMinor: 500_00,
              count: 2,
              countMax: 5,
            },
          ],
          certificates: 12,
          worstHereMinor: 6_000_00,
          worstOneCardMinor: 500_00,
          worstEverywhereMinor: 6_000_00,
          openScopes: 0,
        })),
      },
      operator: {
        signOn: os.operator.signOn.handler(({ input }) => {
          const role = ({ 1001: 'cashier', 2001: 'supervisor', 9001: 'engineer' } as const)[
            input.operatorCode === '1001' ? 1001 : input.operatorCode === '2001' ? 2001 : 9001
          ];
          if (input.password !== input.operatorCode) {
            return WRONG_PASSWORD;
          }
          core.signOn(role);
          return { kind: 'signed-on', operator: { operatorCode: input.operatorCode, name: '林悦', role } };
        }),
        signOff: os.operator.signOff.handler(() => {
          const { operator: _, ...rest } = core.#status;
          core.#status = rest;
          core.statuses.push(rest);
          return { kind: 'done' };
        }),
      },
      terminal: {
        signOn: os.terminal.signOn.handler(() => {
          core.set({ signedOnAtMs: Date.now(), batchNumber: '000012' });
          return { kind: 'done' };
        }),
        uploadNow: os.terminal.uploadNow.handler(() => {
          const delivered = core.#status.unsent.count;
          core.set({ unsent: { count: 0, amountMinor: 0 } });
          return { kind: 'done', delivered, rejected: 0, left: 0 };
        }),
        abandonSettlement: os.terminal.abandonSettlement.handler(({ input }) => {
          if (core.#status.operator?.role !== 'supervisor' && !input.supervisor) return SUPERVISOR_REQUIRED;
          core.office.log.push('settlement given up');
          core.set({ settling: false, canGiveUpSettlement: false });
          return { kind: 'done' };
        }),
        checkBatch: os.terminal.checkBatch.handler(({ input }) => {
          if (!input.supervisor) return SUPERVISOR_REQUIRED;
          core.office.log.push(`${input.reportId} checked: ${input.note}`);
          const left = core.#status.batchesToCheck.filter(({ reportId }) => reportId !== input.reportId);
          core.set({ batchesToCheck: left });
          return { kind: 'done' };
        }),
        totals: os.terminal.totals.handler(() => ({
          batchNumber: '000012',
          debitCount: 18,
          debitMinor: 128_450,
          creditCount: 2,
          creditMinor: 4_350,
          cashCount: 9,
          cashMinor: 21_600,
          cashBackCount: 0,
          cashBackMinor: 0,
        })),
        settle: os.terminal.settle.handler(() => {
          if (core.settles === 'unfinished') {
            return {
              kind: 'unfinished',
              text: { 'zh-CN': '主机没有答复', en: 'The host did not answer' },
              nextStep: {
                'zh-CN': '终端会自己继续；也可以稍后再按结算。',
                en: 'The terminal goes on by itself; or press Settle again later.',
              },
            };
          }
          return {
            kind: 'settled',
            result: core.settles,
            batchNumber: '000012',
            debitCount: 18,
            debitMinor: 128_450,
            creditCount: 2,
            creditMinor: 4_350,
            receipt: fakeSettlementReceipt(core.settles, Date.now()),
            reportId: 'B-000012',
          };
        }),
      },
      devices: {
        watch: os.devices.watch.handler(async function* ({ signal }) {
          yield* core.devices.follow(signal);
        }),
        enterCard: os.devices.enterCard.handler(({ input }) => {
          core.cardTexts.push(input.text);
          const pan = /\d{16,19}/.exec(input.text)?.[0];
          if (pan === undefined) {
            return refusal(
              'not-a-card',
              '这不是一个卡号',
              'This is not a card number',
              '请检查号码再输入一次，或刷卡。',
              'Check the number and enter it again, or swipe.',
            );
          }
          const maskedPan = `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`;
          return {
            kind: 'card',
            cardRef: `card-${core.cardTexts.length}`,
            maskedPan,
            entryMode: input.entryMode,
            ...(core.claims.length === 0 ? {} : { claims: core.claims }),
          };
        }),
      },
      catalogue: {
        version: os.catalogue.version.handler(() => ({
          version: `fake-${core.products.length}`,
          count: core.products.length,
        })),
        page: os.catalogue.page.handler(({ input }) => {
          const start = input.after === undefined ? 0 : Number(input.after);
          const end = start + input.limit;
          return {
            products: core.products.slice(start, end),
            ...(end < core.products.length ? { next: String(end) } : {}),
          };
        }),
      },
      sale: {
        payCash: os.sale.payCash.handler(async ({ input }) => {
          core.saleIds.push(input.saleId);
          const { totalMinor, receivedMinor, lines, tender } = input;
          const payment = {
            kind: 'cash-sale' as const,
            amountMinor: tender?.amountMinor ?? totalMinor,
            receivedMinor,
            lines: core.#lines(lines),
          };
          return core.#tender(input, async () => paymentResult(payment, 'approved', Date.now()));
        }),
        payCard: os.sale.payCard.handler(async ({ input }) => {
          core.saleIds.push(input.saleId);
          return core.#tender(input, async () => {
            const next = await core.#outcome(false);
            const outcome = next === 'pin' && input.pin !== undefined ? 'approved' : next;
            const payment = {
              kind: 'purchase' as const,
              amountMinor: input.tender?.amountMinor ?? input.totalMinor,
              maskedPan: '889012******0074',
              lines: core.#lines(input.lines),
            };
            const result = paymentResult(payment, outcome, Date.now());
            if (result.kind === 'unknown') core.#unknown = result.transaction;
            return result;
          });
        }),
        get: os.sale.get.handler(({ input }) => core.splitSales.get(input.saleId)),
        refund: os.sale.refund.handler(({ input }) => {
          if (input.supervisor && input.supervisor.password !== input.supervisor.operatorCode)
            return WRONG_PASSWORD;
          const result = core.splitSales.refund({ ...input, hasSupervisor: input.supervisor !== undefined });
          core.set({ openRefunds: core.splitSales.openRefunds() });
          return result;
        }),
        refundPart: os.sale.refundPart.handler(async ({ input }) => {
          const result = await core.splitSales.refundPart(input.refundId, async (amountMinor) => {
            const payment = { ...core.#held('completion', amountMinor), kind: 'refund' as const };
            return paymentResult(payment, await core.#outcome(true), Date.now());
          });
          core.set({ openRefunds: core.splitSales.openRefunds() });
          return result;
        }),
        withdrawRefund: os.sale.withdrawRefund.handler(({ input }) =>
          core.splitSales.withdrawRefund(input.refundId),
        ),
        getRefund: os.sale.getRefund.handler(({ input }) => core.splitSales.getRefund(input.refundId)),
        cancel: os.sale.cancel.handler(({ input }) => {
          if (input.supervisor && input.supervisor.password !== input.supervisor.operatorCode)
            return WRONG_PASSWORD;
          const result = core.splitSales.cancel(input.saleId, input.supervisor !== undefined);
          core.set({ openSales: core.splitSales.open() });
          return result;
        }),
        collectClaim: os.sale.collectClaim.handler(async ({ input }) => {
          const next = await core.#outcome(false);
          const outcome = next === 'pin' && input.pin !== undefined ? 'approved' : next;
          if (outcome !== 'pin') core.office.log.push(`collect ${input.txnId}`);
          if (outcome === 'approved') core.claims = [];
          return paymentResult(
            { kind: 'purchase', amountMinor: 5_600, maskedPan: '889012******0074', lines: [] },
            outcome,
            Date.now(),
          );
        }),
        preAuthorise: os.sale.preAuthorise.handler(async ({ input }) => {
          core.saleIds.push(input.saleId);
          const next = await core.#outcome(false);
          const outcome = next === 'pin' && input.pin !== undefined ? 'approved' : next;
          core.desk.asked.push(`hold ${input.amountMinor}`);
          return paymentResult(core.#held('pre-authorisation', input.amountMinor), outcome, Date.now());
        }),
      },
      purse: core.purses.router,
      cards: core.desk.router,
      ...core.office.router(),
      transactions: {
        list: os.transactions.list.handler(({ input }) =>
          core.transactions
            .filter((each) =>
              JSON.stringify([each.stan, each.rrn, each.maskedPan]).includes(input.search ?? ''),
            )
            .slice(0, input.limit),
        ),
        receipt: os.transactions.receipt.handler(() => ({
          kind: 'receipt',
          receipt: fakeReceipt({
            kind: 'purchase',
            lines: core.#lines([
              { sku: 'HF1001', quantity: 2 },
              { sku: 'HF1004', quantity: 1 },
            ]),
            atMs: Date.now(),
            receivedMinor: 0,
          }),
        })),
        void: os.transactions.void.handler(async ({ input }) =>
          core.#undo('void', input.txnId, 4_580, input.supervisor),
        ),
        complete: os.transactions.complete.handler(async ({ input }) => {
          core.desk.asked.push(`complete ${input.amountMinor}`);
          return paymentResult(
            core.#held('completion', input.amountMinor),
            await core.#outcome(false),
            Date.now(),
          );
        }),
        refund: os.transactions.refund.handler(async ({ input }) =>
          core.#undo('refund', input.txnId, input.amountMinor, input.supervisor),
        ),
      },
    });
  }

  /** The outcome of a payment, which may be one of several of its sale. */
  async #tender(
    input: Omit<Parameters<FakeSplitSales['pay']>[0], 'tender'> & {
      readonly tender?: { readonly tenderId: string; readonly amountMinor: number } | undefined;
    },
    outcome: () => Promise<PaymentResult>,
  ): Promise<PaymentResult> {
    const { tender } = input;
    if (this.#status.shiftRequired && !this.#status.shift) return SHIFT_REQUIRED;
    if (!tender) return outcome();
    const result = await this.splitSales.pay({ ...input, tender }, outcome);
    this.set({ openSales: this.splitSales.open() });
    return result;
  }

  #held(kind: 'pre-authorisation' | 'completion', amountMinor: number): FakePayment {
    return { kind, amountMinor, maskedPan: '889012******0074', lines: [] };
  }

  async #undo(
    kind: 'void' | 'refund',
    txnId: string,
    undoneMinor: number,
    supervisor: FakeSupervisor | undefined,
  ): Promise<PaymentResult> {
    if (supervisor !== undefined && supervisor.password !== supervisor.operatorCode) return WRONG_PASSWORD;
    const original = this.transactions.find((each) => each.txnId === txnId);
    const lines = this.#lines([{ sku: 'HF1001', quantity: 1 }]);
    const outcome = await this.#outcome(supervisor !== undefined);
    if (original?.kind !== 'cash-sale')
      return paymentResult(
        { kind, amountMinor: undoneMinor, maskedPan: '889012******0074', lines },
        outcome,
        Date.now(),
      );
    const result = paymentResult(
      { kind: `cash-${kind}`, amountMinor: undoneMinor, lines },
      outcome,
      Date.now(),
    );
    if (result.kind !== 'approved') return result;
    const { balanceMinor: _, ...cash } = result;
    const amountMinor = kind === 'void' ? original.amountMinor : undoneMinor;
    return { ...cash, mode: 'cash', transaction: { ...cash.transaction, amountMinor } };
  }
}
