import type { BenchItem, BenchResult, TransactionView } from '../../../terminal-core/api/contract.ts';
import { fakeReceipt } from './fake-receipt.ts';

type Action = BenchItem['actions'][number]['action'];

const HOUR_MS = 3_600_000;
const CLAIM_STEP = {
  'zh-CN': '货款尚未收到：可停用此卡、待卡再来时补收、给顾客打印欠款通知，或经授权核销。',
  en: 'The goods are not paid for: block the card, collect when it comes again, print a slip, or write it off.',
};

function transaction(
  txnId: string,
  more: Pick<TransactionView, 'kind' | 'state' | 'amountMinor'>,
): TransactionView {
  return {
    txnId,
    ...more,
    refundedMinor: 0,
    atMs: Date.now() - 26 * HOUR_MS,
    stan: '000117',
    maskedPan: '889012******0074',
    batchNumber: '000011',
    batchSettled: true,
    operatorCode: '1001',
    voidable: false,
    refundable: false,
    hasReceipt: true,
  };
}

function items(): BenchItem[] {
  return [
    {
      transaction: transaction('claim-1', { kind: 'offline-sale', state: 'rejected', amountMinor: 5_600 }),
      ageMs: 26 * HOUR_MS,
      reason: { 'zh-CN': '余额不足', en: 'Insufficient balance' },
      nextStep: CLAIM_STEP,
      cardBlocked: false,
      collectable: false,
      done: [],
      actions: [
        { action: 'collect', needsApproval: false },
        { action: 'block-card', needsApproval: false },
        { action: 'slip', needsApproval: false },
        { action: 'write-off', needsApproval: true },
      ],
    },
    {
      transaction: transaction('doubt-1', { kind: 'refund', state: 'undeliverable', amountMinor: 12_340 }),
      ageMs: 3 * HOUR_MS,
      reason: {
        'zh-CN': '主机可以联系上，但一直没有对这笔记录作出有效答复。',
        en: 'The host can be reached, but it never gives this record an answer that can be read.',
      },
      nextStep: {
        'zh-CN': '请再发送一次；仍不行时向收单机构查明主机是否已记账，再如实登记。',
        en: 'Send it again; if that fails, ask the acquirer whether the host has booked it and record the answer.',
      },
      cardBlocked: true,
      collectable: false,
      done: [{ action: 'block-card', atMs: Date.now() - HOUR_MS, operatorCode: '2001' }],
      actions: [
        { action: 'unblock-card', needsApproval: false },
        { action: 'send-again', needsApproval: false },
        { action: 'host-says-stands', needsApproval: true },
        { action: 'host-says-undone', needsApproval: true },
      ],
    },
  ];
}

/** What ends a record: nothing is left to do about it. */
const ENDS = new Set<Action>(['write-off', 'host-says-stands', 'host-says-undone', 'send-again']);

/** Two records that were set aside; each deed is done at once. */
export class FakeBench {
  items = items();

  needsApproval({ txnId, action }: { readonly txnId: string; readonly action: Action }): boolean {
    const item = this.items.find(({ transaction: each }) => each.txnId === txnId);
    return item?.actions.some((each) => each.action === action && each.needsApproval) === true;
  }

  act(asked: {
    readonly txnId: string;
    readonly action: Action;
    readonly note?: string | undefined;
    readonly supervisor?: { readonly operatorCode: string } | undefined;
  }): BenchResult {
    const { txnId, action, note, supervisor } = asked;
    const receipt =
      action === 'slip'
        ? fakeReceipt({ kind: 'offline-sale', lines: [], atMs: Date.now(), receivedMinor: 0 })
        : undefined;
    this.items = this.items.flatMap((item) => {
      if (item.transaction.txnId !== txnId) return [item];
      if (ENDS.has(action)) return [];
      const step = {
        action,
        atMs: Date.now(),
        operatorCode: '2001',
        ...(supervisor ? { supervisorCode: supervisor.operatorCode } : {}),
        ...(note === undefined ? {} : { note }),
      };
      return [
        {
          ...item,
          cardBlocked: action === 'block-card' || (item.cardBlocked && action !== 'unblock-card'),
          collectable: item.collectable || action === 'collect',
          done: [...item.done, step],
          actions: action === 'slip' ? item.actions : item.actions.filter((each) => each.action !== action),
        },
      ];
    });
    const item = this.items.find(({ transaction: each }) => each.txnId === txnId);
    return { kind: 'done', ...(item ? { item } : {}), ...(receipt ? { receipt } : {}) };
  }
}
