import { tell } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { ApprovalDialog } from '../../components/approval-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { useDayInput } from './use-day-input.ts';

const POINTS = ['nothing-real', 'receipts', 'any-password', 'owed', 'stays'] as const;

/** Entering and leaving training mode, with what it does and does not. */
export function TrainingPage() {
  const { t } = useWords();
  const till = useTill();
  const isOn = useCell(till.status)?.training === true;
  const gone = useCell(till.link.state).kind === 'lost';
  const changing = useApproved(
    (client, to: 'enter' | 'leave', approval) => client.training[to](approval),
    (_, to) => tell(till, 'good', `training.${to}.done`),
  );
  const change = (): void => {
    if (!gone) changing.ask(isOn ? 'leave' : 'enter');
  };
  useDayInput({
    onKey: (key) => {
      if (key !== 'F9') return false;
      change();
      return true;
    },
  });
  return (
    <div className="office-single" data-training={isOn}>
      <h1>{t(isOn ? 'training.on' : 'training.off')}</h1>
      <ul className="training-points">
        {POINTS.map((point) => (
          <li key={point}>
            <Icon name="check" />
            {t(`training.point.${point}`)}
          </li>
        ))}
      </ul>
      <Action
        key={String(isOn)}
        size="large"
        tone="primary"
        icon="keyboard"
        keyHint="F9"
        isDisabled={gone || changing.isWorking}
        onPress={change}
      >
        {t(isOn ? 'training.leave' : 'training.enter')}
      </Action>
      <ApprovalDialog title={t(isOn ? 'training.leave' : 'training.enter')} of={changing} />
    </div>
  );
}
