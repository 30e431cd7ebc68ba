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

/** What was tried: to take money, or to give it back. */
export type OutcomePurpose = 'payment' | 'undo';

/** Online and offline approval never look alike, and neither looks like an outcome that nobody knows. */
export function outcomeOf(result: KnownResult, purpose: OutcomePurpose): Outcome {
  switch (result.kind) {
    case 'approved':
      return {
        ...approved(result.mode, result.transaction.kind),
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
        title: purpose === 'undo' ? 'result.undo-declined' : 'result.declined',
        coreText: result.text,
        nextStep: result.nextStep,
      };
    case 'unknown':
      return {
        tone: 'unknown',
        icon: 'question',
        title: purpose === 'undo' ? 'result.undo-unknown' : 'result.unknown',
        ...(purpose === 'undo' ? { text: 'result.undo-unknown.note' as const } : {}),
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
  return {
    tone: 'reversed',
    icon: 'undo',
    title: purpose === 'undo' ? 'result.undo-reversed' : 'result.reversed',
    text: purpose === 'undo' ? 'result.undo-reversed.text' : 'result.reversed.text',
  };
}

type Approved = Extract<KnownResult, { kind: 'approved' }>;

function approved(mode: Approved['mode'], kind: Approved['transaction']['kind']): Outcome {
  if (kind === 'cash-void' || kind === 'cash-refund')
    return { tone: 'online', icon: 'cash', title: 'result.cash-back', text: 'result.cash-back.text' };
  if (kind === 'purse-load')
    return { tone: 'online', icon: 'check-circle', title: 'result.loaded', text: 'result.loaded.text' };
  if (kind === 'purse-sale')
    return { tone: 'offline', icon: 'purse', title: 'result.purse-paid', text: 'result.purse-paid.text' };
  if (kind === 'void' || kind === 'refund') {
    return {
      tone: 'online',
      icon: 'check-circle',
      title: `result.${kind}.online`,
      text: 'result.money-back',
    };
  }
  return {
    tone: mode === 'offline' ? 'offline' : 'online',
    icon: mode === 'offline' ? 'link-cut' : 'check-circle',
    title: `result.approved.${mode}`,
    text: `result.approved.${mode}.text`,
  };
}
