import { type ReactNode, useEffect, useState } from 'react';
import { Button, DialogTrigger } from 'react-aria-components';
import type { TillStatus } from '../../../terminal-core/api/contract.ts';
import { yuan } from '../format/money.ts';
import { ageBetween, clockTime } from '../format/time.ts';
import { type Translate, useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { DevicesPopover } from './devices-popover.tsx';
import { Icon } from './icon.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ModeBadge } from './mode-badge.tsx';

const CLOCK_EVERY_MS = 1_000;

/** Always there, always true: what the terminal is, what it owes, and who stands at it. */
export function StatusStrip({ status }: { readonly status: TillStatus }) {
  const { t } = useWords();
  const { link } = useTill();
  const gone = useCell(link.state).kind === 'lost';
  const nowMs = useNow();
  const troubled = status.devices.filter((device) => device.state === 'error');
  return (
    <section className="strip" aria-label={t('strip.label')} data-stale={gone}>
      <ModeBadge mode={gone ? 'gone' : status.mode} />
      <Unsent status={status} nowMs={nowMs} />
      <Field
        label={t('strip.reversals')}
        value={t('strip.reversals.value', { count: status.reversalsOwed })}
        alarm={status.reversalsOwed > 0}
      />
      {status.rejectedCount > 0 && (
        <Field
          label={t('strip.rejected')}
          value={t('strip.reversals.value', { count: status.rejectedCount })}
          alarm
        />
      )}
      <Field
        label={t('strip.batch')}
        value={status.settling ? t('strip.settling') : (status.batchNumber ?? t('strip.batch.none'))}
      />
      <ShiftField status={status} />
      <span className="strip-gap" />
      <DialogTrigger>
        <Button className={`strip-devices ${troubled.length > 0 ? 'strip-alarm' : ''}`}>
          <Icon name={troubled.length > 0 ? 'alert' : 'device'} />
          <span className={troubled.length > 0 ? '' : 'visually-hidden'}>{troubleText(t, troubled)}</span>
        </Button>
        <DevicesPopover devices={status.devices} />
      </DialogTrigger>
      <Field
        className="strip-name"
        label={status.operator ? t(`role.${status.operator.role}`) : t('strip.operator')}
        value={status.operator ? status.operator.name : t('strip.operator.none')}
      />
      <Field
        label={t('strip.clock')}
        value={clockTime(nowMs + (status.hostClockOffsetMs ?? 0), status.utcOffsetMinutes)}
      />
      <LanguageSwitch />
    </section>
  );
}

/** Whose shift is open; at a store that sells nothing without one, also that none is. */
function ShiftField({ status }: { readonly status: TillStatus }) {
  const { t } = useWords();
  const { shift, shiftRequired } = status;
  if (shift === undefined && !shiftRequired) return null;
  const value =
    shift === undefined
      ? t('strip.shift.none')
      : t('strip.shift.value', { number: shift.shiftNumber, operator: shift.operatorCode });
  return <Field label={t('strip.shift')} value={value} alarm={shift === undefined} />;
}

function Unsent({ status, nowMs }: { readonly status: TillStatus; readonly nowMs: number }) {
  const { t } = useWords();
  const { unsent, offlineCap } = status;
  const left = t('strip.cap-left', {
    amount: yuan(Math.max(0, offlineCap.maxMinor - offlineCap.usedMinor)),
    count: Math.max(0, offlineCap.maxCount - offlineCap.usedCount),
  });
  const value =
    unsent.count === 0
      ? t('strip.unsent.none')
      : t('strip.unsent.value', { count: unsent.count, amount: yuan(unsent.amountMinor) });
  return (
    <Field label={t('strip.unsent')} value={value} alarm={unsent.count > 0}>
      <span className="strip-more">
        {unsent.oldestAtMs !== undefined && (
          <span>{t('strip.unsent.oldest', { age: ageText(t, unsent.oldestAtMs, nowMs) })}</span>
        )}
        <span>{left}</span>
      </span>
    </Field>
  );
}

function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly alarm?: boolean;
  readonly className?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={`strip-field ${props.alarm ? 'strip-field-alarm' : ''}`}>
      <div className={`strip-pair ${props.className ?? ''}`}>
        <span className="strip-label">{props.label}</span>
        <span className="strip-value">{props.value}</span>
      </div>
      {props.children}
    </div>
  );
}

/** One device in trouble is named; more are counted. */
function troubleText(t: Translate, troubled: TillStatus['devices']): string {
  const [first] = troubled;
  if (first === undefined) return t('strip.devices.ok');
  if (troubled.length > 1) return t('strip.devices.problem', { count: troubled.length });
  return t('strip.devices.one-problem', { device: t(`device.${first.kind}`) });
}

function ageText(t: Translate, fromMs: number, nowMs: number): string {
  const { unit, count } = ageBetween(fromMs, nowMs);
  return t(`age.${unit}`, { count });
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), CLOCK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
