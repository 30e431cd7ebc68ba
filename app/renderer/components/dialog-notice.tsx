import { useState } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { Icon } from './icon.tsx';

/** What went wrong since the dialog opened, inside it: the notice of the screen behind is dimmed and out of reach. */
export function DialogNotice() {
  const { words } = useWords();
  const { notice } = useTill();
  const [before] = useState(() => notice.get());
  const shown = useCell(notice);
  if (shown === undefined || shown === before || shown.tone !== 'problem') return null;
  return (
    <div className="supervisor-refused" role="alert" data-testid="dialog-notice">
      <Icon name="alert" />
      <div>
        <strong>{words(shown.text)}</strong>
        {shown.nextStep && <p>{words(shown.nextStep)}</p>}
      </div>
    </div>
  );
}
