import type { ShiftClosed } from '../../../../terminal-core/api/contract.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { SupervisorForm } from '../../components/supervisor-form.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { BlindCount } from './blind-count.tsx';
import { type Counted, countedMinor, denominationsOf } from './counted.ts';

export type ClosedShift = Extract<ShiftClosed, { kind: 'closed' }>;

/** Ends the open shift by a count. The count is kept by who opens this, so that a dialog closed by mistake loses nothing. */
export function CloseShiftDialog(props: {
  readonly shiftNumber: number;
  readonly counted: Counted;
  readonly onCounted: (counted: Counted) => void;
  readonly onClose: () => void;
  readonly onClosed: (closed: ClosedShift) => void;
}) {
  const { t } = useWords();
  const { counted } = props;
  const { ask, isWorking, refusal, agree } = useApproved(
    (client, asked: Counted, approval) =>
      client.shift.close({
        countedMinor: countedMinor(asked),
        denominations: denominationsOf(asked),
        ...approval,
      }),
    (closed) => {
      play('paid');
      props.onClosed(closed);
    },
  );
  return (
    <DialogFrame
      title={t('shift.close.title', { number: props.shiftNumber })}
      onClose={props.onClose}
      isWide={refusal === undefined}
    >
      {refusal === undefined ? (
        <BlindCount
          counted={counted}
          onCounted={props.onCounted}
          isWorking={isWorking}
          onDone={() => ask(counted)}
        />
      ) : (
        <SupervisorForm refusal={refusal} isWorking={isWorking} onAgree={agree} />
      )}
    </DialogFrame>
  );
}
