import { pressFunctionKey, useFunctionKeys } from '../../components/function-keys.ts';
import type { InputHandlers } from '../../input/input-hub.ts';
import { useInput } from '../../input/use-input.ts';
import { DAY_PAGES, useTill } from '../../till-context.ts';

/** The keys of every page of the back office around those of its own: function keys, a digit for each page, Escape. */
export function useDayInput(own: {
  readonly onKey?: (key: string) => boolean;
  readonly onType?: (text: string) => boolean;
  /** What a page does with a card that is read while it is open. */
  readonly card?: Pick<InputHandlers, 'onCard' | 'onTrack' | 'onScan'>;
}): void {
  const till = useTill();
  const keys = useFunctionKeys();
  useInput({
    ...own.card,
    onType: (text) => {
      if (own.onType?.(text) === true) return;
      const page = DAY_PAGES[Number(text) - 1];
      if (page === undefined) return;
      till.notice.set(undefined);
      till.screen.set({ kind: 'day', page });
    },
    onKey: (key) => {
      if (pressFunctionKey(keys, key) || own.onKey?.(key) === true) return true;
      if (key !== 'Escape') return false;
      till.screen.set({ kind: 'sell' });
      return true;
    },
  });
}
