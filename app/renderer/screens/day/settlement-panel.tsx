import type { SettlementResult } from '../../../../terminal-core/api/contract.ts';
import { Icon } from '../../components/icon.tsx';
import { type BilingualText, useWords } from '../../i18n/i18n.ts';

/** What came of settling, in words. */
export function SettlementPanel({ result }: { readonly result: SettlementResult }) {
  const { t } = useWords();
  switch (result.kind) {
    case 'settled': {
      const isBalanced = result.result === 'balanced';
      return (
        <div
          className={`settlement settlement-${isBalanced ? 'online' : 'offline'}`}
          role="alert"
          data-settlement={result.result}
        >
          <Icon name={isBalanced ? 'check-circle' : 'alert'} />
          <div>
            <h2>{t(`day.settled.${result.result}`, { number: result.batchNumber })}</h2>
            {result.result !== 'balanced' && <p>{t(`day.settled.${result.result}.next`)}</p>}
          </div>
        </div>
      );
    }
    case 'unfinished':
      return <NotSettled title={t('day.unfinished')} text={result.text} nextStep={result.nextStep} />;
    case 'refused':
      return <NotSettled title={t('result.refused')} text={result.text} nextStep={result.nextStep} />;
  }
}

function NotSettled(props: {
  readonly title: string;
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}) {
  const { t, words } = useWords();
  return (
    <div className="settlement settlement-problem" role="alert" data-settlement="none">
      <Icon name="alert" />
      <div>
        <h2>{props.title}</h2>
        <p>{words(props.text)}</p>
        <p>
          <strong>{t('result.next')}</strong> {words(props.nextStep)}
        </p>
      </div>
    </div>
  );
}
