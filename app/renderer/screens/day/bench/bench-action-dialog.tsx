import { useState } from 'react';
import { DialogFrame } from '../../../components/dialog-frame.tsx';
import { ReasonEntry } from '../../../components/reason-entry.tsx';
import { SupervisorForm } from '../../../components/supervisor-form.tsx';
import type { Approved } from '../../../components/use-approved.ts';
import { yuan } from '../../../format/money.ts';
import { useWords } from '../../../i18n/i18n.ts';
import type { BenchRequest } from './bench-page.tsx';

/** As the contract takes it. */
const NOTE_LENGTH_MAX = 200;

/** What decides about money needs a reason in words and a supervisor's agreement. */
export function BenchActionDialog(props: {
  readonly request: BenchRequest;
  readonly of: Approved<BenchRequest>;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const { request, of, onClose } = props;
  const [note, setNote] = useState<string>();
  const { action, item } = request;
  const amount = yuan(item.transaction.amountMinor);
  return (
    <DialogFrame title={`${t(`bench.act.${action}`)} ${amount}`} onClose={onClose}>
      {of.refusal === undefined ? (
        <ReasonEntry
          note={t(`bench.means.${action}`, { amount })}
          label={t('bench.note')}
          lengthMax={NOTE_LENGTH_MAX}
          usual={[]}
          submitLabel={t('bench.note.next')}
          isWorking={of.isWorking}
          onReason={(text) => {
            setNote(text);
            of.ask({ ...request, note: text });
          }}
        />
      ) : (
        <>
          <p className="dialog-note">
            {t('bench.note')} <q>{note}</q>
          </p>
          <SupervisorForm refusal={of.refusal} isWorking={of.isWorking} onAgree={of.agree} />
        </>
      )}
    </DialogFrame>
  );
}
