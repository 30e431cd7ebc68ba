import type { DeviceEvent, PaymentResult } from '../../api/contract.ts';
import type { TillService } from '../../api/service.ts';
import { CardPin } from '../../domain/card-pin.ts';
import { amountMinor } from '../../domain/money.ts';
import { maskedSerial } from '../../engine/flows/purse-sale.ts';
import type { Reply } from '../../engine/inputs.ts';
import type { PresentedPurse } from '../../engine/purse/card.ts';
import { doubtOf, isOwedBack, lastDigits } from '../../engine/purse/doubts.ts';
import { refusal } from '../../engine/refusals.ts';
import type { PurseDeskEvent } from '../purse/purse-desk.ts';
import { whyNotCall } from './may-call.ts';
import { priceBasket } from './price-basket.ts';
import { purseLogView } from './purse-log.ts';
import { settledWords } from './purse-result.ts';
import type { TillDesk } from './till-desk.ts';
import { doneOr } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';
import { transactionView } from './views.ts';

const UNREADABLE_WORDS = {
  'zh-CN': '无法识别此芯片卡。请重新放卡，或换卡。',
  en: 'This chip card is not recognised. Put it in again, or take another.',
} as const;

type PurseCalls = Pick<TillService, 'purseBalance' | 'purseLog' | 'payPurse' | 'otherTender' | 'loadPurse'>;

/** The electronic purse at the till. A card that left something open settles it as soon as it is in the slot. */
export function purseCalls(
  ports: TillPorts,
  desk: TillDesk,
  around: { readonly bringIn: (event: () => DeviceEvent) => void; readonly changed: () => void },
): { readonly calls: PurseCalls; readonly stop: () => void } {
  const { terminal, catalogue, sync, purseDesk } = ports;
  const { alone, approval, earlierOutcome, finish } = desk;
  /** The settling of a doubt that began when a card was put in: what is done with that card waits for it. */
  let settling: Promise<unknown> = Promise.resolve();

  const stop = purseDesk?.onEvent((event) => onDeskEvent(event)) ?? (() => {});

  function onDeskEvent(event: PurseDeskEvent): void {
    switch (event.kind) {
      case 'purse-inserted':
        settling = cameIn(event.session).catch(() => undefined);
        return;
      case 'purse-removed':
        around.bringIn(() => ({ kind: 'purse-removed', purseRef: event.session }));
        return;
      case 'not-a-purse':
      case 'purse-unreadable':
        around.bringIn(() => ({ kind: 'card-misread', deviceId: event.deviceId, text: UNREADABLE_WORDS }));
        return;
      case 'psam-changed':
        around.changed();
    }
  }

  /** Nobody need be signed on for a card to say what it did; only a screen that someone uses is told. */
  async function cameIn(session: string): Promise<void> {
    // While another command is under way the card is not disturbed; that command settles its doubt itself.
    await alone(`card ${session}`, async () => {
      const purse = await purseDesk?.present(session);
      if (!purse) return { kind: 'done' };
      await settleDoubt(purse);
      around.bringIn(() => handleOf(purse));
      return { kind: 'done' };
    });
  }

  async function settleDoubt(purse: PresentedPurse): Promise<void> {
    const open = doubtOf(terminal.state, purse.applicationSerial);
    if (!open) return;
    const reply = await terminal.run({ kind: 'settle-doubt', purse });
    const txn = terminal.state.get('transactions', open.txnId);
    if (reply.kind !== 'transaction' || !txn) return;
    await finish(reply, { maskedPan: '', totalMinor: txn.amountMinor });
    around.bringIn(() => ({
      kind: 'doubt-settled',
      transaction: transactionView(terminal.state, txn),
      ...settledWords(terminal.state, txn),
      ...(isOwedBack(txn) ? { owedBackMinor: txn.amountMinor - txn.refundedMinor } : {}),
    }));
  }

  /** What is asked with a card in the slot: its doubt is settled first, and its balance is that of this moment. */
  async function withPurse(
    asked: { readonly key: string; readonly purseRef: string; readonly totalMinor: number },
    work: (purse: PresentedPurse) => Promise<Reply>,
  ): Promise<PaymentResult> {
    await settling;
    return alone(asked.key, async () => {
      const purse = await purseDesk?.present(asked.purseRef);
      if (!purse) return refusal('purse-gone');
      await settleDoubt(purse);
      const maskedPan = maskedSerial(purse.applicationSerial);
      return finish(await work(purse), { maskedPan, totalMinor: asked.totalMinor });
    });
  }

  const calls: PurseCalls = {
    async purseBalance() {
      const refused = whyNotCall(terminal.state, 'read-card');
      if (refused) return refused;
      await settling;
      // In the middle of a sale even this question would end what INITIALIZE began.
      return alone('purse balance', async () => {
        const session = purseDesk?.sessions().at(-1);
        const purse = session === undefined ? undefined : await purseDesk?.present(session);
        return purse ? handleOf(purse) : refusal('purse-gone');
      });
    },
    async purseLog({ purseRef }) {
      const refused = whyNotCall(terminal.state, 'read-card');
      if (refused) return refused;
      await settling;
      return alone(`purse log ${purseRef}`, async () => {
        const records = await purseDesk?.log(purseRef);
        return records ? purseLogView(records) : refusal('purse-gone');
      });
    },
    async payPurse(input) {
      const { saleId, purseRef, totalMinor } = input;
      const before = earlierOutcome(input);
      // In doubt it is asked on: the card may be there now.
      if (before && before.kind !== 'card-in-doubt') return before;
      const priced = priceBasket(catalogue, input);
      if (!priced.ok) return priced.refusal;
      const pin = CardPin.parse(input.pin ?? '');
      const result = await withPurse({ key: saleId, purseRef, totalMinor }, (purse) =>
        terminal.run({ kind: 'pay-purse', basket: priced.basket, purse, ...(pin ? { pin } : {}) }),
      );
      // Without a card there, the sale is still what it was.
      return result.kind === 'refused' && result.rule === 'purse-gone' && before ? before : result;
    },
    async otherTender({ txnId }) {
      return doneOr(await terminal.run({ kind: 'other-tender', txnId }));
    },
    async loadPurse(input) {
      const { loadId, purseRef, amountMinor: totalMinor, refundOf } = input;
      const before = earlierOutcome({ saleId: loadId, totalMinor, of: 'purse-load' });
      if (before && before.kind !== 'card-in-doubt') return before;
      const given = await approval(input.supervisor);
      await sync.beforeOnline();
      const result = await withPurse({ key: loadId, purseRef, totalMinor }, (purse) =>
        terminal.run({
          kind: 'load-purse',
          loadId,
          amountMinor: amountMinor(totalMinor),
          purse,
          ...(refundOf === undefined ? {} : { refundOf }),
          ...given,
        }),
      );
      return result.kind === 'refused' && result.rule === 'purse-gone' && before ? before : result;
    },
  };
  return { calls, stop };
}

function handleOf(purse: PresentedPurse): Extract<DeviceEvent, { kind: 'purse' }> {
  const { session, applicationSerial, balanceMinor, expiryDate } = purse;
  return {
    kind: 'purse',
    purseRef: session,
    lastDigits: lastDigits(applicationSerial),
    balanceMinor,
    expiryDate,
  };
}
