import { useState } from 'react';
import { REASON_LENGTH_MAX } from '../../../../terminal-core/api/contract.ts';
import { tell } from '../../commands.ts';
import { AmountEntry } from '../../components/amount-entry.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { ReasonEntry } from '../../components/reason-entry.tsx';
import { SupervisorForm } from '../../components/supervisor-form.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useTill } from '../../till-context.ts';

export type Movement = 'float-added' | 'safe-drop';

const USUAL = { 'float-added': ['change', 'float'], 'safe-drop': ['too-much', 'in-between'] } as const;

/** Cash put into the drawer or taken out of it to the safe: how much, why, and a supervisor if the core wants one. */
export function MoveCashDialog(props: { readonly movement: Movement; readonly onClose: () => void }) {
  const { movement, onClose } = props;
  const { t } = useWords();
  const till = useTill();
  // One movement however often it is asked for.
  const [movementId] = useState(() => crypto.randomUUID());
  const [amountMinor, setAmountMinor] = useState<number>();
  const { ask, isWorking, refusal, agree } = useApproved(
    (client, reason: string, approval) =>
      client.shift.moveCash({
        movementId,
        movement,
        amountMinor: amountMinor ?? 0,
        reason,
        ...approval,
      }),
    () => {
      onClose();
      tell(till, 'good', `shift.${movement}.done`);
    },
  );
  const title = t(`shift.${movement}`);
  return (
    <DialogFrame
      title={amountMinor === undefined ? title : `${title} ${yuan(amountMinor)}`}
      onClose={onClose}
      isWide={amountMinor === undefined}
    >
      {amountMinor === undefined ? (
        <AmountEntry
          label={t('shift.amount')}
          note={t(`shift.${movement}.note`)}
          submitLabel={t('shift.next-reason')}
          canBeNought={false}
          isWorking={false}
          onAmount={setAmountMinor}
        />
      ) : refusal !== undefined ? (
        <SupervisorForm refusal={refusal} isWorking={isWorking} onAgree={agree} />
      ) : (
        <ReasonEntry
          note={t('shift.reason.note')}
          label={t('shift.reason')}
          lengthMax={REASON_LENGTH_MAX}
          usual={USUAL[movement].map((usual) => t(`shift.reason.${usual}`))}
          submitLabel={t('shift.book')}
          isWorking={isWorking}
          onReason={ask}
        />
      )}
    </DialogFrame>
  );
}
