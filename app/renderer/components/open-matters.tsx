import { Button } from 'react-aria-components';
import type { TillStatus } from '../../../terminal-core/api/contract.ts';
import { yuan } from '../format/money.ts';
import { type Translate, useWords } from '../i18n/i18n.ts';
import { useCell } from '../store/cell.ts';
import { type Till, useTill } from '../till-context.ts';
import { KeyHint } from './action.tsx';
import { Icon, type IconName } from './icon.tsx';

/** Something that is not finished, and the key that leads to it. */
interface Matter {
  readonly id: string;
  readonly icon: IconName;
  readonly tone: 'unknown' | 'problem' | 'offline';
  readonly text: string;
  readonly keyHint?: string;
  readonly open?: () => void;
}

/** More would not fit the narrowest screen; what is left out is counted. */
const SHOWN_MAX = 4;

/** What somebody still has to do, under the status strip; nothing is there while nothing is. */
export function OpenMatters({ status }: { readonly status: TillStatus }) {
  const { t } = useWords();
  const till = useTill();
  const payment = useCell(till.payment.state);
  const sale = useCell(till.payment.sale);
  const screen = useCell(till.screen);
  // A screen is not left in the middle of a payment.
  const canLeave = payment.kind === 'idle' && screen.kind !== 'pay' && status.operator !== undefined;
  const matters = [
    ...doubtMatters(t, status),
    ...owedMatters(t, till, status),
    ...saleMatters(t, till, status, sale?.saleId),
    ...refundMatters(t, till, status),
    ...settlementMatters(t, till, status),
    ...unprintedMatters(t, till, status),
  ];
  if (matters.length === 0) return null;
  const shown = matters.length > SHOWN_MAX ? matters.slice(0, SHOWN_MAX - 1) : matters;
  return (
    <section className="open-matters" aria-label={t('open.label')} data-testid="open-matters">
      {shown.map(({ id, icon, tone, text, keyHint, open }) => (
        <Button
          key={id}
          className={`matter matter-${tone}`}
          isDisabled={open === undefined || !canLeave}
          {...(open === undefined ? {} : { onPress: open })}
        >
          <Icon name={icon} />
          <span>{text}</span>
          {keyHint && canLeave && <KeyHint>{keyHint}</KeyHint>}
        </Button>
      ))}
      {matters.length > shown.length && (
        <span className="matters-more">{t('open.more', { count: matters.length - shown.length })}</span>
      )}
    </section>
  );
}

function doubtMatters(t: Translate, { purse }: TillStatus): readonly Matter[] {
  return (purse?.doubts ?? []).map(({ txnId, kind, lastDigits: digits, amountMinor }) => ({
    id: txnId,
    icon: 'question',
    tone: 'unknown',
    text: t(`open.doubt.${kind}`, { digits, amount: yuan(amountMinor) }),
  }));
}

function owedMatters(t: Translate, till: Till, { purse }: TillStatus): readonly Matter[] {
  return (purse?.owedBack ?? []).map(({ txnId, lastDigits: digits, amountMinor }) => ({
    id: `owed ${txnId}`,
    icon: 'undo',
    tone: 'problem',
    text: t('open.owed', { digits, amount: yuan(amountMinor) }),
    keyHint: 'F4',
    open: () => showWaiting(till),
  }));
}

function saleMatters(
  t: Translate,
  till: Till,
  { openSales }: TillStatus,
  currentSaleId: string | undefined,
): readonly Matter[] {
  const others = openSales.filter(({ saleId }) => saleId !== currentSaleId);
  return others.map(({ saleId, state, paidMinor, totalMinor }) => ({
    id: saleId,
    icon: state === 'open' ? 'hold' : 'undo',
    tone: 'offline',
    text: t(`open.matter.${state}`, { paid: yuan(paidMinor), total: yuan(totalMinor) }),
    keyHint: 'F4',
    open: () => showWaiting(till),
  }));
}

function refundMatters(t: Translate, till: Till, { openRefunds }: TillStatus): readonly Matter[] {
  return openRefunds.map(({ refundId, leftMinor }) => ({
    id: refundId,
    icon: 'recall',
    tone: 'offline',
    text: t('open.matter.refund', { left: yuan(leftMinor) }),
    keyHint: 'F4',
    open: () => showWaiting(till),
  }));
}

function settlementMatters(
  t: Translate,
  till: Till,
  { batchClosedByHost, batchNumber, batchesToCheck }: TillStatus,
): readonly Matter[] {
  const matter = (id: string, text: string): Matter => ({
    id,
    icon: 'alert',
    tone: 'problem',
    text,
    keyHint: 'F7',
    open: () => till.screen.set({ kind: 'day', page: 'settle' }),
  });
  return [
    ...(batchClosedByHost ? [matter('closed', t('day.closed-by-host', { number: batchNumber ?? '' }))] : []),
    ...batchesToCheck.map((batch) =>
      matter(batch.reportId, t('day.to-check', { number: batch.batchNumber })),
    ),
  ];
}

function unprintedMatters(
  t: Translate,
  till: Till,
  { unprintedCount: count }: TillStatus,
): readonly Matter[] {
  if (count === 0) return [];
  return [
    {
      id: 'unprinted',
      icon: 'receipt',
      tone: 'problem',
      text: t('open.unprinted', { count }),
      keyHint: 'F6',
      open: () => till.screen.set({ kind: 'journal' }),
    },
  ];
}

function showWaiting(till: Till): void {
  till.screen.set({ kind: 'sell', showsHeld: true });
}
