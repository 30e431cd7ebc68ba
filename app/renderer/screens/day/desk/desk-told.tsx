import type { LoadResult } from '../../../../../terminal-core/api/contract.ts';
import { readCard } from '../../../commands.ts';
import { Action } from '../../../components/action.tsx';
import { Icon } from '../../../components/icon.tsx';
import type { KnownResult } from '../../../components/outcome.ts';
import { OutcomePanel } from '../../../components/outcome-panel.tsx';
import { ReceiptView } from '../../../components/receipt-view.tsx';
import { yuan } from '../../../format/money.ts';
import { useWords } from '../../../i18n/i18n.ts';
import { useInput } from '../../../input/use-input.ts';
import { useTill } from '../../../till-context.ts';

/** What became of it; after a load, what the holder still owes, to be paid by the same card now. */
export function DeskTold(props: {
  readonly result: KnownResult;
  readonly amountMinor: number;
  readonly claims: LoadResult['claims'];
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const till = useTill();
  const { result, amountMinor, claims, onClose } = props;
  const owedMinor = claims.reduce((sum, claim) => sum + claim.amountMinor, 0);
  // Wherever a card that owes is read, what it owes is offered over whatever is shown.
  useInput(
    claims.length === 0
      ? {}
      : {
          onTrack: (track) => void readCard(till, track, 'magnetic'),
          onScan: (text) => void readCard(till, text, 'barcode'),
        },
  );
  return (
    <div className="undo-result">
      <OutcomePanel result={result} amountMinor={amountMinor} purpose="desk">
        {claims.length > 0 && (
          <p className="claim-again" data-testid="desk-claims">
            <Icon name="alert" />
            {t('desk.claims', { amount: yuan(owedMinor) })}
          </p>
        )}
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={onClose}>
          {t('cancel.close')}
        </Action>
      </OutcomePanel>
      {result.kind === 'approved' && <ReceiptView receipt={result.receipt} />}
    </div>
  );
}
