import type { PaymentResult } from '../../api/contract.ts';
import { verifyPassword } from '../../crypto/index.ts';
import type { Card } from '../../domain/card.ts';
import { amountMinor } from '../../domain/money.ts';
import { type AskedUndo, earlierUndo as findEarlierUndo } from '../../engine/flows/earlier-undo.ts';
import { type NoPayment, noPayment } from '../../engine/flows/sale.ts';
import { earlierTender } from '../../engine/flows/split-sale.ts';
import { isAwaitingPrint } from '../../engine/flows/unprinted.ts';
import type {
  Approval,
  Decision,
  EnteredPin,
  PresentedCard,
  Reply,
  TenderAsked,
} from '../../engine/inputs.ts';
import { isUnderWay } from '../../engine/owed.ts';
import { type Refusal, refusal } from '../../engine/refusals.ts';
import { type Txn, terminalOf } from '../../engine/state.ts';
import type { CardRefs } from './card-refs.ts';
import { paymentResult } from './payment-result.ts';
import type { TillPorts } from './till-ports.ts';
import { unprintedResult } from './unprinted-result.ts';
import { receiptView } from './views.ts';

/** How long the mark of a printed receipt waits for a step to be written with, milliseconds. */
const PRINT_MARK_WAIT_MS = 1000;

export type TillDesk = ReturnType<typeof createTillDesk>;

/** What every command at the till shares: one card command at a time, approvals, the receipt at the end. */
export function createTillDesk(
  ports: TillPorts,
  parts: {
    readonly cards: CardRefs;
    readonly changed: () => void;
    /** In training: nobody's password can be tried out there. */
    readonly takesAnyPassword?: true;
  },
) {
  const { terminal, sync, keys, devices, clock } = ports;
  const { cards, changed } = parts;
  /** Card commands under way, by what makes them one. */
  const underWay = new Map<string, Promise<{ readonly kind: string }>>();

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
    if (result.kind !== 'approved' || isPrinted) return result;
    const { txnId } = result.transaction;
    const printed = await print(txnId, 'original');
    if (printed.kind === 'refused') return printed;
    return (await undoneWithout(txnId)) ?? result;
  }

  /** What the cashier is told of a sale that falls with the receipt that did not come out. */
  async function undoneWithout(txnId: string): Promise<PaymentResult | undefined> {
    if (transaction(txnId)?.unprintedUndo === undefined) return undefined;
    await terminal.run({ kind: 'undo-unprinted', txnId });
    for (const { txnId: undoId, originalTxnId, state, receiptPrinted } of terminal.state.live(
      'transactions',
    )) {
      if (originalTxnId === txnId && state === 'approved' && !receiptPrinted) await print(undoId, 'original');
    }
    const txn = transaction(txnId);
    return txn && unprintedResult(terminal.state, txn);
  }

  /** @returns a refusal when nothing was sent to the printer because the journal could not be told before. */
  async function print(
    txnId: string,
    copy: 'original' | 'copy',
  ): Promise<{ readonly kind: 'done' } | Refusal> {
    const txn = transaction(txnId);
    const source = txn?.receipt;
    if (!devices.printer || source === undefined) return DONE;
    if (txn && isAwaitingPrint(txn)) {
      const begun = await terminal.run({ kind: 'print-begun', txnId });
      if (begun.kind === 'refused') return begun;
    }
    const { escPosBase64 } = receiptView(source, copy);
    const printed = await devices.printer.print(Buffer.from(escPosBase64, 'base64'));
    // The sale stands and can be printed again from the journal; the till tells of it until it was.
    if (printed.kind === 'failed') {
      await terminal.run({ kind: 'receipt-not-printed', txnId, paper: printed.paper });
      return DONE;
    }
    await terminal.markPrinted(txnId, copy === 'copy');
    void clock.sleep(PRINT_MARK_WAIT_MS).then(() => terminal.writeHeld());
    return DONE;
  }

  /** Paper that proves nothing, such as a customer's slip: whether it came out is seen at the printer. */
  async function printText(source: string, copy: 'original' | 'copy'): Promise<void> {
    if (!devices.printer) return;
    await devices.printer.print(Buffer.from(receiptView(source, copy).escPosBase64, 'base64'));
  }

  /**
   * A screen that lost its connection asks again by the same `saleId`, perhaps after a sign-off, with the card forgotten or
   * a price changed: none of that may turn a sale that was made into one that seems free to be paid again.
   */
  function earlierOutcome(asked: {
    readonly saleId: string;
    readonly totalMinor: number;
    readonly of?: NoPayment;
    readonly tender?: TenderAsked | undefined;
  }): PaymentResult | undefined {
    const sale = terminal.state.get('sales', asked.saleId);
    if (sale?.split || asked.tender) return asked.tender && earlierTenderOf(asked, asked.tender);
    const txn = sale && transaction(sale.txnId);
    if (txn?.unprintedUndo !== undefined && txn.amountMinor === asked.totalMinor)
      return unprintedResult(terminal.state, txn);
    // Under way, undone or for another amount: the engine has the words.
    if (!txn || isUnderWay(txn) || txn.state === 'voided' || txn.amountMinor !== asked.totalMinor)
      return undefined;
    if (noPayment(txn.kind) !== asked.of) return undefined;
    const reply = { kind: 'transaction', txnId: txn.txnId } as const;
    return paymentResult(terminal.state, reply, {
      maskedPan: txn.maskedPan ?? '',
      totalMinor: asked.totalMinor,
    });
  }

  function earlierTenderOf(
    asked: { readonly saleId: string; readonly totalMinor: number },
    tender: TenderAsked,
  ): PaymentResult | undefined {
    const { saleId } = asked;
    const totalMinor = amountMinor(asked.totalMinor);
    return outcomeOf(earlierTender(terminal.state, { saleId, totalMinor }, tender));
  }

  /** The same of a void, refund or completion: the engine says what is the same and what differs. */
  function earlierUndo(asked: AskedUndo): PaymentResult | undefined {
    return outcomeOf(findEarlierUndo(terminal.state, asked));
  }

  function outcomeOf(before: Decision | undefined): PaymentResult | undefined {
    const next = before?.next;
    if (next?.kind !== 'reply' || next.reply.kind !== 'transaction') return undefined;
    return paymentResult(terminal.state, next.reply, { maskedPan: '', totalMinor: 0 });
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
    if (parts.takesAnyPassword) return true;
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
    /** Something is going on that nothing else may begin beside. */
    isBusy: () => underWay.size > 0,
    alone,
    finish,
    print,
    printText,
    earlierOutcome,
    earlierUndo,
    transaction,
    approval,
    matches,
    presented,
    cardOf: (cardRef: string) => cards.get(cardRef),
    outcomeOf,
    onCard,
    enteredPin,
  };
}

const DONE = { kind: 'done' } as const;

export function doneOr(reply: Reply): { readonly kind: 'done' } | Refusal {
  return reply.kind === 'refused' ? reply : { kind: 'done' };
}
