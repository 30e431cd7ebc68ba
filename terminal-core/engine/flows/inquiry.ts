import { nextStan } from '../../domain/identifiers.ts';
import {
  DE59_TAG,
  decodeDe59,
  decodeStatement,
  findDe59,
  type IsoMessage,
  responseCode,
  type StatementLine,
} from '../../iso8583/index.ts';
import { inquiryMessage } from '../card-desk/messages.ts';
import { cardSlipOf } from '../card-desk/receipts.ts';
import type { Exchange, ExchangeOutcome } from '../exchange.ts';
import { type Context, type Decision, type Input, type InquiryReply, reply, send } from '../inputs.ts';
import { type StateView, terminalOf } from '../state.ts';
import { approvalFacts, saidBy, signOnAsked, textField } from './answers.ts';
import { permission, refuse } from './operator.ts';
import { whyHostNotNow } from './pre-authorisation.ts';

/**
 * What is on a card, or its last movements: online only. The answer brings a fresh balance certificate, by which the card is
 * taken offline afterwards. Whatever becomes of it, nothing is owed.
 */
export function decideInquire(
  state: StateView,
  input: Extract<Input, { kind: 'inquire' }>,
  context: Context,
): Decision {
  const { inquiry, pin, presented } = input;
  const may = permission(state, { action: 'inquire' }, context);
  if (may.kind === 'refused') return refuse(state, { command: inquiry, ...may });
  const rule = whyHostNotNow(state, context);
  // A batch that is full still answers questions, and a reversal that is owed does not change what is on another card.
  if (rule !== undefined && rule !== 'batch-full' && rule !== 'reversal-owed')
    return refuse(state, { command: inquiry, rule });
  const terminal = terminalOf(state);
  const { keySetId } = terminal;
  if (keySetId === undefined) return refuse(state, { command: inquiry, rule: 'not-signed-on' });
  const { card, panHash } = presented;
  const stan = nextStan(terminal.lastStan);
  const asked = { inquiry, panHash, maskedPan: card.pan.masked(), operatorCode: may.operatorCode };
  return send(
    {
      purpose: { kind: 'inquiry', ...asked },
      message: inquiryMessage(terminal, { inquiry, stan, card, ...(pin ? { pin } : {}) }),
      macKeySetId: keySetId,
    },
    [{ kind: 'card-inquired', stan, ...asked }],
  );
}

export function decideInquiryEnded(
  state: StateView,
  ended: {
    readonly purpose: Extract<Exchange['purpose'], { kind: 'inquiry' }>;
    readonly outcome: ExchangeOutcome;
  },
  context: Context,
): Decision {
  const { outcome, purpose } = ended;
  const { inquiry, maskedPan, panHash } = purpose;
  if (outcome.kind !== 'answered') {
    return refuse(state, {
      command: inquiry,
      rule: 'inquiry-unanswered',
      events: signOnAsked(state, saidBy(outcome)),
    });
  }
  const { certificate, message } = outcome;
  const code = textField(message, 39) ?? '';
  const isGood = responseCode(code).category === 'accept';
  const facts = isGood ? balanceOf(message) : {};
  const lines = isGood && inquiry === 'statement' ? linesOf(message) : undefined;
  const answer: InquiryReply = {
    kind: 'inquiry',
    inquiry,
    responseCode: code,
    maskedPan,
    ...facts,
    ...(lines === undefined ? {} : { lines }),
  };
  const { operatorCode } = purpose;
  const slip = isGood ? cardSlipOf(state, { ...answer, operatorCode, atMs: context.nowMs }) : undefined;
  return reply({ ...answer, ...(slip === undefined ? {} : { slip }) }, [
    {
      kind: 'inquiry-answered',
      inquiry,
      panHash,
      responseCode: code,
      ...facts,
      // Of another card it would say nothing about this one.
      ...(certificate?.certificate.panHash === panHash ? { certificate } : {}),
    },
    ...signOnAsked(state, code),
  ]);
}

function balanceOf(message: IsoMessage): Pick<InquiryReply, 'balanceMinor'> {
  const { balanceMinor } = approvalFacts(message);
  return balanceMinor === undefined ? {} : { balanceMinor };
}

/** Lines that cannot be read are none: the balance is good all the same. */
function linesOf(message: IsoMessage): readonly StatementLine[] {
  const tagged = decodeDe59(textField(message, 59) ?? '');
  const text = tagged.ok ? findDe59(tagged.value, DE59_TAG.statement) : undefined;
  const lines = decodeStatement(text ?? '');
  return lines.ok ? lines.value : [];
}
