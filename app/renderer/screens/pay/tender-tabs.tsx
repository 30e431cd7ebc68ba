import { Action } from '../../components/action.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { useCell } from '../../store/cell.ts';
import { type TenderKind, useTill } from '../../till-context.ts';
import { leavePaying } from './use-pay-keys.ts';

const KEYS = { cash: 'F8', card: 'F9', purse: 'F10' } as const;

/** Every way to pay is one key apart; Escape goes back to the basket, or puts aside what was paid in part. */
export function TenderTabs({ current }: { readonly current: TenderKind }) {
  const { t } = useWords();
  const till = useTill();
  const hasPurse = useCell(till.status)?.purse !== undefined;
  const isSplit = useCell(till.payment.sale) !== undefined;
  const tenders: readonly TenderKind[] = hasPurse && !isSplit ? ['cash', 'card', 'purse'] : ['cash', 'card'];
  return (
    <div className="tender-tabs">
      <Action tone="quiet" icon={isSplit ? 'hold' : 'back'} keyHint="Esc" onPress={() => leavePaying(till)}>
        {t(isSplit ? 'split.put-aside' : 'pay.back')}
      </Action>
      <span className="strip-gap" />
      {tenders.map((tender) => (
        <Action
          key={tender}
          icon={tender}
          keyHint={KEYS[tender]}
          className={tender === current ? 'tab-current' : ''}
          onPress={() => till.screen.set({ kind: 'pay', tender })}
        >
          {t(`pay.${tender}`)}
        </Action>
      ))}
    </div>
  );
}
