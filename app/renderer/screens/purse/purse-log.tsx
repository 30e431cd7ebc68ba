import type { PurseLogResult } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';

export type PurseLogLines = Extract<PurseLogResult, { kind: 'purse-log' }>['lines'];

/** What the card itself has written down. */
export function PurseLog(props: { readonly lines: PurseLogLines; readonly onBack: () => void }) {
  const { t, words } = useWords();
  const { lines, onBack } = props;
  useInput({
    onKey: (key) => {
      if (key !== 'Escape') return false;
      onBack();
      return true;
    },
  });
  return (
    <div className="cancel" data-testid="purse-log">
      {lines.length === 0 ? (
        <p className="dialog-note">{t('purse.log.none')}</p>
      ) : (
        <ul className="purse-log">
          {lines.map(({ amountMinor, date, terminalNumber, time, what }) => (
            <li key={`${date} ${time} ${terminalNumber} ${amountMinor}`}>
              <span>{written(date, time)}</span>
              <strong>{words(what)}</strong>
              <span>{t('purse.log.terminal', { number: terminalNumber })}</span>
              <output>{yuan(amountMinor)}</output>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={onBack}>
          {t('purse.log.back')}
        </Action>
      </div>
    </div>
  );
}

/** The card's own words: YYYYMMDD and hhmmss, in no time zone. */
function written(date: string, time: string): string {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)];
  return `${year}-${month}-${day} ${time.slice(0, 2)}:${time.slice(2, 4)}`;
}
