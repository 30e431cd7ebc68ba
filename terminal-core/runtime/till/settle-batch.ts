import type { SettlementResult } from '../../api/contract.ts';
import type { Approval } from '../../engine/inputs.ts';
import { owedFor } from '../../engine/owed.ts';
import { terminalOf } from '../../engine/state.ts';
import type { Journal } from '../../ports/journal.ts';
import type { TerminalKeys } from '../../ports/terminal-keys.ts';
import type { Sync } from '../sync.ts';
import type { Terminal } from '../terminal.ts';
import { receiptView } from './views.ts';

const UNFINISHED = {
  text: {
    'zh-CN': '结算尚未完成：主机没有答复。',
    en: 'The settlement is not finished: the host did not answer.',
  },
  nextStep: {
    'zh-CN': '联网后请再次结算；系统会从中断处继续，不会重复记账。',
    en: 'Settle again when online; it goes on where it was and books nothing twice.',
  },
} as const;

/** The end of the day: what is owed first, then the totals, the upload if they differ, and a clean table afterwards. */
export async function settleBatch(
  ports: {
    readonly terminal: Terminal;
    readonly journal: Journal;
    readonly sync: Sync;
    readonly keys: TerminalKeys;
  },
  given: { readonly approval?: Approval },
): Promise<SettlementResult> {
  const { terminal, sync } = ports;
  if (!terminalOf(terminal.state).settlement) await sync.now();
  const { batchNumber } = terminalOf(terminal.state);
  const ofBatch = [...terminal.state.live('transactions')].filter((txn) => txn.batchNumber === batchNumber);
  const reply = await terminal.run({ kind: 'settle', ...given });
  if (reply.kind === 'refused') return reply;
  if (reply.kind !== 'settled') return { kind: 'unfinished', ...UNFINISHED };
  forgetCards(
    ports,
    ofBatch.map((txn) => txn.txnId),
  );
  const { result, totals, receipt } = reply;
  return {
    kind: 'settled',
    result,
    batchNumber: reply.batchNumber,
    ...totals,
    receipt: receiptView(receipt, 'original'),
  };
}

/** The void window is over and the host has acknowledged: the card numbers of the batch go, except where something is owed. */
function forgetCards(
  ports: { readonly terminal: Terminal; readonly journal: Journal; readonly keys: TerminalKeys },
  txnIds: readonly string[],
): void {
  const { terminal, journal, keys } = ports;
  const done = txnIds.flatMap((txnId) => {
    const txn = terminal.state.get('transactions', txnId);
    const keep = txn === undefined || owedFor(txn) !== undefined || txn.state === 'rejected';
    return keep || txn.secretSeq === undefined ? [] : [txn.secretSeq];
  });
  journal.eraseSecrets(done);
  const stillUsed = [...terminal.state.live('transactions')].flatMap((txn) => txn.keySetId ?? []);
  keys.forgetKeySetsExcept([...stillUsed, terminalOf(terminal.state).keySetId ?? '']);
}
