import type { SettlementResult } from '../../api/contract.ts';
import type { BilingualText } from '../../domain/text.ts';
import type { Approval, Reply } from '../../engine/inputs.ts';
import { terminalOf } from '../../engine/state.ts';
import type { Journal } from '../../ports/journal.ts';
import { forgetCards } from '../forget-cards.ts';
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
  },
  given: { readonly approval?: Approval },
): Promise<SettlementResult> {
  const { journal, terminal, sync } = ports;
  if (!terminalOf(terminal.state).settlement) await sync.now();
  let reply = await terminal.run({ kind: 'settle', ...given });
  if (reply.kind === 'doubts-closed') {
    // What no card has settled by now goes up as unresolved, before the totals are compared.
    await sync.now();
    reply = await terminal.run({ kind: 'settle', ...given });
  }
  if (reply.kind === 'unfinished' && terminalOf(terminal.state).signOnNeeded) {
    // The host does not take the batch for the open one: the sign-on says which one is, and then it can be closed here.
    await sync.signOn();
    reply = await terminal.run({ kind: 'settle', ...given });
  }
  if (reply.kind === 'refused') return reply;
  if (reply.kind !== 'settled') return { kind: 'unfinished', ...wordsOf(reply) };
  forgetCards(journal, terminal.state);
  const { result, totals, receipt, reportId } = reply;
  return {
    kind: 'settled',
    result,
    batchNumber: reply.batchNumber,
    ...totals,
    receipt: receiptView(receipt, 'original'),
    reportId,
  };
}

/** No answer is one thing, an answer that is no yes another: then the host's code is named and somebody is asked. */
function wordsOf(reply: Reply): typeof UNFINISHED | { text: BilingualText; nextStep: BilingualText } {
  const said = reply.kind === 'unfinished' ? reply.hostSaid : undefined;
  if (said === undefined) return UNFINISHED;
  return {
    text: {
      'zh-CN': `结算尚未完成：主机答复 ${said}。`,
      en: `The settlement is not finished: the host answered ${said}.`,
    },
    nextStep: {
      'zh-CN': '请稍后再次结算。若一直如此，请主管放弃本次结算并联系收单机构；批次和交易都会保留。',
      en: 'Settle again later. If it stays so, a supervisor can give this settlement up and ask the acquirer; the batch and all that is in it stay.',
    },
  };
}
