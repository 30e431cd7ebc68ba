import { useCallback, useEffect, useState } from 'react';
import { GridList, GridListItem, Input, Label, TextField } from 'react-aria-components';
import type { Receipt, TillStatus, TransactionView } from '../../../../terminal-core/api/contract.ts';
import { answerOrNotice } from '../../commands.ts';
import { pressFunctionKey, useFunctionKeys } from '../../components/function-keys.ts';
import { Icon } from '../../components/icon.tsx';
import { givesBack, kindWord, movesMoney } from '../../components/transaction-words.ts';
import { useStoreTime } from '../../components/use-store-time.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { type PurseRefund, type TillDialog, useTill } from '../../till-context.ts';
import { HoldDialog } from './hold-dialog.tsx';
import { StateChip, stateWord } from './state-chip.tsx';
import { TransactionDetail } from './transaction-detail.tsx';
import { UndoDialog, type UndoRequest } from './undo-dialog.tsx';
import { undoingOf } from './undoing.ts';

const LISTED_MAX = 100;
const SEARCH_AFTER_MS = 200;

/** What this terminal has done, newest first; what can still be undone is the core's word. */
export function JournalScreen() {
  const { t } = useWords();
  const till = useTill();
  const keys = useFunctionKeys();
  const [search, setSearch] = useState('');
  const [listed, setListed] = useState<readonly TransactionView[]>();
  const [chosenId, setChosenId] = useState<string>();
  const [receipt, setReceipt] = useState<Receipt>();
  const [undo, setUndo] = useState<UndoRequest>();
  const [hold, setHold] = useState<TransactionView>();
  const chosen = listed?.find((each) => each.txnId === chosenId);

  const refresh = useCallback(async (): Promise<void> => {
    const input = { limit: LISTED_MAX, ...(search === '' ? {} : { search }) };
    const outcome = await till.link.ask((client) => client.transactions.list(input));
    if (outcome.kind === 'answer') setListed(outcome.value);
  }, [search, till]);
  useEffect(() => {
    const timer = setTimeout(() => void refresh(), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [refresh]);
  // A new status means that something happened; the list is what shows it.
  useEffect(() => till.status.subscribe(() => void refresh()), [till, refresh]);

  const choose = (txnId: string): void => {
    setChosenId(txnId);
    setReceipt(undefined);
  };
  const reprint = async (txnId: string): Promise<void> => {
    const outcome = await till.link.ask((client) => client.transactions.receipt({ txnId }));
    const answer = answerOrNotice(till, outcome);
    if (answer !== undefined) setReceipt(answer.receipt);
  };
  const pressDetailKey = (key: 'F8' | 'F9'): void => {
    if (chosen === undefined) return;
    if (key === 'F8' && chosen.hasReceipt) void reprint(chosen.txnId);
    if (key !== 'F9') return;
    undoChosen();
  };
  const undoChosen = (): void => {
    const undoing = chosen && undoingOf(chosen);
    switch (undoing?.kind) {
      case undefined:
        return;
      case 'void':
      case 'refund':
        setUndo({ kind: undoing.kind, transaction: undoing.transaction });
        return;
      case 'hold':
        setHold(undoing.transaction);
        return;
      case 'refund-purse':
        till.dialog.set({ kind: 'purse', refundOf: leftOf(undoing.transaction) });
        return;
      case 'cancel-sale':
        till.dialog.set({ kind: 'cancel-sale', saleId: undoing.saleId });
        return;
      case 'refund-sale':
        till.dialog.set(refundDialog(undoing.saleId, till.status.get()?.openRefunds ?? []));
    }
  };
  /** The arrows move the choice, wherever a closed dialog left the focus; in the list they are the list's own. */
  const moveInList = (by: -1 | 1): boolean => {
    if (document.activeElement?.closest('.transactions') || listed === undefined) return false;
    const index = listed.findIndex((each) => each.txnId === chosenId);
    const next = listed[Math.max(0, Math.min(index + by, listed.length - 1))];
    if (next !== undefined) choose(next.txnId);
    return true;
  };
  useInput({
    // The reference number on a receipt is a barcode: one scan finds the sale.
    onScan: setSearch,
    onType: (text) => setSearch((held) => held + text),
    onKey: (key) => {
      if (pressFunctionKey(keys, key)) return true;
      if (key === 'F8' || key === 'F9') {
        pressDetailKey(key);
        return true;
      }
      if (key === 'ArrowDown' || key === 'ArrowUp') return moveInList(key === 'ArrowDown' ? 1 : -1);
      if (key !== 'Escape') return false;
      if (receipt !== undefined) setReceipt(undefined);
      else if (search !== '') setSearch('');
      else till.screen.set({ kind: 'sell' });
      return true;
    },
  });

  return (
    <div className="journal">
      <section className="journal-list" aria-label={t('journal.title')}>
        <TextField className="scan-field" value={search} onChange={setSearch} autoFocus autoComplete="off">
          <Label className="visually-hidden">{t('journal.search')}</Label>
          <Icon name="search" />
          <Input data-scan-field="" placeholder={t('journal.search')} />
        </TextField>
        <GridList
          className="transactions"
          aria-label={t('journal.list')}
          items={(listed ?? []).map((transaction) => ({ id: transaction.txnId, transaction }))}
          selectionMode="single"
          selectionBehavior="replace"
          selectedKeys={chosenId === undefined ? [] : [chosenId]}
          onSelectionChange={(selected) => {
            const [first] = selected === 'all' ? [] : selected;
            if (first !== undefined) choose(String(first));
          }}
          renderEmptyState={() => (
            <p className="journal-none">
              {listed === undefined
                ? t('journal.loading')
                : search === ''
                  ? t('journal.none')
                  : t('journal.none-found', { text: search })}
            </p>
          )}
        >
          {({ transaction }) => <TransactionRow transaction={transaction} />}
        </GridList>
      </section>
      <TransactionDetail
        transaction={chosen}
        receipt={receipt}
        onReprint={(txnId) => void reprint(txnId)}
        onUndo={undoChosen}
      />
      {hold && (
        <HoldDialog
          transaction={hold}
          onVoid={() => {
            setHold(undefined);
            setUndo({ kind: 'void', transaction: hold });
          }}
          onClose={() => {
            setHold(undefined);
            void refresh();
          }}
        />
      )}
      {undo && (
        <UndoDialog
          request={undo}
          onClose={() => {
            setUndo(undefined);
            void refresh();
          }}
        />
      )}
    </div>
  );
}

function leftOf({ txnId, amountMinor, refundedMinor }: TransactionView): PurseRefund {
  return { txnId, leftMinor: amountMinor - refundedMinor };
}

/** A refund of the sale that is not finished is taken up again; otherwise a new one begins. */
function refundDialog(saleId: string, openRefunds: TillStatus['openRefunds']): TillDialog {
  const open = openRefunds.find((each) => each.saleId === saleId);
  return { kind: 'refund-sale', saleId, ...(open === undefined ? {} : { refundId: open.refundId }) };
}

function TransactionRow({ transaction }: { readonly transaction: TransactionView }) {
  const { t } = useWords();
  const { full } = useStoreTime();
  const { txnId, atMs, amountMinor, stan, maskedPan } = transaction;
  const isBack = givesBack(transaction);
  const amount = movesMoney(transaction) ? yuan(isBack ? -amountMinor : amountMinor) : '';
  const label = `${t(kindWord(transaction))} ${amount} ${t(stateWord(transaction))}`;
  return (
    <GridListItem id={txnId} textValue={label} className="transaction">
      <span className="transaction-what">
        <strong>{t(kindWord(transaction))}</strong>
        <span>{[full(atMs), stan && `#${stan}`, maskedPan?.slice(-4)].filter(Boolean).join('  ')}</span>
      </span>
      <span className="transaction-chips">
        {transaction.unprinted && (
          <span className="chip chip-unprinted" data-unprinted={transaction.unprinted}>
            <Icon name="receipt" />
            {t(`journal.unprinted.${transaction.unprinted}`)}
          </span>
        )}
        <StateChip transaction={transaction} />
      </span>
      <span className="transaction-amount" data-back={isBack}>
        {amount}
      </span>
    </GridListItem>
  );
}
