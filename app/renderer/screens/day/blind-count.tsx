import { useState } from 'react';
import { Action } from '../../components/action.tsx';
import { Keypad } from '../../components/keypad.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import {
  type Counted,
  countedMinor,
  countOf,
  DENOMINATIONS_MINOR,
  dropDigit,
  isAnythingCounted,
  pushCount,
} from './counted.ts';

interface BlindCountProps {
  readonly counted: Counted;
  readonly onCounted: (counted: Counted) => void;
  readonly isWorking: boolean;
  readonly onDone: () => void;
}

/** The drawer counted by notes and coins: a number, Enter, the next. What should be in it is nowhere to be seen. */
export function BlindCount({ counted, onCounted, isWorking, onDone }: BlindCountProps) {
  const { t } = useWords();
  /** The row that is typed into; behind the last one stands the button that ends the count. */
  const [row, setRow] = useState(0);
  const valueMinor = DENOMINATIONS_MINOR[row];
  const isAtEnd = valueMinor === undefined;
  const canEnd = isAnythingCounted(counted) && !isWorking;
  const go = (to: number): void => setRow(Math.max(0, Math.min(to, DENOMINATIONS_MINOR.length)));
  const next = (): void => {
    if (!isAtEnd) go(row + 1);
    else if (canEnd) onDone();
  };
  const push = (typed: string): void => {
    if (valueMinor !== undefined) onCounted(pushCount(counted, valueMinor, typed));
  };
  const take = (): void => {
    if (valueMinor !== undefined) onCounted(dropDigit(counted, valueMinor));
  };
  useInput({
    onType: push,
    onKey: (key) => {
      if (key === 'Backspace' || key === 'Delete') take();
      else if (key === 'ArrowDown') go(row + 1);
      else if (key === 'ArrowUp') go(row - 1);
      else if (key === 'End') go(DENOMINATIONS_MINOR.length);
      else if (key === 'Enter') next();
      else return false;
      return true;
    },
  });
  return (
    <div className="count">
      <ul className="count-rows" aria-label={t('count.title')}>
        {DENOMINATIONS_MINOR.map((value, index) => {
          const typed = counted[value];
          return (
            <li key={value}>
              <button
                type="button"
                className="count-row"
                data-active={index === row}
                data-value={value}
                tabIndex={-1}
                onClick={() => setRow(index)}
              >
                <span className="count-value">{yuan(value)}</span>
                <span className="count-count">
                  {'×'}
                  <output>{typed ?? '–'}</output>
                </span>
                <span className="count-sum">
                  {typed === undefined ? '' : yuan(value * countOf(counted, value))}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <div className="count-side">
        <p className="dialog-note">{t('count.note')}</p>
        <div className="figure" data-typed={isAtEnd}>
          <span>{t('count.counted')}</span>
          <output data-testid="counted">{yuan(countedMinor(counted))}</output>
        </div>
        <Keypad onDigits={push} onDelete={take} onClear={take} />
        <Action size="large" tone="primary" keyHint="Enter" takesFocus isDisabled={isWorking} onPress={next}>
          {t(isWorking ? 'office.working' : isAtEnd ? 'count.close' : 'count.next')}
        </Action>
        {isAtEnd ? (
          <p className="count-end">{t(isAnythingCounted(counted) ? 'count.sure' : 'count.nothing')}</p>
        ) : (
          <Action tone="quiet" keyHint="End" leavesFocus onPress={() => go(DENOMINATIONS_MINOR.length)}>
            {t('count.no-more')}
          </Action>
        )}
      </div>
    </div>
  );
}
