import type { TransactionView } from '../../../terminal-core/api/contract.ts';
import type { MessageKey } from '../i18n/zh-cn.ts';

/** What it was: a card service by its own name. */
export function kindWord({ kind, service }: TransactionView): MessageKey {
  return kind === 'card-service' && service !== undefined ? `desk.${service}` : `kind.${kind}`;
}

/** Of the card services only taking a card back moves money: its balance is paid out. */
export function movesMoney({ kind, service }: TransactionView): boolean {
  return kind !== 'card-service' || service === 'surrender';
}

/** Money that leaves the store. */
export function givesBack({ kind, service }: TransactionView): boolean {
  return BACK_KINDS.has(kind) || service === 'surrender';
}

const BACK_KINDS: ReadonlySet<TransactionView['kind']> = new Set([
  'void',
  'refund',
  'cash-void',
  'cash-refund',
]);
