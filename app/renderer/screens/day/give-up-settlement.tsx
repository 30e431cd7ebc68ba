import { useState } from 'react';
import type { TillStatus } from '../../../../terminal-core/api/contract.ts';
import { tell } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { ApprovalDialog } from '../../components/approval-dialog.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { useTill } from '../../till-context.ts';

/** The way out of a settlement that the host will not compare; it is there only while the core says that there is one. */
export function GiveUpSettlement({ status }: { readonly status: TillStatus }) {
  const { t } = useWords();
  const till = useTill();
  const [isAsking, setAsking] = useState(false);
  const givingUp = useApproved(
    (client, _asked: 'give-up', approval) => client.terminal.abandonSettlement(approval),
    () => tell(till, 'good', 'day.give-up.done'),
  );
  if (!status.canGiveUpSettlement) return null;
  return (
    <>
      <Action tone="quiet" icon="undo" isDisabled={givingUp.isWorking} onPress={() => setAsking(true)}>
        {t('day.give-up')}
      </Action>
      {isAsking && (
        <DialogFrame title={t('day.give-up')} onClose={() => setAsking(false)}>
          <Confirm
            batchNumber={status.batchNumber ?? ''}
            onKeep={() => setAsking(false)}
            onGiveUp={() => {
              setAsking(false);
              givingUp.ask('give-up');
            }}
          />
        </DialogFrame>
      )}
      <ApprovalDialog title={t('day.give-up')} of={givingUp} />
    </>
  );
}

function Confirm(props: {
  readonly batchNumber: string;
  readonly onKeep: () => void;
  readonly onGiveUp: () => void;
}) {
  const { t } = useWords();
  useInput({
    onKey: (key) => {
      if (key !== 'F9') return false;
      props.onGiveUp();
      return true;
    },
  });
  return (
    <>
      <p className="dialog-note">{t('day.give-up.text', { number: props.batchNumber })}</p>
      <div className="dialog-actions">
        <Action size="large" takesFocus onPress={props.onKeep}>
          {t('day.give-up.keep')}
        </Action>
        <Action size="large" tone="danger" keyHint="F9" onPress={props.onGiveUp}>
          {t('day.give-up')}
        </Action>
      </div>
    </>
  );
}
