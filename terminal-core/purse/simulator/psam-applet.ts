import { z } from 'zod';
import { fromHex, toHex, uintBytes } from '../../crypto/bytes.ts';
import { diversify, purchaseMac1, purchaseMac2, SecretKey, sespk } from '../../crypto/index.ts';
import type { AmountMinor } from '../../domain/money.ts';
import { PURSE_TRANSACTION_TYPE, purseHex } from '../../domain/purse.ts';
import { initSamCommand, PSAM_COMMANDS, SFI_HOLDER } from '../commands.ts';
import { decodeLayout, encodeLayout, layoutBytes } from '../fields.ts';
import type { Applet, Reaction } from './chip.ts';
import type { ParsedApdu } from './parse-apdu.ts';

const bytes = (length: number) => z.string().regex(new RegExp(`^[0-9A-F]{${2 * length}}$`));

/** What a simulated PSAM keeps when the power is gone. Only test keys belong here. */
export const psamState = z.strictObject({
  terminalNumber: bytes(6),
  masterFileId: bytes(2).default('3F00'),
  applicationFileId: bytes(2).default('DF01'),
  /** Given to the next transaction; never given twice. */
  nextTerminalSerial: z.number().int().min(0).max(0xffff_ffff),
  /** The issuer's purchase keys by version. */
  masterKeys: z.array(z.strictObject({ version: z.number().int().min(0).max(255), value: bytes(16) })),
});

export type PsamState = z.output<typeof psamState>;

/** What the PSAM forgets at a reset: with it goes the chance to check a MAC2. */
export interface PsamSession {
  readonly selected: 'master-file' | 'application';
  readonly pending: { readonly session: SecretKey; readonly amountMinor: AmountMinor } | undefined;
}

interface Turn {
  readonly state: PsamState;
  readonly session: PsamSession;
  readonly command: ParsedApdu;
}

type SamReaction = Reaction<PsamState, PsamSession>;

const OK = 0x9000;
const TERMINAL_SERIAL_MAX = 0xffff_ffff;
/** Lc by the levels between the issuer's key and the card's. */
const LEVELS = [0, 1, 2] as const;

/** The PSAM as a program: it makes no random numbers. */
export const psamApplet: Applet<PsamState, PsamSession> = {
  freshSession: { selected: 'master-file', pending: undefined },
  react,
  withoutProof: (state) => state,
};

function react(turn: Turn): SamReaction {
  const { cla, ins } = turn.command;
  if (cla === 0x00 && ins === 0xa4) return select(turn);
  if (cla === 0x00 && ins === 0xb0) return readTerminalNumber(turn);
  if (cla === 0x80 && ins === 0x70) return initForPurchase(turn);
  if (cla === 0x80 && ins === 0x72) return creditForPurchase(turn);
  return refuse(turn, cla === 0x00 || cla === 0x80 ? 0x6d00 : 0x6e00);
}

function select(turn: Turn): SamReaction {
  const { state, command } = turn;
  const fileId = toHex(command.data);
  if (fileId === state.masterFileId)
    return { statusWord: OK, session: { selected: 'master-file', pending: undefined } };
  if (fileId === state.applicationFileId)
    return { statusWord: OK, session: { selected: 'application', pending: undefined } };
  return refuse(turn, 0x6a82);
}

function readTerminalNumber(turn: Turn): SamReaction {
  const { state, session, command } = turn;
  const isThere = session.selected === 'master-file' && command.p1 === (0x80 | SFI_HOLDER);
  if (!isThere) return refuse(turn, 0x6a82);
  const length = layoutBytes(PSAM_COMMANDS.readTerminalNumber.answer);
  if (command.expectedBytes !== length && command.expectedBytes !== 256) return refuse(turn, 0x6c00 | length);
  return { statusWord: OK, data: fromHex(state.terminalNumber, 'terminal number'), session };
}

function initForPurchase(turn: Turn): SamReaction {
  const { state, command } = turn;
  if (turn.session.selected !== 'application') return refuse(turn, 0x6985);
  const levelCount = LEVELS.find((count) => layoutBytes(initSamCommand(count).data) === command.data.length);
  if (levelCount === undefined) return refuse(turn, 0x6700);
  const spec = initSamCommand(levelCount);
  const request = decodeLayout(spec.data, command.data);
  if (!request.ok || request.values.transactionType !== PURSE_TRANSACTION_TYPE.purchase)
    return refuse(turn, 0x6a80);
  const { values } = request;
  const master = state.masterKeys.find(({ version }) => version === values.keyVersion);
  if (master === undefined) return refuse(turn, 0x9403);
  if (state.nextTerminalSerial >= TERMINAL_SERIAL_MAX) return refuse(turn, 0x9402);
  const terminalSerial = uintBytes(state.nextTerminalSerial, 4);
  // The command has bank, city; the keys go city, bank, card.
  const levels = (values.levels.match(/.{16}/g) ?? []).reverse();
  const factors = [...levels, values.cardFactor].map((factor) => fromHex(factor, 'factor'));
  const session = sespk({
    dpk: diversify(SecretKey.fromHex(master.value), factors),
    random: fromHex(values.random, 'random'),
    offlineCounter: uintBytes(values.offlineCounter, 2),
    terminalSerial,
  });
  const mac1 = purchaseMac1(session, {
    amountMinor: values.amountMinor,
    transactionType: values.transactionType,
    terminalNumber: fromHex(state.terminalNumber, 'terminal number'),
    dateBcd: fromHex(values.date, 'date'),
    timeBcd: fromHex(values.time, 'time'),
  });
  return {
    statusWord: OK,
    data: encodeLayout(spec.answer, {
      terminalSerial: purseHex('terminalSerial', toHex(terminalSerial)),
      mac1: purseHex('mac1', toHex(mac1)),
    }),
    // Used up from here on, whatever becomes of the sale.
    state: { ...state, nextTerminalSerial: state.nextTerminalSerial + 1 },
    session: { ...turn.session, pending: { session, amountMinor: values.amountMinor } },
  };
}

function creditForPurchase(turn: Turn): SamReaction {
  const { session, command } = turn;
  if (session.pending === undefined) return refuse(turn, 0x6985);
  if (command.data.length !== 4) return refuse(turn, 0x6700);
  const mac2 = purchaseMac2(session.pending.session, { amountMinor: session.pending.amountMinor });
  return refuse(turn, toHex(mac2) === toHex(command.data) ? OK : 0x9302);
}

/** Ends the pending purchase. */
function refuse({ session }: Turn, statusWord: number): SamReaction {
  return { statusWord, session: { ...session, pending: undefined } };
}
