import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { useKeyGround } from '../input/use-key-ground.ts';
import { Icon } from './icon.tsx';
import { WaitedFor } from './waited-for.tsx';

/** The core is at work in a dialog. There is nothing to press, so that nothing is pressed twice. */
export function Working() {
  const { t } = useWords();
  const ground = useKeyGround();
  useInput({});
  return (
    <div className="waiting undo-working" aria-live="polite" {...ground}>
      <Icon name="recall" className="spinning" />
      <h2>{t('undo.working')}</h2>
      <WaitedFor />
    </div>
  );
}
