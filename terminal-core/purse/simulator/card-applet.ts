import { concatBytes, fromHex, toHex } from '../../crypto/bytes.ts';
import { PURSE_COUNTER_MAX } from '../../domain/purse.ts';
import type { Random } from '../../ports/clock.ts';
import {
  type CommandSpec,
  PURSE_COMMANDS,
  PURSE_LOG_RECORDS_MAX,
  proveCommand,
  readLogCommand,
  readPublicDataCommand,
  SFI_HOLDER,
  SFI_LOG,
  SFI_PUBLIC_DATA,
} from '../commands.ts';
import { decodeLayout, encodeLayout, layoutBytes, type ValuesOf } from '../fields.ts';
import {
  beginLoad,
  beginPurchase,
  finishLoad,
  finishPurchase,
  type PendingTransaction,
} from './card-money.ts';
import type { PurseCardState } from './card-state.ts';
import type { Applet, Reaction } from './chip.ts';
import type { ParsedApdu } from './parse-apdu.ts';

/** What the card forgets at a reset. */
export interface PurseCardSession {
  readonly isSelected: boolean;
  readonly isPinVerified: boolean;
  /** What INITIALIZE began; any other command but the one that ends it puts it away. */
  readonly pending: PendingTransaction | undefined;
}

type CardReaction = Reaction<PurseCardState, PurseCardSession>;

interface Turn {
  readonly state: PurseCardState;
  readonly session: PurseCardSession;
  readonly command: ParsedApdu;
  readonly random: Random;
}

const FRESH: PurseCardSession = { isSelected: false, isPinVerified: false, pending: undefined };
const OK = 0x9000;

/** The purse as a program. @param random makes the numbers that each transaction is keyed with. */
export function purseApplet(random: Random): Applet<PurseCardState, PurseCardSession> {
  return {
    freshSession: FRESH,
    react: (input) => react({ ...input, random }),
    withoutProof: ({ proof: _, ...rest }) => rest,
  };
}

function react(turn: Turn): CardReaction {
  const { cla, ins } = turn.command;
  const handlers = HANDLERS[cla];
  if (handlers === undefined) return refuse(turn, 0x6e00);
  const handler = handlers[ins];
  if (handler === undefined) return refuse(turn, 0x6d00);
  if (!turn.session.isSelected && ins !== INS.select) return refuse(turn, 0x6985);
  return handler(turn);
}

const INS = { verify: 0x20, select: 0xa4, readBinary: 0xb0, readRecord: 0xb2 } as const;

type Handler = (turn: Turn) => CardReaction;

/** By CLA and INS. */
const HANDLERS: Readonly<Record<number, Readonly<Record<number, Handler>>>> = {
  0: {
    [INS.verify]: verifyPin,
    [INS.select]: select,
    [INS.readBinary]: readBinary,
    [INS.readRecord]: readRecord,
  },
  128: {
    80: initialise,
    82: (turn) => complete(turn, PURSE_COMMANDS.creditForLoad, finishLoad),
    84: (turn) => complete(turn, PURSE_COMMANDS.debitForPurchase, finishPurchase),
    90: prove,
    92: getBalance,
  },
};

function select(turn: Turn): CardReaction {
  const { state, command } = turn;
  const wanted = toHex(command.data);
  if (command.p1 === 0x04 && wanted !== state.applicationId) return refuse(turn, 0x6a82);
  if (command.p1 === 0x00 && wanted !== state.fileId) return refuse(turn, 0x6a82);
  if (command.p1 !== 0x04 && command.p1 !== 0x00) return refuse(turn, 0x6a86);
  const name = fromHex(state.applicationId, 'application id');
  const fci = concatBytes(Uint8Array.of(0x6f, name.length + 2, 0x84, name.length), name);
  return { statusWord: OK, data: fci, session: { ...FRESH, isSelected: true } };
}

function verifyPin(turn: Turn): CardReaction {
  const { state, session, command } = turn;
  if (state.pinTriesLeft === 0) return refuse(turn, 0x6983);
  if (toHex(command.data) === state.pin) {
    const restored = { ...state, pinTriesLeft: state.pinTriesMax };
    return {
      statusWord: OK,
      state: restored,
      session: { ...session, pending: undefined, isPinVerified: true },
    };
  }
  const pinTriesLeft = state.pinTriesLeft - 1;
  return {
    statusWord: 0x63c0 | pinTriesLeft,
    state: { ...state, pinTriesLeft },
    session: { ...session, pending: undefined, isPinVerified: false },
  };
}

function readBinary(turn: Turn): CardReaction {
  const { state, command } = turn;
  if ((command.p1 & 0x80) === 0) return refuse(turn, 0x6a86);
  const file = fileOf(state, command.p1 & 0x1f);
  if (file === undefined) return refuse(turn, 0x6a82);
  const wanted = command.expectedBytes ?? 0;
  const rest = file.subarray(command.p2);
  if (wanted !== 256 && wanted > rest.length) return refuse(turn, 0x6c00 | rest.length);
  return answer(turn, rest.subarray(0, wanted));
}

function fileOf(state: PurseCardState, sfi: number): Uint8Array | undefined {
  if (sfi === SFI_HOLDER) return fromHex(state.holderFile, 'holder file');
  if (sfi !== SFI_PUBLIC_DATA) return undefined;
  // The state's schema has checked the serial's shape; the layout's brand is not known to JSON.
  type PublicData = ValuesOf<ReturnType<typeof readPublicDataCommand>['answer']>;
  const applicationSerial = state.applicationSerial as PublicData['applicationSerial'];
  return encodeLayout(readPublicDataCommand(sfi).answer, {
    issuerCode: state.issuerCode,
    applicationType: 0x02,
    version: 1,
    applicationSerial,
    startDate: state.startDate,
    expiryDate: state.expiryDate,
    fci: '5500',
  });
}

function readRecord(turn: Turn): CardReaction {
  const { state, command } = turn;
  if (command.p2 !== ((SFI_LOG << 3) | 0x04)) return refuse(turn, 0x6a82);
  if (command.p1 === 0 || command.p1 > PURSE_LOG_RECORDS_MAX) return refuse(turn, 0x6a83);
  const record = state.log[command.p1 - 1];
  if (record === undefined) return refuse(turn, 0x6a83);
  return withLe(turn, readLogCommand(command.p1, SFI_LOG), () => answer(turn, fromHex(record, 'record')));
}

function getBalance(turn: Turn): CardReaction {
  const { state, command } = turn;
  if (command.p1 !== 0x00 || command.p2 !== 0x02) return refuse(turn, 0x6a86);
  const balance = Uint8Array.from([24, 16, 8, 0], (shift) => (state.balanceMinor >>> shift) & 0xff);
  return withLe(turn, PURSE_COMMANDS.getBalance, () => answer(turn, balance));
}

function initialise(turn: Turn): CardReaction {
  const { p1, p2 } = turn.command;
  if (p2 !== 0x02) return refuse(turn, 0x6a86);
  if (p1 === 0x00) return begin(turn, PURSE_COMMANDS.initialiseForLoad, 'load');
  if (p1 === 0x01) return begin(turn, PURSE_COMMANDS.initialiseForPurchase, 'purchase');
  return refuse(turn, 0x6a86);
}

function begin(turn: Turn, spec: CommandSpec, what: 'load' | 'purchase'): CardReaction {
  const { state, session, command, random } = turn;
  return withLe(turn, spec, () => {
    const request = decodeLayout(PURSE_COMMANDS.initialiseForPurchase.data, command.data);
    if (!request.ok) return refuse(turn, 0x6700);
    if (state.isLocked) return refuse(turn, 0x9303);
    if (state.needsPinFor.includes(what) && !session.isPinVerified) return refuse(turn, 0x6982);
    const counter = what === 'load' ? state.onlineCounter : state.offlineCounter;
    if (counter >= PURSE_COUNTER_MAX) return refuse(turn, 0x9402);
    const begun = what === 'load' ? beginLoad : beginPurchase;
    const { statusWord, data, pending } = begun(state, request.values, random.bytes(4));
    return statusWord === OK
      ? { statusWord, ...(data === undefined ? {} : { data }), session: { ...session, pending } }
      : refuse(turn, statusWord);
  });
}

function complete<Spec extends CommandSpec>(
  turn: Turn,
  spec: Spec,
  finish: (
    state: PurseCardState,
    pending: PendingTransaction,
    values: ValuesOf<Spec['data']>,
  ) => { readonly statusWord: number; readonly data?: Uint8Array; readonly state?: PurseCardState },
): CardReaction {
  const { state, session, command } = turn;
  const [, , p1, p2] = spec.head;
  if (command.p1 !== p1 || command.p2 !== p2) return refuse(turn, 0x6a86);
  return withLe(turn, spec, () => {
    if (session.pending === undefined) return refuse(turn, 0x6985);
    const request = decodeLayout<Spec['data']>(spec.data, command.data);
    if (!request.ok) return refuse(turn, request.field === 'length' ? 0x6700 : 0x6a80);
    return {
      ...finish(state, session.pending, request.values),
      session: { ...session, pending: undefined },
    };
  });
}

function prove(turn: Turn): CardReaction {
  const { state, command } = turn;
  const spec = proveCommand(command.p2);
  if (command.p1 !== 0x00) return refuse(turn, 0x6a86);
  return withLe(turn, spec, () => {
    const request = decodeLayout(spec.data, command.data);
    if (!request.ok) return refuse(turn, 0x6700);
    const { proof } = state;
    if (proof?.transactionType !== command.p2 || proof.counter !== request.values.counter)
      return refuse(turn, 0x9406);
    return answer(turn, fromHex(proof.mac2 + proof.tac, 'proof'));
  });
}

/** A wrong Le is told before anything is done, so that the command may be repeated. */
function withLe(turn: Turn, spec: CommandSpec, run: () => CardReaction): CardReaction {
  const bytes = layoutBytes(spec.answer);
  const { expectedBytes } = turn.command;
  const isRight = expectedBytes === undefined || expectedBytes === 256 || expectedBytes === bytes;
  // The session stays as it is: 6Cxx asks for the same command again.
  return isRight ? run() : { statusWord: 0x6c00 | bytes, session: turn.session };
}

function answer({ session }: Turn, data: Uint8Array): CardReaction {
  return { statusWord: OK, data, session: { ...session, pending: undefined } };
}

function refuse({ session }: Turn, statusWord: number): CardReaction {
  return { statusWord, session: { ...session, pending: undefined } };
}
