import { useState } from 'react';
import { tell } from '../commands.ts';
import { useWords } from '../i18n/i18n.ts';
import { OpenShiftDialog } from '../screens/day/open-shift-dialog.tsx';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { Action } from './action.tsx';
import type { KnownResult } from './outcome.ts';

/** The rule by which the core sells nothing without an open shift. */
const SHIFT_RULE = 'shift-required';

/** The way from that refusal to an open shift: the dialog opens by itself, and what was refused is tried again. */
export function ShiftNeeded({ result }: { readonly result: KnownResult }) {
  const { t } = useWords();
  const till = useTill();
  const [isOpen, setOpen] = useState(true);
  const isShiftOpen = useCell(till.status)?.shift !== undefined;
  if (result.kind !== 'refused' || result.rule !== SHIFT_RULE || isShiftOpen) return null;
  const opened = (): void => {
    setOpen(false);
    // The payment goes back to its tenders; nothing was charged.
    till.payment.dismiss();
    tell(till, 'good', 'shift.opened', 'shift.opened.again');
  };
  return (
    <>
      <Action tone="primary" size="large" icon="person" onPress={() => setOpen(true)}>
        {t('shift.open')}
      </Action>
      {isOpen && (
        <OpenShiftDialog note={t('shift.open.needed')} onClose={() => setOpen(false)} onOpened={opened} />
      )}
    </>
  );
}

/** On the sell screen of a store with shifts, for as long as none is open. */
export function ShiftMissing() {
  const { t } = useWords();
  const till = useTill();
  const status = useCell(till.status);
  const gone = useCell(till.link.state).kind === 'lost';
  const [isOpen, setOpen] = useState(false);
  if (status === undefined || !status.shiftRequired || status.shift || status.training) return null;
  return (
    <div className="terminal-sign-on" data-testid="shift-missing">
      <p>{t('shift.missing')}</p>
      <Action icon="person" isDisabled={gone} onPress={() => setOpen(true)}>
        {t('shift.open')}
      </Action>
      {isOpen && (
        <OpenShiftDialog
          onClose={() => setOpen(false)}
          onOpened={() => {
            setOpen(false);
            tell(till, 'good', 'shift.opened');
          }}
        />
      )}
    </div>
  );
}
