import type { DeviceEvent, PaymentResult, TillStatus } from '../../api/contract.ts';
import type { TillService } from '../../api/service.ts';
import { verifyPassword } from '../../crypto/index.ts';
import type { Card } from '../../domain/card.ts';
import { amountMinor } from '../../domain/money.ts';
import type { Approval, EnteredPin, PresentedCard, Reply } from '../../engine/inputs.ts';
import { type Refusal, refusal } from '../../engine/refusals.ts';
import { type Txn, terminalOf } from '../../engine/state.ts';
import { batchTotals, cashTotals } from '../../engine/totals.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { CardReader, Device, Printer, Scanner } from '../../ports/devices.ts';
import type { HostLink } from '../../ports/host-link.ts';
import type { Journal } from '../../ports/journal.ts';
import type { TerminalKeys } from '../../ports/terminal-keys.ts';
import type { Sync } from '../sync.ts';
import type { Terminal } from '../terminal.ts';
import { CardRefs } from './card-refs.ts';
import type { Catalogue } from './catalogue.ts';
import { Feed } from './feed.ts';
import { whyNotCall } from './may-call.ts';
import { paymentResult } from './payment-result.ts';
import { priceBasket } from './price-basket.ts';
import { settleBatch } from './settle-batch.ts';
import { tillStatus } from './till-status.ts';
import { receiptView, transactionView } from './views.ts';

export interface TillDevices {
  readonly scanners: readonly Scanner[];
  readonly cardReaders: readonly CardReader[];
  readonly printer?: Printer;
  /** How a card typed in or swiped through the keyboard is read. */
  readonly readCardText: (text: string, entryMode: Card['entryMode']) => Card | undefined;
}

export interface TillPorts {
  readonly terminal: Terminal;
  readonly journal: Journal;
  readonly sync: Sync;
  readonly link: HostLink;
  readonly keys: TerminalKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: Catalogue;
  readonly devices: TillDevices;
  readonly demo: boolean;
}

const MISREAD_WORDS = {
  'zh-CN': '读卡失败，请重新刷卡。',
  en: 'The card could not be read. Swipe it again.',
} as const;

/** What a till that nobody has signed on to tells of its takings. */
const NOTHING_TO_SEE = {
  debitCount: 0,
  debitMinor: 0,
  creditCount: 0,
  creditMinor: 0,
  cashCount: 0,
  cashMinor: 0,
} as const;

/** The till as its screens see it: turns what they ask into commands, and what becomes of them into words. */
export function createTillService(ports: TillPorts): TillService & { close(): void } {
  const { terminal, journal, sync, link, keys, catalogue, devices } = ports;
  const cards = new CardRefs(ports);
  const statusFeed = new Feed<TillStatus>();
  const deviceFeed = new Feed<DeviceEvent>();
  /** Card commands under way, by what makes them one. */
  const underWay = new Map<string, Promise<{ readonly kind: string }>>();
  const stops: (() => void)[] = [];

  const allDevices: Device[] = [
    ...devices.scanners,
    ...devices.cardReaders,
    ...(devices.printer ? [devices.printer] : []),
  ];
  const status = (): TillStatus =>
    tillStatus(terminal.state, {
      link: link.status(),
      devices: allDevices.map((device) => device.status()),
      busy: underWay.size > 0,
      demo: ports.demo,
    });
  const changed = (): void => statusFeed.publish(status());
  /** A card swiped at a till that nobody has signed on to is not even remembered. */
  const bringIn = (event: () => DeviceEvent): void => {
    if (whyNotCall(terminal.state, 'read-card') === undefined) deviceFeed.publish(event());
  };

  stops.push(terminal.onChange(changed), link.onStatus(changed));
  for (const device of allDevices) stops.push(device.onStatus(changed));
  for (const scanner of devices.scanners) {
    stops.push(scanner.onScan(({ deviceId, text }) => bringIn(() => ({ kind: 'scan', deviceId, text }))));
  }
  for (const reader of devices.cardReaders) {
    stops.push(
      reader.onCard((read) =>
        bringIn(() =>
          read.kind === 'card'
            ? cards.add(read.card)
            : { kind: 'card-misread', deviceId: read.deviceId, text: MISREAD_WORDS },
        ),
      ),
    );
  }

  /**
   * One card command at a time: the till has one customer before it, and a settlement must not begin while one pays. The
   * same asked twice waits for the same outcome. Cash waits for nobody: it needs no answer from anywhere.
   */
  function alone<T extends { readonly kind: string }>(
    key: string,
    work: () => Promise<T>,
  ): Promise<T | Refusal> {
    const same = underWay.get(key);
    // Keys name the command, so what is under way by this key has its type.
    if (same) return same as Promise<T>;
    if (underWay.size > 0) return Promise.resolve(refusal('sale-in-progress'));
    const running = work().finally(() => {
      underWay.delete(key);
      changed();
    });
    underWay.set(key, running);
    changed();
    return running;
  }

  async function finish(
    reply: Reply,
    asked: { maskedPan: string; totalMinor: number },
  ): Promise<PaymentResult> {
    const result = paymentResult(terminal.state, reply, asked);
    // Asked for again, it is not printed again: there is one original.
    const isPrinted =
      result.kind === 'approved' && transaction(result.transaction.txnId)?.receiptPrinted === true;
    if (result.kind === 'approved' && !isPrinted) await print(result.transaction.txnId, 'original');
    return result;
  }

  async function print(txnId: string, copy: 'original' | 'copy'): Promise<void> {
    const source = transaction(txnId)?.receipt;
    if (!devices.printer || source === undefined) return;
    const { escPosBase64 } = receiptView(source, copy);
    const printed = await devices.printer.print(Buffer.from(escPosBase64, 'base64'));
    // What was not printed can be printed again from the journal; the device's own status tells the cashier.
    if (printed.kind === 'printed')
      await terminal.run({ kind: 'receipt-printed', txnId, copy: copy === 'copy' });
  }

  /**
   * A screen that lost its connection asks again by the same `saleId`, perhaps after a sign-off, with the card forgotten or
   * a price changed: none of that may turn a sale that was made into one that seems free to be paid again.
   */
  function earlierOutcome(asked: {
    readonly saleId: string;
    readonly totalMinor: number;
    readonly of?: 'pre-authorisation';
  }): PaymentResult | undefined {
    const sale = terminal.state.get('sales', asked.saleId);
    const txn = sale && transaction(sale.txnId);
    // Under way, undone or for another amount: the engine has the words.
    if (!txn || txn.state === 'sending' || txn.state === 'voided' || txn.amountMinor !== asked.totalMinor)
      return undefined;
    if ((txn.kind === 'pre-authorisation') !== (asked.of === 'pre-authorisation')) return undefined;
    const reply = { kind: 'transaction', txnId: txn.txnId } as const;
    return paymentResult(terminal.state, reply, {
      maskedPan: txn.maskedPan ?? '',
      totalMinor: asked.totalMinor,
    });
  }

  function transaction(txnId: string): Txn | undefined {
    return terminal.state.get('transactions', txnId);
  }

  function presented(card: Card): PresentedCard {
    return { card, panHash: keys.panHash(card.pan.reveal()) };
  }

  async function approval(
    given: { readonly operatorCode: string; readonly password: string } | undefined,
  ): Promise<{ readonly approval?: Approval }> {
    if (!given) return {};
    return { approval: { operatorCode: given.operatorCode, passwordMatches: await matches(given) } };
  }

  /** Unknown codes cost the same time as known ones. */
  async function matches(given: {
    readonly operatorCode: string;
    readonly password: string;
  }): Promise<boolean> {
    const known = terminal.state.get('operators', given.operatorCode);
    const [any] = terminal.state.live('operators');
    const hash = (known ?? any)?.passwordHash ?? '';
    return (await verifyPassword(given.password, hash)) && known !== undefined;
  }

  async function onCard(
    request: { readonly key: string; readonly cardRef: string; readonly totalMinor: number },
    work: (card: PresentedCard) => Promise<Reply>,
  ): Promise<PaymentResult> {
    return alone(request.key, async () => {
      const card = cards.get(request.cardRef);
      if (!card) return refusal('card-gone');
      await sync.beforeOnline();
      const reply = await work(presented(card));
      // One presentation, one payment: after an outcome the card must be presented again.
      if (reply.kind === 'transaction') cards.forget(request.cardRef);
      return finish(reply, { maskedPan: card.pan.masked(), totalMinor: request.totalMinor });
    });
  }

  function enteredPin(pin: string | undefined, card: Card): { readonly pin?: EnteredPin } {
    const { keySetId } = terminalOf(terminal.state);
    const block =
      pin === undefined || keySetId === undefined
        ? undefined
        : keys.pinBlock(keySetId, card.pan.reveal(), pin);
    return pin === undefined || block === undefined ? {} : { pin: { block, length: pin.length } };
  }

  return {
    status,
    async *watchStatus(signal) {
      const updates = statusFeed.subscribe(signal);
      yield status();
      yield* updates;
    },
    watchDevices: (signal) => deviceFeed.subscribe(signal),

    async signOnOperator(input) {
      // A card swiped into the field, say: it is no operator code, and it goes no further.
      if (!/^\d{2,8}$/.test(input.operatorCode)) return refusal('wrong-password');
      const reply = await terminal.run({
        kind: 'operator-sign-on',
        operatorCode: input.operatorCode,
        passwordMatches: await matches(input),
      });
      if (reply.kind === 'refused') return reply;
      const operator = terminal.state.get('operators', input.operatorCode);
      if (!operator) throw new Error('An operator signed on who does not exist');
      const { operatorCode, name, role } = operator;
      return { kind: 'signed-on', operator: { operatorCode, name, role } };
    },
    async signOffOperator() {
      return doneOr(await terminal.run({ kind: 'operator-sign-off' }));
    },

    async signOnTerminal() {
      return whyNotCall(terminal.state, 'terminal-sign-on') ?? doneOr(await sync.signOn());
    },
    async uploadNow() {
      return whyNotCall(terminal.state, 'upload-now') ?? { kind: 'done', ...(await sync.now()) };
    },
    totals() {
      if (whyNotCall(terminal.state, 'see-transactions')) return NOTHING_TO_SEE;
      const { batchNumber } = terminalOf(terminal.state);
      return {
        ...batchTotals(terminal.state),
        ...cashTotals(terminal.state),
        ...(batchNumber === undefined ? {} : { batchNumber }),
      };
    },
    async settle(input) {
      const given = await approval(input.supervisor);
      return alone('settle', () => settleBatch(ports, given));
    },
    async abandonSettlement(input) {
      const given = await approval(input.supervisor);
      return alone('abandon settlement', async () =>
        doneOr(await terminal.run({ kind: 'abandon-settlement', ...given })),
      );
    },

    enterCard({ text, entryMode }) {
      const refused = whyNotCall(terminal.state, 'read-card');
      if (refused) return refused;
      const card = devices.readCardText(text, entryMode);
      return card ? cards.add(card) : refusal('card-unreadable');
    },
    catalogueVersion: () => ({ version: catalogue.version, count: catalogue.products.length }),
    cataloguePage({ after, limit }) {
      const { products } = catalogue;
      const start = after === undefined ? 0 : firstAfter(products, after);
      const page = products.slice(start, start + limit);
      const last = page.at(-1);
      return {
        products: page,
        ...(last && start + limit < products.length ? { next: last.sku } : {}),
      };
    },

    async payCash(input) {
      const before = earlierOutcome(input);
      if (before) return before;
      const priced = priceBasket(catalogue, input);
      if (!priced.ok) return priced.refusal;
      const reply = await terminal.run({
        kind: 'pay-cash',
        basket: priced.basket,
        receivedMinor: amountMinor(input.receivedMinor),
      });
      return finish(reply, { maskedPan: '', totalMinor: input.totalMinor });
    },
    async payCard(input) {
      const before = earlierOutcome(input);
      if (before) return before;
      const priced = priceBasket(catalogue, input);
      if (!priced.ok) return priced.refusal;
      const { saleId, cardRef, totalMinor } = input;
      return onCard({ key: saleId, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'pay-card',
          basket: priced.basket,
          presented: card,
          ...enteredPin(input.pin, card.card),
        }),
      );
    },

    async preAuthorise(input) {
      const { saleId, cardRef, amountMinor: totalMinor } = input;
      const before = earlierOutcome({ saleId, totalMinor, of: 'pre-authorisation' });
      if (before) return before;
      return onCard({ key: saleId, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'pre-authorise',
          saleId,
          amountMinor: amountMinor(totalMinor),
          presented: card,
          ...enteredPin(input.pin, card.card),
        }),
      );
    },

    listTransactions({ search, limit }) {
      if (whyNotCall(terminal.state, 'see-transactions')) return [];
      return journal
        .list('transactions', { limit, ...(search === undefined || search.trim() === '' ? {} : { search }) })
        .map(({ doc }) => transactionView(terminal.state, doc as unknown as Txn));
    },
    async receipt({ txnId }) {
      const refused = whyNotCall(terminal.state, 'reprint-receipt');
      if (refused) return refused;
      const source = transaction(txnId)?.receipt;
      if (source === undefined) return refusal(transaction(txnId) ? 'no-receipt' : 'no-such-transaction');
      await print(txnId, 'copy');
      return { kind: 'receipt', receipt: receiptView(source, 'copy') };
    },
    async voidTransaction(input) {
      const given = await approval(input.supervisor);
      const { txnId, cardRef } = input;
      const totalMinor = transaction(txnId)?.amountMinor ?? 0;
      return onCard({ key: `void ${txnId}`, cardRef, totalMinor }, (card) =>
        terminal.run({ kind: 'void', txnId, presented: card, ...given }),
      );
    },
    completePreAuthorisation({ txnId, cardRef, amountMinor: totalMinor }) {
      return onCard({ key: `complete ${txnId}`, cardRef, totalMinor }, (card) =>
        terminal.run({ kind: 'complete', txnId, amountMinor: amountMinor(totalMinor), presented: card }),
      );
    },
    async refundTransaction(input) {
      const given = await approval(input.supervisor);
      const { txnId, cardRef, amountMinor: totalMinor } = input;
      return onCard({ key: `refund ${txnId}`, cardRef, totalMinor }, (card) =>
        terminal.run({
          kind: 'refund',
          txnId,
          amountMinor: amountMinor(totalMinor),
          presented: card,
          ...given,
        }),
      );
    },

    close() {
      for (const stop of stops) stop();
    },
  };
}

function doneOr(reply: Reply): { readonly kind: 'done' } | Refusal {
  return reply.kind === 'refused' ? reply : { kind: 'done' };
}

/** Binary search: products are in order of SKU. */
function firstAfter(products: readonly { readonly sku: string }[], after: string): number {
  let low = 0;
  let high = products.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((products[middle]?.sku ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
