import { useCallback, useEffect, useState } from 'react';
import { GridList, GridListItem } from 'react-aria-components';
import type { BenchItem, BenchResult, Receipt } from '../../../../../terminal-core/api/contract.ts';
import { tell } from '../../../commands.ts';
import { Icon } from '../../../components/icon.tsx';
import { useApproved } from '../../../components/use-approved.ts';
import { yuan } from '../../../format/money.ts';
import { ageBetween } from '../../../format/time.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { play } from '../../../input/sounds.ts';
import { useCell } from '../../../store/cell.ts';
import { useTill } from '../../../till-context.ts';
import { useDayInput } from '../use-day-input.ts';
import { BenchActionDialog } from './bench-action-dialog.tsx';
import { BenchDetail } from './bench-detail.tsx';

export type BenchAction = BenchItem['actions'][number]['action'];

/** What is asked for, with the note that some of it needs. */
export interface BenchRequest {
  readonly item: BenchItem;
  readonly action: BenchAction;
  readonly note?: string;
}

type Done = Extract<BenchResult, { kind: 'done' }>;

/** Records that were set aside, oldest first: why, how old, how much, what was done, and what makes sense now. */
export function BenchPage() {
  const { t } = useWords();
  const till = useTill();
  const role = useCell(till.status)?.operator?.role;
  const gone = useCell(till.link.state).kind === 'lost';
  const [listed, setListed] = useState<readonly BenchItem[]>();
  const [chosenId, setChosenId] = useState<string>();
  const [slip, setSlip] = useState<Receipt>();
  const [request, setRequest] = useState<BenchRequest>();
  const chosen = listed?.find(({ transaction }) => transaction.txnId === chosenId) ?? listed?.[0];

  const refresh = useCallback(async (): Promise<void> => {
    const outcome = await till.link.ask((client) => client.workbench.list());
    if (outcome.kind === 'answer') setListed(outcome.value);
  }, [till]);
  useEffect(() => {
    void refresh();
    return till.status.subscribe(() => void refresh());
  }, [till, refresh]);

  const onDone = ({ receipt, item }: Done, { action }: BenchRequest): void => {
    play('paid');
    setRequest(undefined);
    setSlip(receipt);
    tell(till, 'good', `bench.done.${action}`, item === undefined ? 'bench.gone' : undefined);
    void refresh();
  };
  const acting = useApproved(
    (client, { item, action, note }: BenchRequest, approval) =>
      client.workbench.act({
        txnId: item.transaction.txnId,
        action,
        ...(note === undefined ? {} : { note }),
        ...approval,
      }),
    onDone,
  );
  const start = (action: BenchAction): void => {
    if (chosen === undefined || gone || acting.isWorking) return;
    const needsApproval = chosen.actions.some((each) => each.action === action && each.needsApproval);
    const wanted = { item: chosen, action };
    if (needsApproval) setRequest(wanted);
    else acting.ask(wanted);
  };
  useDayInput({
    onKey: (key) => {
      const [first, second] = chosen?.actions ?? [];
      if (key === 'F8' && second !== undefined) start(second.action);
      else if (key === 'F9' && first !== undefined) start(first.action);
      else if (key === 'Escape' && slip !== undefined) setSlip(undefined);
      else return false;
      return true;
    },
  });

  if (role !== 'supervisor') {
    return (
      <div className="office-none">
        <Icon name="lock" />
        <h1>{t('bench.supervisor-only')}</h1>
        <p>{t('bench.supervisor-only.next')}</p>
      </div>
    );
  }
  return (
    <div className="day">
      <section className="office-list" aria-label={t('office.tab.bench')}>
        <p className="day-hint">{t('bench.hint')}</p>
        <GridList
          className="transactions"
          aria-label={t('bench.list')}
          items={(listed ?? []).map((item) => ({ id: item.transaction.txnId, item }))}
          selectionMode="single"
          selectionBehavior="replace"
          selectedKeys={chosen === undefined ? [] : [chosen.transaction.txnId]}
          onSelectionChange={(selected) => {
            const [first] = selected === 'all' ? [] : selected;
            if (first === undefined) return;
            setChosenId(String(first));
            setSlip(undefined);
          }}
          renderEmptyState={() => (
            <p className="journal-none">{t(listed === undefined ? 'journal.loading' : 'bench.none')}</p>
          )}
        >
          {({ item }) => <BenchRow item={item} />}
        </GridList>
      </section>
      <BenchDetail item={chosen} slip={slip} isWorking={gone || acting.isWorking} onAction={start} />
      {request !== undefined && (
        <BenchActionDialog
          request={request}
          of={acting}
          onClose={() => {
            acting.giveUp();
            setRequest(undefined);
          }}
        />
      )}
    </div>
  );
}

function BenchRow({ item }: { readonly item: BenchItem }) {
  const { t, words } = useWords();
  const { transaction, ageMs, reason, cardBlocked, collectable } = item;
  const age = ageBetween(0, ageMs);
  const card = transaction.maskedPan?.slice(-4);
  return (
    <GridListItem
      id={transaction.txnId}
      textValue={`${t(`kind.${transaction.kind}`)} ${yuan(transaction.amountMinor)} ${words(reason)}`}
      className="transaction bench-row"
    >
      <span className="transaction-what">
        <strong>{words(reason)}</strong>
        <span>
          {[
            t(`kind.${transaction.kind}`),
            card,
            t('bench.age', { age: t(`age.${age.unit}`, { count: age.count }) }),
          ]
            .filter(Boolean)
            .join('  ')}
        </span>
      </span>
      <span className="bench-marks">
        {cardBlocked && (
          <span className="chip chip-problem">
            <Icon name="hand" />
            {t('bench.blocked')}
          </span>
        )}
        {collectable && (
          <span className="chip chip-offline">
            <Icon name="card" />
            {t('bench.collectable')}
          </span>
        )}
      </span>
      <span className="transaction-amount">{yuan(transaction.amountMinor)}</span>
    </GridListItem>
  );
}
