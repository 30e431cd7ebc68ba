import { useEffect } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useKeyGround } from '../input/use-key-ground.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { Icon } from './icon.tsx';

/** No purse is in the slot. One that was put in before this page was open is found by asking for it. */
export function PurseWait() {
  const { t } = useWords();
  const till = useTill();
  const ground = useKeyGround();
  const isReady = useCell(till.status)?.purse?.psamReady ?? false;
  useEffect(() => {
    void till.link
      .ask((client) => client.purse.balance())
      .then((outcome) => {
        if (outcome.kind === 'answer' && outcome.value.kind === 'purse') till.purse.set(outcome.value);
      });
  }, [till]);
  return (
    <div {...ground} className="capture-wait purse-wait" aria-live="polite" data-testid="purse-wait">
      <span className="capture-card">
        <Icon name="purse" />
      </span>
      <h2>{t('purse.insert')}</h2>
      <p>{t(isReady ? 'purse.insert.next' : 'purse.no-psam')}</p>
    </div>
  );
}
