import { holdBasket, signOff } from '../commands.ts';
import { useWords } from '../i18n/i18n.ts';
import { SCAN_FIELD_ATTRIBUTE } from '../input/key-router.ts';
import { useCell } from '../store/cell.ts';
import { type Till, useTill } from '../till-context.ts';
import type { IconName } from './icon.tsx';

export interface FunctionKey {
  readonly key: string;
  readonly label: string;
  readonly icon: IconName;
  readonly run: () => void;
  readonly isCurrent: boolean;
  readonly isDisabled: boolean;
}

/** F1, F5, F11 and F12 are left to the browser and the machine. */
export function useFunctionKeys(): readonly FunctionKey[] {
  const { t } = useWords();
  const till = useTill();
  const screen = useCell(till.screen).kind;
  const status = useCell(till.status);
  const waiting =
    (status?.openSales.length ?? 0) +
    (status?.openRefunds.length ?? 0) +
    (status?.purse?.owedBack.length ?? 0);
  const heldCount = useCell(till.baskets.held).length + waiting;
  const gone = useCell(till.link.state).kind === 'lost';
  const recall = heldCount === 0 ? t('nav.recall') : t('nav.recall.count', { count: heldCount });
  const rows: readonly Omit<FunctionKey, 'isDisabled' | 'isCurrent'>[] = [
    {
      key: 'F2',
      label: t(screen === 'sell' ? 'nav.search' : 'nav.sell'),
      icon: 'scan',
      run: () => goSelling(till),
    },
    { key: 'F3', label: t('nav.hold'), icon: 'hold', run: () => void holdBasket(till) },
    {
      key: 'F4',
      label: recall,
      icon: 'recall',
      run: () => till.screen.set({ kind: 'sell', showsHeld: true }),
    },
    { key: 'F6', label: t('nav.journal'), icon: 'list', run: () => leaveFor(till, 'journal') },
    { key: 'F7', label: t('nav.day'), icon: 'day', run: () => leaveFor(till, 'day') },
    { key: 'F10', label: t('nav.sign-off'), icon: 'leave', run: () => void signOff(till) },
  ];
  const current = { sell: 'F2', journal: 'F6', day: 'F7', pay: '' }[screen];
  const needsCore = new Set(['F6', 'F7', 'F10']);
  return rows.map((row) => ({
    ...row,
    isCurrent: row.key === current,
    isDisabled: gone && needsCore.has(row.key),
  }));
}

/** @returns true when `key` is one of the function keys; a disabled one does nothing but is taken. */
export function pressFunctionKey(keys: readonly FunctionKey[], key: string): boolean {
  const found = keys.find((each) => each.key === key);
  if (found !== undefined && !found.isDisabled) found.run();
  return found !== undefined;
}

function goSelling(till: Till): void {
  till.screen.set({ kind: 'sell' });
  const field = document.querySelector(`[${SCAN_FIELD_ATTRIBUTE}]`);
  if (field instanceof HTMLElement) field.focus();
}

/** What was said about selling is old news on another screen. */
export function leaveFor(till: Till, kind: 'journal' | 'day'): void {
  till.notice.set(undefined);
  till.screen.set({ kind });
}
