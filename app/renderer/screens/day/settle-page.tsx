import { useCallback, useEffect, useState } from 'react';
import type { BatchTotals, Refusal, SettlementResult } from '../../../../terminal-core/api/contract.ts';
import { answerOrNotice, tell } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { approvalWanted } from '../../components/approval.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Icon } from '../../components/icon.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { type SupervisorEntry, SupervisorForm } from '../../components/supervisor-form.tsx';
import { yuan } from '../../format/money.ts';
import { bilingual, useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { BatchesToCheck } from './batches-to-check.tsx';
import { GiveUpSettlement } from './give-up-settlement.tsx';
import { SettlementPanel } from './settlement-panel.tsx';
import { UploadProgress } from './upload-progress.tsx';
import { useDayInput } from './use-day-input.ts';

/** The end of the day: what the batch comes to, what is still owed, and settling it. */
export function SettlePage() {
  const { t } = useWords();
  const till = useTill();
  const status = useCell(till.status);
  const gone = useCell(till.link.state).kind === 'lost';
  const [totals, setTotals] = useState<BatchTotals>();
  const [working, setWorking] = useState<'upload' | 'settle'>();
  const [result, setResult] = useState<SettlementResult>();
  const [approval, setApproval] = useState<Refusal>();

  const refresh = useCallback(async (): Promise<void> => {
    const outcome = await till.link.ask((client) => client.terminal.totals());
    if (outcome.kind === 'answer') setTotals(outcome.value);
  }, [till]);
  useEffect(() => {
    void refresh();
    return till.status.subscribe(() => void refresh());
  }, [till, refresh]);

  const upload = async (): Promise<void> => {
    if (working !== undefined || gone) return;
    setWorking('upload');
    const outcome = await till.link.ask((client) => client.terminal.uploadNow());
    setWorking(undefined);
    const done = answerOrNotice(till, outcome);
    if (done === undefined) return;
    const { delivered, rejected, left } = done;
    if (till.status.get()?.mode === 'offline') {
      tell(till, 'problem', 'day.upload.no-network', 'day.upload.no-network.next');
      return;
    }
    const tone = rejected > 0 || left > 0 ? 'problem' : 'good';
    till.notice.set({ tone, text: bilingual('day.upload.done', { delivered, rejected, left }) });
  };
  const settle = async (supervisor?: SupervisorEntry): Promise<void> => {
    if (working !== undefined || gone) return;
    setWorking('settle');
    setResult(undefined);
    const input = supervisor === undefined ? {} : { supervisor };
    const outcome = await till.link.ask((client) => client.terminal.settle(input));
    setWorking(undefined);
    const wanted = outcome.kind === 'answer' ? approvalWanted(outcome.value) : undefined;
    setApproval(wanted);
    if (outcome.kind !== 'answer') {
      answerOrNotice(till, outcome);
      return;
    }
    play(outcome.value.kind === 'settled' ? 'paid' : 'problem');
    if (wanted === undefined) setResult(outcome.value);
  };
  useDayInput({
    onKey: (key) => {
      if (key === 'F8') void upload();
      else if (key === 'F9') void settle();
      else if (key === 'Escape' && result !== undefined) setResult(undefined);
      else return false;
      return true;
    },
  });

  const unsent = status?.unsent;
  const reversalsOwed = status?.reversalsOwed ?? 0;
  return (
    <div className="day">
      <section className="day-left" aria-label={t('day.title')}>
        <h1 className="visually-hidden">{t('day.title')}</h1>
        <TotalsTable totals={totals} />
        <div className="day-owed">
          <Owed
            label={t('day.unsent')}
            value={
              unsent === undefined || unsent.count === 0
                ? t('day.unsent.none')
                : t('strip.unsent.value', { count: unsent.count, amount: yuan(unsent.amountMinor) })
            }
            isOwed={(unsent?.count ?? 0) > 0}
          />
          <Owed
            label={t('day.reversals')}
            value={
              reversalsOwed === 0
                ? t('day.reversals.none')
                : t('strip.reversals.value', { count: reversalsOwed })
            }
            isOwed={reversalsOwed > 0}
          />
        </div>
        {(unsent?.count ?? 0) > 0 && <p className="day-hint">{t('day.unsent.not-counted')}</p>}
        {status?.upload && working !== 'settle' && <UploadProgress upload={status.upload} />}
        {status && <BatchesToCheck status={status} />}
        <p className="day-hint">{t('day.settle.hint')}</p>
        {status && <GiveUpSettlement status={status} />}
        <div className="day-actions">
          <Action
            size="large"
            icon="upload"
            keyHint="F8"
            isDisabled={working !== undefined || gone}
            onPress={() => void upload()}
          >
            {t(working === 'upload' ? 'day.upload.working' : 'day.upload')}
          </Action>
          <Action
            size="large"
            tone="primary"
            icon="day"
            keyHint="F9"
            takesFocus
            isDisabled={working !== undefined || gone}
            onPress={() => void settle()}
          >
            {t('day.settle')}
          </Action>
        </div>
      </section>
      <section className="day-right" aria-live="polite">
        {working === 'settle' ? (
          <div className="waiting">
            <Icon name="recall" className="spinning" />
            <h2>{t('day.settle.working')}</h2>
            {status?.upload && <UploadProgress upload={status.upload} />}
          </div>
        ) : result !== undefined ? (
          <>
            <SettlementPanel result={result} />
            {result.kind === 'settled' && <ReceiptView receipt={result.receipt} />}
          </>
        ) : (
          <div className="detail-none">
            <Icon name="receipt" />
            <p>{t('day.slip-here')}</p>
          </div>
        )}
      </section>
      {approval && (
        <DialogFrame title={t('day.settle')} onClose={() => setApproval(undefined)}>
          <SupervisorForm
            refusal={approval}
            isWorking={working === 'settle'}
            onAgree={(supervisor) => void settle(supervisor)}
          />
        </DialogFrame>
      )}
    </div>
  );
}

function TotalsTable({ totals }: { readonly totals: BatchTotals | undefined }) {
  const { t } = useWords();
  const rows = totals
    ? ([
        ['day.debit', totals.debitCount, totals.debitMinor],
        ['day.credit', totals.creditCount, totals.creditMinor],
        // Not told to a cashier whose drawer is still to be counted.
        ...(totals.cashCount === undefined || totals.cashMinor === undefined
          ? []
          : [['day.cash', totals.cashCount, totals.cashMinor] as const]),
      ] as const)
    : [];
  return (
    <table className="totals">
      <caption>
        {t('day.totals')}
        {totals?.batchNumber && <span>{t('day.batch', { number: totals.batchNumber })}</span>}
      </caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t('day.count')}</th>
          <th scope="col">{t('day.amount')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([key, count, amountMinor]) => (
          <tr key={key}>
            <th scope="row">{t(key)}</th>
            <td>{count}</td>
            <td>{yuan(amountMinor)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Owed(props: { readonly label: string; readonly value: string; readonly isOwed: boolean }) {
  return (
    <div className="owed" data-owed={props.isOwed}>
      <Icon name={props.isOwed ? 'alert' : 'check-circle'} />
      <span>{props.label}</span>
      <strong>{props.value}</strong>
    </div>
  );
}
