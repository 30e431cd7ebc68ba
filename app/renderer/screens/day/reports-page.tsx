import { useCallback, useEffect, useState } from 'react';
import { GridList, GridListItem } from 'react-aria-components';
import {
  REPORTS_PAGE_MAX,
  type ReportResult,
  type ReportView,
} from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { ApprovalDialog } from '../../components/approval-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { useStoreTime } from '../../components/use-store-time.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { useDayInput } from './use-day-input.ts';

type Made = Extract<ReportResult, { kind: 'report' }>;
type Title = 'report.shown.x' | 'report.shown.z' | 'report.shown.copy';

/** X and Z, and every report that was ever made, to be printed again. */
export function ReportsPage() {
  const { t } = useWords();
  const till = useTill();
  const gone = useCell(till.link.state).kind === 'lost';
  const [listed, setListed] = useState<readonly ReportView[]>();
  const [chosenId, setChosenId] = useState<string>();
  const [shown, setShown] = useState<{ readonly made: Made; readonly title: Title }>();

  const refresh = useCallback(async (): Promise<void> => {
    const outcome = await till.link.ask((client) => client.reports.list({ limit: REPORTS_PAGE_MAX }));
    if (outcome.kind === 'answer') setListed(outcome.value);
  }, [till]);
  useEffect(() => {
    void refresh();
    return till.status.subscribe(() => void refresh());
  }, [till, refresh]);

  const show = (made: Made, title: Title): void => {
    play('paid');
    setShown({ made, title });
    setChosenId(made.report.reportId);
    void refresh();
  };
  const making = useApproved(
    (client, kind: 'x' | 'z', approval) => client.reports[kind](approval),
    (made, kind) => show(made, `report.shown.${kind}`),
  );
  const reprinting = useApproved(
    (client, reportId: string) => client.reports.reprint({ reportId }),
    (made) => show(made, 'report.shown.copy'),
  );
  const canAsk = !gone && !making.isWorking && !reprinting.isWorking;
  const make = (kind: 'x' | 'z'): void => {
    if (canAsk) making.ask(kind);
  };
  const reprint = (reportId: string | undefined): void => {
    if (canAsk && reportId !== undefined) reprinting.ask(reportId);
  };
  useDayInput({
    onKey: (key) => {
      if (key === 'F8') make('x');
      else if (key === 'F9') make('z');
      else if (key === 'Escape' && shown !== undefined) setShown(undefined);
      else return false;
      return true;
    },
  });
  return (
    <div className="day">
      <section className="office-list" aria-label={t('office.tab.reports')}>
        <div className="office-list-head">
          <Action size="large" icon="receipt" keyHint="F8" isDisabled={!canAsk} onPress={() => make('x')}>
            {t('report.make.x')}
          </Action>
          <Action
            size="large"
            tone="primary"
            icon="day"
            keyHint="F9"
            isDisabled={!canAsk}
            onPress={() => make('z')}
          >
            {t('report.make.z')}
          </Action>
        </div>
        <p className="day-hint">{t('report.hint')}</p>
        <GridList
          className="transactions"
          aria-label={t('report.list')}
          items={(listed ?? []).map((report) => ({ id: report.reportId, report }))}
          selectionMode="single"
          selectionBehavior="replace"
          selectedKeys={chosenId === undefined ? [] : [chosenId]}
          onSelectionChange={(selected) => {
            const [first] = selected === 'all' ? [] : selected;
            if (first === undefined) return;
            setChosenId(String(first));
            setShown(undefined);
          }}
          onAction={(reportId) => reprint(String(reportId))}
          renderEmptyState={() => (
            <p className="journal-none">{t(listed === undefined ? 'journal.loading' : 'report.none')}</p>
          )}
        >
          {({ report }) => <ReportRow report={report} />}
        </GridList>
      </section>
      <section className="day-right" aria-live="polite">
        {shown !== undefined ? (
          <>
            <Shown report={shown.made.report} title={shown.title} />
            <ReceiptView receipt={shown.made.receipt} />
          </>
        ) : chosenId !== undefined ? (
          <div className="detail-none">
            <Icon name="receipt" />
            <p>{chosenId}</p>
            <Action
              size="large"
              icon="receipt"
              keyHint="Enter"
              isDisabled={!canAsk}
              onPress={() => reprint(chosenId)}
            >
              {t('report.reprint')}
            </Action>
          </div>
        ) : (
          <div className="detail-none">
            <Icon name="receipt" />
            <p>{t('report.choose')}</p>
          </div>
        )}
      </section>
      <ApprovalDialog title={t('report.approval')} of={making} />
    </div>
  );
}

function Shown({ report, title }: { readonly report: ReportView; readonly title: Title }) {
  const { t } = useWords();
  const id = report.reportId;
  return (
    <div className="settlement settlement-online" role="alert" data-report={id}>
      <Icon name="check-circle" />
      <div>
        <h2>{t(title, { id })}</h2>
        <p>{t(report.printed ? 'report.printed' : 'report.not-printed', { id })}</p>
      </div>
    </div>
  );
}

function ReportRow({ report }: { readonly report: ReportView }) {
  const { t } = useWords();
  const { full } = useStoreTime();
  const { reportId, kind, atMs, operatorCode, printed } = report;
  return (
    <GridListItem
      id={reportId}
      textValue={`${reportId} ${t(`report.kind.${kind}`)}`}
      className="transaction report-row"
    >
      <span className="transaction-what">
        <strong>{t(`report.kind.${kind}`)}</strong>
        <span>{`${full(atMs)}  ${operatorCode}`}</span>
      </span>
      <span className={`chip chip-${printed ? 'quiet' : 'offline'}`}>
        <Icon name={printed ? 'check' : 'alert'} />
        {t(printed ? 'report.is-printed' : 'report.is-not-printed')}
      </span>
      <span className="transaction-amount">{reportId}</span>
    </GridListItem>
  );
}
