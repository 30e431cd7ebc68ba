import type { PaymentResult } from '../../api/contract.ts';
import type { BilingualText } from '../../domain/text.ts';
import { refusal } from '../../engine/refusals.ts';
import type { CardService, StateView, Txn } from '../../engine/state.ts';
import { responseCode } from '../../iso8583/index.ts';
import { receiptView, transactionView } from './views.ts';

interface Words {
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}

const words = (zhText: string, enText: string, zhNext: string, enNext: string): Words => ({
  text: { 'zh-CN': zhText, en: enText },
  nextStep: { 'zh-CN': zhNext, en: enNext },
});

const CASH_BACK = ['请把现金退还顾客。', 'Give the cash back to the customer.'] as const;

/** What a host's refusal means here, where the code alone would say it for a payment. */
const HOST_REFUSALS: Partial<Readonly<Record<`${CardService | 'load'} ${string}`, Words>>> = {
  'load 57': words('不记名卡不能再次充值。', 'A bearer card cannot be loaded again.', ...CASH_BACK),
  'load 61': words(
    '充值后将超过此卡的余额上限。',
    'The card would hold more than it may.',
    '请减少充值金额，或把现金退还顾客。',
    'Load less, or give the cash back.',
  ),
  'load 62': words('此卡未激活或已锁。', 'The card is not active, or blocked.', ...CASH_BACK),
  'activate 12': words(
    '此卡已激活，或已不能激活。',
    'The card is active already, or cannot be activated any more.',
    '请查询余额核对卡的状态。',
    'Ask for its balance to see what it is.',
  ),
  'block 12': words(
    '此卡不在可锁的状态。',
    'The card is not one that can be blocked.',
    '请查询余额核对卡的状态。',
    'Ask for its balance to see what it is.',
  ),
  'unblock 12': words(
    '此卡没有被锁；挂失或黑名单的卡不能解锁。',
    'The card is not blocked; one that was reported lost or is hotlisted cannot be unblocked.',
    '挂失的卡请办理换卡。',
    'Replace a card that was reported lost.',
  ),
  'report-loss 57': words(
    '不记名卡不能挂失。',
    'A bearer card cannot be reported lost.',
    '请告知持卡人：不记名卡遗失不补。',
    'Tell the holder that a bearer card is not replaced.',
  ),
  'report-loss 12': words(
    '此卡已挂失或已停用。',
    'The card was reported lost already, or is out of use.',
    '如需取回余额请办理换卡。',
    'Replace it to save its balance.',
  ),
  'replace 57': words(
    '不记名卡不能换卡。',
    'A bearer card cannot be replaced.',
    '请告知持卡人；余额可继续消费。',
    'Tell the holder; the balance can still be spent.',
  ),
  'replace 14': words(
    '新卡不是未激活的记名卡。',
    'The new card is no registered card that was never activated.',
    '请换一张未激活的记名新卡。',
    'Take another new registered card.',
  ),
  'surrender 61': words(
    '卡内余额超过可退现金的上限。',
    'There is more on the card than may be paid out in cash.',
    '请顾客先消费。',
    'Let the customer spend it first.',
  ),
  'surrender 64': words(
    '卡内余额与退款金额不一致。',
    'The balance is not the amount that was to be paid out.',
    '请重新查询余额后再退卡。',
    'Ask for the balance again, then give the card back.',
  ),
};

const DECLINED_STEP: Readonly<Record<'load' | 'card-service', readonly [string, string]>> = {
  load: CASH_BACK,
  'card-service': ['未作任何更改。', 'Nothing was changed.'],
};

const LOAD_UNKNOWN = words(
  '主机没有答复，充值已登记。',
  'The host did not answer; the load is recorded.',
  '请收好现金，勿再次充值。系统会自动向主机确认；主机拒绝时会提示退还现金。',
  'Keep the cash and do not load again: it is confirmed by itself. If the host refuses, the till asks for the cash to be handed back.',
);
const LOAD_REFUSED = words(
  '主机拒绝了充值确认，卡内没有入账。',
  'The host refused to confirm the load: nothing was put on the card.',
  '请主管在待处理中登记，把现金退还顾客。',
  'A supervisor hands the cash back and records it at the workbench.',
);
const LOAD_GIVEN_BACK = words(
  '未充入卡内，现金已退还顾客。',
  'The card was not loaded, and the cash was handed back.',
  '如需充值请重新办理。',
  'Load it again if the customer wants to.',
);
const SERVICE_UNKNOWN = words(
  '主机没有答复，结果未知。',
  'The host did not answer: the outcome is unknown.',
  '系统会自动冲正，卡恢复原状。请勿交付现金或新卡，联网后重试。',
  'It is reversed by itself, and the card is as it was. Hand over neither cash nor a new card; try again when online.',
);
const SERVICE_IN_DOUBT = words(
  '结果未知，且主机没有接受冲正。',
  'The outcome is unknown and the host did not take the reversal.',
  '请主管向发卡方查明卡的状态后登记。',
  'A supervisor must ask the issuer what the card is now, and record it.',
);

/** What the cashier is told of a load or a card service, from the state that it has reached. */
export function cardDeskResult(state: StateView, txn: Txn): PaymentResult {
  const transaction = transactionView(state, txn);
  const isLoad = txn.kind === 'load';
  switch (txn.state) {
    case 'approved':
    case 'voided':
      return {
        kind: 'approved',
        mode: 'online',
        transaction,
        receipt: receiptView(txn.receipt ?? '', txn.receiptPrinted ? 'copy' : 'original'),
        ...(txn.balanceMinor === undefined ? {} : { balanceMinor: txn.balanceMinor }),
      };
    case 'declined':
      return { kind: 'declined', responseCode: txn.responseCode ?? '', ...refusedByHost(txn), transaction };
    case 'load-refused':
      return { kind: 'declined', responseCode: txn.responseCode ?? '', ...LOAD_REFUSED, transaction };
    case 'not-sent':
      return refusal('link-lost-before-send');
    case 'reversed':
      return isLoad
        ? { kind: 'declined', responseCode: txn.responseCode ?? '', ...LOAD_GIVEN_BACK, transaction }
        : { kind: 'unknown', ...SERVICE_UNKNOWN, transaction };
    case 'sending':
    case 'unknown':
      return { kind: 'unknown', ...(isLoad ? LOAD_UNKNOWN : SERVICE_UNKNOWN), transaction };
    case 'undeliverable':
    case 'reversal-refused':
      return { kind: 'unknown', ...(isLoad ? LOAD_UNKNOWN : SERVICE_IN_DOUBT), transaction };
    default:
      throw new Error(`A ${txn.kind} cannot be ${txn.state}`);
  }
}

/** The words of the thing that was asked for; the code's own, where it says the same of anything. */
function refusedByHost(txn: Txn): Words {
  const code = txn.responseCode ?? '';
  const own = HOST_REFUSALS[`${txn.service ?? 'load'} ${code}`];
  if (own) return own;
  const { category, nextStep, text } = responseCode(code);
  if (category !== 'decline' || code === '55' || code === '75') return { text, nextStep };
  const [zh, en] = DECLINED_STEP[txn.kind === 'load' ? 'load' : 'card-service'];
  return { text, nextStep: { 'zh-CN': zh, en } };
}
