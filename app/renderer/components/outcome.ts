import type { PaymentResult } from '../../../terminal-core/api/contract.ts';
import type { BilingualText } from '../i18n/i18n.ts';
import type { MessageKey } from '../i18n/zh-cn.ts';
import type { IconName } from './icon.tsx';

export type KnownResult = Exclude<PaymentResult, { kind: 'pin-required' }>;

/** How a result looks and what it says first; tones are the CSS classes of result.css. */
export interface Outcome {
  readonly tone: 'online' | 'offline' | 'unknown' | 'reversed' | 'problem';
  readonly icon: IconName;
  readonly title: MessageKey;
  /** Our own words under the title. */
  readonly text?: MessageKey;
  /** The core's words, and what to do next. */
  readonly coreText?: BilingualText;
  readonly nextStep?: BilingualText;
}

/** What was tried: to take money, to give it back, or to do something about a card. */
export type OutcomePurpose = 'payment' | 'undo' | 'desk';

/** What each says of an outcome that is none, and of one that turned out to be none. */
const PURPOSE_WORDS = {
  payment: {
    declined: 'result.declined',
    unknown: { title: 'result.unknown' },
    reversed: { title: 'result.reversed', text: 'result.reversed.text' },
  },
  undo: {
    declined: 'result.undo-declined',
    unknown: { title: 'result.undo-unknown', text: 'result.undo-unknown.note' },
    reversed: { title: 'result.undo-reversed', text: 'result.undo-reversed.text' },
  },
  desk: {
    declined: 'result.undo-declined',
    unknown: { title: 'result.undo-unknown' },
    reversed: { title: 'result.desk-reversed', text: 'result.undo-reversed.text' },
  },
} as const;

/** Online and offline approval never look alike, and neither looks like an outcome that nobody knows. */
export function outcomeOf(result: KnownResult, purpose: OutcomePurpose, undone?: TransactionKind): Outcome {
  switch (result.kind) {
    case 'approved':
      return {
        ...approved(result, undone),
        ...(result.notice ? { coreText: result.notice.text, nextStep: result.notice.nextStep } : {}),
      };
    case 'undone':
      return {
        tone: 'reversed',
        icon: 'undo',
        title: 'result.undone',
        coreText: result.text,
        nextStep: result.nextStep,
      };
    case 'declined':
      return {
        tone: 'problem',
        icon: 'octagon',
        title: PURPOSE_WORDS[purpose].declined,
        coreText: result.text,
        nextStep: result.nextStep,
      };
    case 'unknown':
      return {
        tone: 'unknown',
        icon: 'question',
        ...PURPOSE_WORDS[purpose].unknown,
        coreText: result.text,
        nextStep: result.nextStep,
      };
    case 'card-in-doubt':
      return {
        tone: 'unknown',
        icon: 'question',
        title: 'result.card-in-doubt',
        coreText: result.text,
        nextStep: result.nextStep,
      };
    case 'refused':
      return {
        tone: 'problem',
        icon: 'hand',
        title: 'result.refused',
        coreText: result.text,
        nextStep: result.nextStep,
      };
  }
}

/** What becomes of an unknown outcome once the host has taken its reversal: as if it had never been asked. */
export function reversedOutcome(purpose: OutcomePurpose): Outcome {
  return { tone: 'reversed', icon: 'undo', ...PURPOSE_WORDS[purpose].reversed };
}

type Approved = Extract<KnownResult, { kind: 'approved' }>;
type TransactionKind = Approved['transaction']['kind'];

/** Where a void does something else than give money back to a card. */
const UNDONE_TEXT: Partial<Record<TransactionKind, MessageKey>> = {
  load: 'result.void.load',
  'pre-authorisation': 'result.void.hold',
};

/** @param undone the kind of what was voided or refunded. */
function approved({ mode, transaction }: Approved, undone?: TransactionKind): Outcome {
  const { kind, service } = transaction;
  if (kind === 'card-service' && service !== undefined)
    return {
      tone: 'online',
      icon: 'check-circle',
      title: `result.service.${service}`,
      text: `result.service.${service}.text`,
    };
  if (kind === 'pre-authorisation')
    return { tone: 'online', icon: 'check-circle', title: 'result.held', text: 'result.held.text' };
  if (kind === 'cash-void' || kind === 'cash-refund')
    return { tone: 'online', icon: 'cash', title: 'result.cash-back', text: 'result.cash-back.text' };
  if (kind === 'purse-load' || kind === 'load')
    return { tone: 'online', icon: 'check-circle', title: 'result.loaded', text: 'result.loaded.text' };
  if (kind === 'purse-sale')
    return { tone: 'offline', icon: 'purse', title: 'result.purse-paid', text: 'result.purse-paid.text' };
  if (kind === 'void' || kind === 'refund') {
    return {
      tone: 'online',
      icon: 'check-circle',
      title: `result.${kind}.online`,
      text: (undone && UNDONE_TEXT[undone]) ?? 'result.money-back',
    };
  }
  return {
    tone: mode === 'offline' ? 'offline' : 'online',
    icon: mode === 'offline' ? 'link-cut' : 'check-circle',
    title: `result.approved.${mode}`,
    text: `result.approved.${mode}.text`,
  };
}
