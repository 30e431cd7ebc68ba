import type { BenchItem } from '../../api/contract.ts';
import type { TillService } from '../../api/service.ts';
import type { BilingualText } from '../../domain/text.ts';
import { setAside } from '../../engine/owed.ts';
import { strandedMinor } from '../../engine/split.ts';
import type { SetAsideReason, Txn } from '../../engine/state.ts';
import { benchRulesFor, claimReason, isBlockedFor } from '../../engine/workbench.ts';
import { whyNotCall } from './may-call.ts';
import type { TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';
import { receiptView, transactionView } from './views.ts';

/** Records that were set aside: what they are, and what a supervisor does about them. */
export function benchCalls(
  { terminal, clock }: TillPorts,
  desk: TillDesk,
): Pick<TillService, 'benchList' | 'benchAct' | 'collectClaim'> {
  const { alone, approval, enteredPin, onCard, printText, transaction } = desk;
  const itemOf = (txn: Txn): BenchItem => ({
    transaction: transactionView(terminal.state, txn),
    ageMs: clock.nowMs() - txn.atMs,
    ...(strandedMinor(terminal.state, txn) > 0 ? STRANDED : wordsFor(txn)),
    cardBlocked: isBlockedFor(terminal.state, txn),
    collectable: txn.collectable === true,
    done: [...(txn.benchSteps ?? [])],
    actions: benchRulesFor(terminal.state, txn).map(({ action, needs }) => ({
      action,
      needsApproval: needs === 'approval-and-note',
    })),
  });
  return {
    benchList() {
      if (whyNotCall(terminal.state, 'workbench')) return [];
      return setAside(terminal.state)
        .sort((a, b) => a.atMs - b.atMs)
        .map(itemOf);
    },
    async benchAct({ txnId, action, note, supervisor }) {
      const refused = whyNotCall(terminal.state, 'workbench');
      if (refused) return refused;
      const given = await approval(supervisor);
      // A slip that was made before goes out again, marked as a copy.
      const copy = transaction(txnId)?.slip === undefined ? 'original' : 'copy';
      return alone(`bench ${txnId} ${action}`, async () => {
        const reply = await terminal.run({
          kind: 'bench-act',
          txnId,
          action,
          ...(note === undefined ? {} : { note }),
          ...given,
        });
        if (reply.kind === 'refused') return reply;
        const txn = transaction(txnId);
        const text = action === 'slip' ? txn?.slip : undefined;
        if (text !== undefined) await printText(text, copy);
        const isHere = txn !== undefined && benchRulesFor(terminal.state, txn).length > 0;
        return {
          kind: 'done',
          ...(isHere ? { item: itemOf(txn) } : {}),
          ...(text === undefined ? {} : { receipt: receiptView(text, copy) }),
        };
      });
    },
    collectClaim({ txnId, cardRef, pin }) {
      const totalMinor = transaction(txnId)?.amountMinor ?? 0;
      return onCard({ key: `collect ${txnId}`, cardRef, totalMinor }, (card) =>
        terminal.run({ kind: 'collect-claim', txnId, presented: card, ...enteredPin(pin, card.card) }),
      );
    },
  };
}

const IN_DOUBT_STEP = {
  'zh-CN': '请再发送一次；仍不行时向收单机构查明主机是否已记账，再如实登记。',
  en: 'Send it again; if that fails, ask the acquirer whether the host has booked it and record the answer.',
} as const;

const COMPARE_STEP = {
  'zh-CN': '请向收单机构核对主机是否已按此金额记账，无误后经授权登记。',
  en: 'Ask the acquirer whether the host has it with this amount; when it is in order, record that.',
} as const;

const STRANDED = {
  reason: {
    'zh-CN': '组合付款中的这笔付款应退还给这张卡，但终端不能自行退还。',
    en: 'This payment, one of several of its sale, is owed back to its card, and the terminal cannot give it back by itself.',
  },
  nextStep: {
    'zh-CN': '能撤销或退货的，请刷原卡单独撤销或退货；否则请另行退还顾客，并经授权登记。',
    en: 'Void or refund it alone with its card where the list offers that; otherwise give it back in some other way and record how.',
  },
} as const;

/** Why it was set aside and what helps. */
function wordsFor(txn: Txn): { readonly reason: BilingualText; readonly nextStep: BilingualText } {
  if (txn.state === 'rejected') {
    return {
      reason: claimReason(txn),
      nextStep: {
        'zh-CN': '货款尚未收到：可停用此卡、待卡再来时补收、给顾客打印欠款通知，或经授权核销。',
        en: 'The goods are not paid for: block the card, collect when it comes again, print a slip, or write it off.',
      },
    };
  }
  if (txn.state === 'load-refused') {
    return {
      reason: {
        'zh-CN': `充值的答复丢失，主机拒绝了确认（${txn.responseCode ?? ''}）：卡内没有入账。`,
        en: `The answer to this load was lost and the host refused to confirm it (${txn.responseCode ?? ''}): the card has nothing of it.`,
      },
      nextStep: {
        'zh-CN': '请把现金退还顾客，并登记已退还。',
        en: 'Hand the cash back to the customer, and record that it was.',
      },
    };
  }
  if (txn.state === 'reversal-refused') {
    return {
      reason: {
        'zh-CN': `主机拒绝了冲正（${txn.responseCode ?? ''}）：原交易可能已结算。`,
        en: `The host refused to undo it (${txn.responseCode ?? ''}): it may have been settled.`,
      },
      nextStep: IN_DOUBT_STEP,
    };
  }
  if (txn.purse?.recordRefused) return { reason: claimReason(txn), nextStep: COMPARE_STEP };
  const because = txn.setAsideBecause ?? 'not-answered';
  const nextStep = because === 'sealed-data-missing' ? COMPARE_STEP : IN_DOUBT_STEP;
  return { reason: FAULT_WORDS[because], nextStep };
}

const FAULT_WORDS: Readonly<Record<SetAsideReason, BilingualText>> = {
  'cannot-be-made': {
    'zh-CN': '无法生成要发送的报文：所存卡数据可能已损坏。',
    en: 'The message cannot be made: its sealed card data may be damaged.',
  },
  'not-answered': {
    'zh-CN': '主机可以联系上，但一直没有对这笔记录作出有效答复。',
    en: 'The host can be reached, but it never gives this record an answer that can be read.',
  },
  'not-settled': {
    'zh-CN': '主机每次都有答复，但始终不受理这笔记录。',
    en: 'The host answers each time, but never by anything that settles this record.',
  },
  'sealed-data-missing': {
    'zh-CN': '批上送时这笔交易的卡数据已无法读取，上送时不带卡号。',
    en: 'Its sealed card data could not be read, so the batch upload carried it without its card number.',
  },
};
