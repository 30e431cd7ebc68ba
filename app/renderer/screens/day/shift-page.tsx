import { useState } from 'react';
import type { TillStatus } from '../../../../terminal-core/api/contract.ts';
import { tell } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { Icon } from '../../components/icon.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { useStoreTime } from '../../components/use-store-time.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { type ClosedShift, CloseShiftDialog } from './close-shift-dialog.tsx';
import type { Counted } from './counted.ts';
import { MoveCashDialog, type Movement } from './move-cash-dialog.tsx';
import { OpenDrawerDialog } from './open-drawer-dialog.tsx';
import { OpenShiftDialog } from './open-shift-dialog.tsx';
import { useDayInput } from './use-day-input.ts';

type Dialog = 'open' | 'close' | 'drawer' | Movement;

/** The operator shift: its float, cash in and out, the drawer, and the blind count that ends it. */
export function ShiftPage() {
  const { t } = useWords();
  const till = useTill();
  const shift = useCell(till.status)?.shift;
  const gone = useCell(till.link.state).kind === 'lost';
  const [dialog, setDialog] = useState<Dialog>();
  const [counted, setCounted] = useState<Counted>({});
  const [closed, setClosed] = useState<ClosedShift>();
  const close = (): void => setDialog(undefined);
  const start = (wanted: Dialog): void => {
    if (gone) return;
    setClosed(undefined);
    setDialog(wanted);
  };
  useDayInput({
    onType: (text) => {
      if (shift === undefined || (text !== '+' && text !== '-')) return false;
      start(text === '+' ? 'float-added' : 'safe-drop');
      return true;
    },
    onKey: (key) => {
      if (key === 'F8') start('drawer');
      else if (key === 'F9') start(shift === undefined ? 'open' : 'close');
      else if (key === 'Escape' && closed !== undefined) setClosed(undefined);
      else return false;
      return true;
    },
  });
  return (
    <div className="day">
      <section className="day-left" aria-label={t('office.tab.shift')}>
        <h1>{shift === undefined ? t('shift.none') : t('shift.number', { number: shift.shiftNumber })}</h1>
        {shift === undefined ? (
          <p className="day-hint">{t('shift.none.text')}</p>
        ) : (
          <>
            <ShiftFacts shift={shift} />
            <p className="day-hint">{t('shift.blind')}</p>
          </>
        )}
        <div className="office-actions">
          {shift !== undefined && (
            <>
              <Action
                size="large"
                icon="plus"
                keyHint="+"
                isDisabled={gone}
                onPress={() => start('float-added')}
              >
                {t('shift.float-added')}
              </Action>
              <Action
                size="large"
                icon="minus"
                keyHint="-"
                isDisabled={gone}
                onPress={() => start('safe-drop')}
              >
                {t('shift.safe-drop')}
              </Action>
            </>
          )}
          <Action size="large" icon="cash" keyHint="F8" isDisabled={gone} onPress={() => start('drawer')}>
            {t('shift.drawer')}
          </Action>
          <Action
            // Another action takes its place when the shift opens or closes; the focus goes with it.
            key={shift === undefined ? 'open' : 'close'}
            size="large"
            tone="primary"
            icon="person"
            keyHint="F9"
            takesFocus
            isDisabled={gone}
            onPress={() => start(shift === undefined ? 'open' : 'close')}
          >
            {t(shift === undefined ? 'shift.open' : 'shift.close')}
          </Action>
        </div>
      </section>
      <section className="day-right" aria-live="polite">
        {closed === undefined ? (
          <div className="detail-none">
            <Icon name="receipt" />
            <p>{t('shift.report-here')}</p>
          </div>
        ) : (
          <>
            <CountResult closed={closed} />
            <ReceiptView receipt={closed.receipt} />
          </>
        )}
      </section>
      {dialog === 'open' && (
        <OpenShiftDialog
          onClose={close}
          onOpened={() => {
            close();
            setCounted({});
            tell(till, 'good', 'shift.opened');
          }}
        />
      )}
      {dialog === 'drawer' && <OpenDrawerDialog onClose={close} />}
      {(dialog === 'float-added' || dialog === 'safe-drop') && (
        <MoveCashDialog movement={dialog} onClose={close} />
      )}
      {dialog === 'close' && (
        <CloseShiftDialog
          shiftNumber={shift?.shiftNumber ?? 0}
          counted={counted}
          onCounted={setCounted}
          onClose={close}
          onClosed={(answer) => {
            close();
            setCounted({});
            setClosed(answer);
          }}
        />
      )}
    </div>
  );
}

function ShiftFacts({ shift }: { readonly shift: NonNullable<TillStatus['shift']> }) {
  const { t } = useWords();
  const { full } = useStoreTime();
  return (
    <dl className="facts office-facts">
      <div>
        <dt>{t('shift.whose')}</dt>
        <dd>{shift.operatorCode}</dd>
      </div>
      <div>
        <dt>{t('shift.since')}</dt>
        <dd>{full(shift.openedAtMs)}</dd>
      </div>
      <div>
        <dt>{t('shift.float')}</dt>
        <dd>{yuan(shift.floatMinor)}</dd>
      </div>
    </dl>
  );
}

/** The first word of what should have been there, after the count. */
function CountResult({ closed }: { readonly closed: ClosedShift }) {
  const { t } = useWords();
  const { differenceMinor, expectedMinor, countedMinor, shiftNumber, report } = closed;
  const result = differenceMinor === 0 ? 'right' : differenceMinor > 0 ? 'over' : 'short';
  return (
    <div
      className={`settlement settlement-${result === 'right' ? 'online' : 'offline'}`}
      role="alert"
      data-count={result}
    >
      <Icon name={result === 'right' ? 'check-circle' : 'alert'} />
      <div>
        <h2>{t(`shift.closed.${result}`, { amount: yuan(Math.abs(differenceMinor)) })}</h2>
        <p>
          {t('shift.closed.text', {
            number: shiftNumber,
            expected: yuan(expectedMinor),
            counted: yuan(countedMinor),
          })}
        </p>
        <p>{t(report.printed ? 'report.printed' : 'report.not-printed', { id: report.reportId })}</p>
      </div>
    </div>
  );
}
