import { AmountEntry } from '../../components/amount-entry.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { useWords } from '../../i18n/i18n.ts';

/** Opens a shift with the float that lies in the drawer; an empty drawer is a float of nought. */
export function OpenShiftDialog(props: {
  /** Why it opened by itself. */
  readonly note?: string;
  readonly onClose: () => void;
  readonly onOpened: () => void;
}) {
  const { t } = useWords();
  const { ask, isWorking } = useApproved(
    (client, floatMinor: number) => client.shift.open({ floatMinor }),
    props.onOpened,
  );
  return (
    <DialogFrame title={t('shift.open')} onClose={props.onClose} isWide>
      <AmountEntry
        label={t('shift.float')}
        note={props.note ?? t('shift.open.note')}
        submitLabel={t('shift.open')}
        canBeNought
        isWorking={isWorking}
        onAmount={ask}
      />
    </DialogFrame>
  );
}
