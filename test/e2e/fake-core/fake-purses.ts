import { implement } from '@orpc/server';
import {
  contract,
  type DeviceEvent,
  type PaymentResult,
  type PurseHandle,
  type TillStatus,
  type TransactionView,
} from '../../../terminal-core/api/contract.ts';
import { paymentResult, refusal } from './fake-payments.ts';
import { NO_PURSE } from './fake-refusals.ts';

type PurseStatus = NonNullable<TillStatus['purse']>;
type Approved = Extract<PaymentResult, { kind: 'approved' }>;

const OTHER_CARD = refusal(
  'purse-other-card',
  '这不是付款时的那张卡。',
  'This is not the card that the sale was begun with.',
  '请放入原卡，或换付款方式。',
  'Put that card in, or take another tender.',
);
const ASK_SUPERVISOR = refusal(
  'supervisor-required',
  '退回电子钱包需要主管。',
  'Giving a purse sale back needs a supervisor.',
  '请主管在本机输入工号和密码。',
  'Ask a supervisor to sign on here.',
);
const LOG = [
  {
    date: '20261121',
    time: '091502',
    what: { 'zh-CN': '消费', en: 'Purchase' },
    amountMinor: -1_250,
    terminalNumber: '310000000001',
  },
  {
    date: '20261118',
    time: '174410',
    what: { 'zh-CN': '充值', en: 'Load' },
    amountMinor: 10_000,
    terminalNumber: '310000000007',
  },
];
const PIN_BLOCKED = refusal(
  'purse-pin-blocked',
  '卡密码已锁定。未扣款。',
  'The card PIN is blocked. Nothing was charged.',
  '请换其他付款方式；持卡人须到发卡方解锁密码。',
  'Take another tender; the holder must have the PIN unblocked by the issuer.',
);
const WRONG_PIN = {
  text: {
    'zh-CN': '卡密码错误，只剩最后 1 次。未扣款。',
    en: 'The card PIN is wrong and one try is left. Nothing was charged.',
  },
  nextStep: {
    'zh-CN': '再错一次密码就会锁定。没有把握时请按 Esc，换其他付款方式。',
    en: 'One more wrong PIN blocks it. If in doubt press Esc and take another tender.',
  },
};
const IN_DOUBT = {
  text: {
    'zh-CN': '卡已拿走，不知是否已扣款。等待尾号 4417 的卡。',
    en: 'The card was taken away: whether it was charged is not known. It waits for the card ending in 4417.',
  },
  nextStep: {
    'zh-CN': '请放回同一张卡，系统会自动查明；也可选择换付款方式，日后查明已扣款会提示退回。',
    en: 'Put the same card in again and it is found out by itself; or choose another tender: if the card turns out to be charged, the till will say that it is owed back.',
  },
};
const PAID = {
  text: {
    'zh-CN': '已查明：卡已扣款，这笔销售已付清。',
    en: 'It is known now: the card has paid this sale.',
  },
  nextStep: { 'zh-CN': '请交付商品和小票。', en: 'Hand over the goods and the receipt.' },
};
const PAID_TWICE = {
  text: {
    'zh-CN': '已查明：卡也已扣款，而这笔销售已用其他方式付清——付了两次。',
    en: 'It is known now: the card has paid, too, and this sale was paid otherwise already. It was paid twice.',
  },
  nextStep: {
    'zh-CN': '请把卡内扣款退回此卡（钱包充值退款，需主管），不要再收任何款项。',
    en: 'Give the amount back to this card (a load that refunds the sale, with a supervisor) and take no other money.',
  },
};

/** A reader for purses, and the cards that a test puts in and pulls out. */
export class FakePurses {
  /** The next card is pulled away while it pays. */
  isTornNext = false;
  /** What the card wants before it pays. */
  pin: string | undefined;
  #pinTriesLeft = 2;
  readonly router: ReturnType<FakePurses['build']>;
  readonly #push: (event: DeviceEvent) => void;
  readonly #setStatus: (purse: PurseStatus) => void;
  #status: PurseStatus = { psamReady: true, doubts: [], owedBack: [] };
  #inSlot: PurseHandle | undefined;
  #insertions = 0;
  #doubt: { readonly saleId: string; readonly lastDigits: string; readonly paid: Approved } | undefined;
  readonly #outcomes = new Map<string, PaymentResult>();

  constructor(options: {
    readonly push: (event: DeviceEvent) => void;
    readonly setStatus: (purse: PurseStatus) => void;
  }) {
    this.#push = options.push;
    this.#setStatus = options.setStatus;
    this.router = this.build();
  }

  /** A till with a reader for purses. */
  plugIn(): void {
    this.#set({});
  }

  insert(lastDigits: string, balanceMinor: number): void {
    this.#insertions += 1;
    const purseRef = `purse-${this.#insertions}`;
    this.#inSlot = { kind: 'purse', purseRef, lastDigits, balanceMinor, expiryDate: '20301231' };
    if (this.#doubt?.lastDigits === lastDigits) this.#settle();
    this.#push(this.#inSlot);
  }

  remove(): void {
    if (this.#inSlot) this.#push({ kind: 'purse-removed', purseRef: this.#inSlot.purseRef });
    this.#inSlot = undefined;
  }

  build() {
    const os = implement(contract).purse;
    return {
      balance: os.balance.handler(() => this.#inSlot ?? NO_PURSE),
      log: os.log.handler(({ input }) =>
        this.#inSlot?.purseRef === input.purseRef ? { kind: 'purse-log', lines: LOG } : NO_PURSE,
      ),
      pay: os.pay.handler(
        ({ input }) => this.#askPin(input) ?? this.#pay(input.saleId, input.purseRef, input.totalMinor),
      ),
      otherTender: os.otherTender.handler(() => {
        this.#set({ doubts: this.#status.doubts.map((each) => ({ ...each, otherTender: true })) });
        return { kind: 'done' };
      }),
      load: os.load.handler(({ input }) => {
        if (this.#inSlot?.purseRef !== input.purseRef) return NO_PURSE;
        if (input.refundOf !== undefined && input.supervisor === undefined) return ASK_SUPERVISOR;
        const balanceMinor = this.#inSlot.balanceMinor + input.amountMinor;
        this.#inSlot = { ...this.#inSlot, balanceMinor };
        this.#set({ owedBack: this.#status.owedBack.filter(({ txnId }) => txnId !== input.refundOf) });
        return { ...this.#approved('purse-load', input.amountMinor, this.#inSlot), balanceMinor };
      }),
    };
  }

  #askPin({ totalMinor, pin }: { totalMinor: number; pin?: string | undefined }): PaymentResult | undefined {
    if (this.pin === undefined || pin === this.pin) return undefined;
    const asked = {
      kind: 'pin-required',
      maskedPan: '*'.repeat(16) + this.#inSlot?.lastDigits,
      amountMinor: totalMinor,
    } as const;
    if (pin === undefined) return asked;
    this.#pinTriesLeft -= 1;
    return this.#pinTriesLeft === 0
      ? PIN_BLOCKED
      : { ...asked, wrongPin: { triesLeft: this.#pinTriesLeft, ...WRONG_PIN } };
  }

  #pay(saleId: string, purseRef: string, totalMinor: number): PaymentResult {
    const before = this.#outcomes.get(saleId);
    if (before && before.kind !== 'card-in-doubt') return before;
    const purse = this.#inSlot;
    if (purse?.purseRef !== purseRef) return before ?? NO_PURSE;
    if (before) return OTHER_CARD;
    const paid = this.#approved('purse-sale', totalMinor, purse);
    const result = this.isTornNext ? this.#tear(saleId, paid, purse) : paid;
    this.#outcomes.set(saleId, result);
    return result;
  }

  #tear(saleId: string, paid: Approved, { lastDigits }: PurseHandle): PaymentResult {
    this.isTornNext = false;
    this.remove();
    this.#doubt = { saleId, lastDigits, paid };
    const transaction: TransactionView = { ...paid.transaction, state: 'in-doubt' };
    const { txnId, amountMinor, atMs } = transaction;
    const doubt = { txnId, amountMinor, atMs, lastDigits, kind: 'purse-sale', state: 'in-doubt' } as const;
    this.#set({ doubts: [{ ...doubt, otherTender: false }] });
    return { kind: 'card-in-doubt', lastDigits, ...IN_DOUBT, transaction };
  }

  /** The card is back and says that it has paid. */
  #settle(): void {
    if (!this.#doubt) return;
    const { saleId, lastDigits, paid } = this.#doubt;
    const isPaidTwice = this.#status.doubts.some(({ otherTender }) => otherTender);
    const transaction: TransactionView = { ...paid.transaction, state: 'recovered' };
    const { txnId, amountMinor } = transaction;
    this.#outcomes.set(saleId, { ...paid, transaction });
    this.#doubt = undefined;
    this.#set({ doubts: [], owedBack: isPaidTwice ? [{ txnId, lastDigits, amountMinor }] : [] });
    this.#push({
      kind: 'doubt-settled',
      transaction,
      ...(isPaidTwice ? { ...PAID_TWICE, owedBackMinor: amountMinor } : PAID),
    });
  }

  #approved(kind: 'purse-sale' | 'purse-load', amountMinor: number, purse: PurseHandle): Approved {
    const result = paymentResult({ kind, amountMinor, lines: [] }, 'offline', Date.now());
    if (result.kind !== 'approved') throw new Error('The fake core approves what it is told to');
    const balanceMinor = purse.balanceMinor - amountMinor;
    const { transaction } = result;
    return {
      ...result,
      mode: kind === 'purse-load' ? 'online' : 'offline',
      balanceMinor,
      transaction: {
        ...transaction,
        kind,
        state: 'approved',
        voidable: false,
        maskedPan: '*'.repeat(16) + purse.lastDigits,
      },
    };
  }

  #set(change: Partial<PurseStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#setStatus(this.#status);
  }
}
