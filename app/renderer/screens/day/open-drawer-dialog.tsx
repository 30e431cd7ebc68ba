import { REASON_LENGTH_MAX } from '../../../../terminal-core/api/contract.ts';
import { tell } from '../../commands.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { ReasonEntry } from '../../components/reason-entry.tsx';
import { SupervisorForm } from '../../components/supervisor-form.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useTill } from '../../till-context.ts';

const USUAL = ['give-change', 'check', 'receipt-roll'] as const;

/** Opens the drawer without a sale: it is journalled with its reason. */
export function OpenDrawerDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const till = useTill();
  const { ask, isWorking, refusal, agree } = useApproved(
    (client, reason: string, approval) => client.shift.openDrawer({ reason, ...approval }),
    ({ opened }) => {
      onClose();
      if (opened) tell(till, 'good', 'shift.drawer.opened');
      else tell(till, 'calm', 'shift.drawer.by-key', 'shift.drawer.by-key.next');
    },
  );
  return (
    <DialogFrame title={t('shift.drawer')} onClose={onClose}>
      {refusal === undefined ? (
        <ReasonEntry
          note={t('shift.drawer.note')}
          label={t('shift.reason')}
          lengthMax={REASON_LENGTH_MAX}
          usual={USUAL.map((usual) => t(`shift.reason.${usual}`))}
          submitLabel={t('shift.drawer')}
          isWorking={isWorking}
          onReason={ask}
        />
      ) : (
        <SupervisorForm refusal={refusal} isWorking={isWorking} onAgree={agree} />
      )}
    </DialogFrame>
  );
}
