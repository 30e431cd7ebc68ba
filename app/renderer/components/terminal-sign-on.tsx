import { useState } from 'react';
import { signOnTerminal } from '../commands.ts';
import { useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { Action } from './action.tsx';

/** Shown for as long as the terminal is not signed on at the host. */
export function TerminalSignOn() {
  const { t } = useWords();
  const till = useTill();
  const status = useCell(till.status);
  const gone = useCell(till.link.state).kind === 'lost';
  const [working, setWorking] = useState(false);
  if (status === undefined || status.signedOnAtMs !== undefined) return null;
  const signOn = async (): Promise<void> => {
    setWorking(true);
    await signOnTerminal(till);
    setWorking(false);
  };
  return (
    <div className="terminal-sign-on">
      <p>{t('terminal.sign-on.hint')}</p>
      <Action isDisabled={working || gone} icon="upload" onPress={() => void signOn()}>
        {t(working ? 'terminal.sign-on.working' : 'terminal.sign-on')}
      </Action>
    </div>
  );
}
