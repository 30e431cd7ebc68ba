import { useState } from 'react';
import type { BatchToCheck, TillStatus } from '../../../../terminal-core/api/contract.ts';
import { tell } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Icon } from '../../components/icon.tsx';
import { ReasonEntry } from '../../components/reason-entry.tsx';
import { SupervisorForm } from '../../components/supervisor-form.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useTill } from '../../till-context.ts';

/** As the contract takes it. */
const NOTE_LENGTH_MAX = 200;

interface Compared {
  readonly reportId: string;
  readonly note: string;
}

/** Batches that the host had closed by itself, until a supervisor says what the difference was. */
export function BatchesToCheck({ status }: { readonly status: TillStatus }) {
  const { t } = useWords();
  const till = useTill();
  const [chosen, setChosen] = useState<BatchToCheck>();
  const checking = useApproved(
    (client, asked: Compared, approval) => client.terminal.checkBatch({ ...asked, ...approval }),
    () => {
      setChosen(undefined);
      tell(till, 'good', 'day.to-check.done');
    },
  );
  const maySee = status.operator?.role === 'supervisor';
  return (
    <>
      {status.batchesToCheck.map((batch) => (
        <div key={batch.reportId} className="settlement settlement-problem" data-to-check={batch.reportId}>
          <Icon name="alert" />
          <div>
            <h2>{t('day.to-check', { number: batch.batchNumber })}</h2>
            <p>
              {t('day.to-check.ours', {
                debitCount: batch.debitCount,
                debits: yuan(batch.debitMinor),
                creditCount: batch.creditCount,
                credits: yuan(batch.creditMinor),
                report: batch.reportId,
              })}
            </p>
            {maySee && (
              <Action icon="lock" isDisabled={checking.isWorking} onPress={() => setChosen(batch)}>
                {t('day.to-check.do')}
              </Action>
            )}
          </div>
        </div>
      ))}
      {chosen !== undefined && (
        <DialogFrame
          title={t('day.to-check', { number: chosen.batchNumber })}
          onClose={() => {
            checking.giveUp();
            setChosen(undefined);
          }}
        >
          {checking.refusal === undefined ? (
            <ReasonEntry
              note={t('day.to-check.means')}
              label={t('bench.note')}
              lengthMax={NOTE_LENGTH_MAX}
              usual={[]}
              submitLabel={t('bench.note.next')}
              isWorking={checking.isWorking}
              onReason={(note) => checking.ask({ reportId: chosen.reportId, note })}
            />
          ) : (
            <SupervisorForm
              refusal={checking.refusal}
              isWorking={checking.isWorking}
              onAgree={checking.agree}
            />
          )}
        </DialogFrame>
      )}
    </>
  );
}
