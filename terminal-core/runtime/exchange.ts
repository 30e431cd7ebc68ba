import type { SignedCertificate } from '../engine/events.ts';
import type { Exchange, ExchangeOutcome } from '../engine/exchange.ts';
import {
  checkMessage,
  classifyRequest,
  cup,
  DE59_TAG,
  decode,
  decodeDe59,
  encode,
  encodeWithMac,
  findDe59,
  type IsoMessage,
  macInput,
} from '../iso8583/index.ts';
import type { HostLink, LinkStatus } from '../ports/host-link.ts';
import type { TerminalKeys } from '../ports/terminal-keys.ts';
import type { Exchanger } from './terminal.ts';

/** Where the live trace of messages and the odd things that happen on the wire go. Masked by whoever writes them down. */
export interface WireLog {
  sent(message: IsoMessage): void;
  received(message: IsoMessage): void;
  odd(what: string, detail: Readonly<Record<string, unknown>>): void;
}

/** An exchanger whose messages can also go another way than over its link. */
export interface WireExchanger extends Exchanger {
  /** @returns the message with its MAC, without its length; or why there is none. */
  pack(exchange: Exchange): Packed;
  /** What an answer that came another way says: the same checks. */
  read(answer: Uint8Array, exchange: Exchange): ExchangeOutcome;
}

/** Packs a message, makes its MAC, sends it, and believes only an answer whose MAC is right. */
export function createExchanger(options: {
  readonly link: HostLink;
  readonly keys: TerminalKeys;
  readonly log: WireLog;
  readonly timeoutMs: () => number;
  readonly nextKeySetId: () => string;
}): WireExchanger {
  const { link, keys, log } = options;

  async function perform(exchange: Exchange): Promise<ExchangeOutcome> {
    const packed = pack(exchange, keys);
    if (!packed.ok) {
      // The engine made it from checked values, so this is a bug; but nothing has left the terminal, and nothing will.
      log.odd('a message that cannot be sent', { mti: exchange.message.mti, problem: packed.problem });
      return { kind: 'cannot-be-made' };
    }
    log.sent(exchange.message);
    const outcome = await link.request(packed.frame, { timeoutMs: options.timeoutMs() });
    switch (outcome.kind) {
      case 'not-sent':
        return { kind: 'not-sent' };
      case 'timed-out':
      case 'link-lost':
        log.odd('no answer', { cause: outcome.kind, stan: exchange.message.fields[11] });
        return { kind: 'no-answer', cause: outcome.kind };
      case 'answered':
        return read(outcome.answer, exchange);
    }
  }

  function read(answer: Uint8Array, exchange: Exchange): ExchangeOutcome {
    const decoded = decode(cup, answer);
    if (!decoded.ok) {
      log.odd('unreadable answer', { error: decoded.error });
      return { kind: 'unreadable', detail: decoded.error.message };
    }
    const { message } = decoded;
    log.received(message);
    const fault = macFault(answer, message, exchange.macKeySetId);
    if (fault) {
      const hostSaid = message.fields[39];
      log.odd('the MAC of an answer does not hold', { fault, stan: message.fields[11], hostSaid });
      return { kind: 'wrong-mac', fault, ...(typeof hostSaid === 'string' ? { hostSaid } : {}) };
    }
    // The table that says what an answer must carry is the host's too. One that lacks something is not guessed at.
    const kind = classifyRequest(exchange.message);
    const problems = kind === undefined ? [] : checkMessage(kind, 'answer', message);
    if (problems.length > 0) {
      log.odd('an answer that is not what it must be', {
        kind,
        problems: problems.map((problem) => problem.message),
      });
      return { kind: 'unreadable', detail: problems[0]?.message ?? '' };
    }
    if (exchange.purpose.kind === 'terminal-sign-on') return readKeys(message);
    const certificate = certificateIn(message);
    return { kind: 'answered', message, ...(certificate ? { certificate } : {}) };
  }

  function macFault(
    answer: Uint8Array,
    message: IsoMessage,
    keySetId: string | undefined,
  ): 'mac-missing' | 'mac-wrong' | undefined {
    if (keySetId === undefined) return undefined;
    const received = message.fields[64];
    if (!(received instanceof Uint8Array)) return 'mac-missing';
    return keys.macMatches(keySetId, macInput(answer), received) ? undefined : 'mac-wrong';
  }

  function readKeys(message: IsoMessage): ExchangeOutcome {
    const de62 = message.fields[62];
    if (message.fields[39] !== '00' || !(de62 instanceof Uint8Array)) return { kind: 'answered', message };
    const keySetId = options.nextKeySetId();
    const installed = keys.installKeySet(keySetId, de62);
    if (!installed.ok) return { kind: 'keys-refused', detail: installed.detail };
    return { kind: 'answered', message, keySetId };
  }

  function certificateIn(message: IsoMessage): SignedCertificate | undefined {
    const de59 = message.fields[59];
    const tags = typeof de59 === 'string' ? decodeDe59(de59) : undefined;
    const base64 = tags?.ok ? findDe59(tags.value, DE59_TAG.certificate) : undefined;
    if (base64 === undefined) return undefined;
    const opened = keys.openCertificate(Buffer.from(base64, 'base64'));
    if (opened.ok) return { certificate: opened.value, base64 };
    // A bad certificate spoils offline acceptance of this card, not the online answer that brought it.
    log.odd('balance certificate refused', { why: opened.why });
    return undefined;
  }

  return {
    perform,
    linkStatus: (): LinkStatus => link.status(),
    pack: (exchange) => pack(exchange, keys),
    read,
  };
}

export type Packed =
  | { readonly ok: true; readonly frame: Uint8Array }
  | { readonly ok: false; readonly problem: string };

function pack({ message, macKeySetId }: Exchange, keys: TerminalKeys): Packed {
  const kind = classifyRequest(message);
  const [problem] = kind === undefined ? [] : checkMessage(kind, 'request', message, { stage: 'before-mac' });
  if (kind === undefined || problem)
    return { ok: false, problem: problem?.message ?? 'The catalogue has no such message' };
  const noKey = new Error(`The key set ${macKeySetId} is not held any more`);
  try {
    const packed =
      macKeySetId === undefined
        ? encode(cup, message)
        : encodeWithMac(cup, message, (input) => {
            const mac = keys.mac(macKeySetId, input);
            if (!mac) throw noKey;
            return mac;
          });
    return packed.ok ? { ok: true, frame: packed.bytes } : { ok: false, problem: packed.error.message };
  } catch (error) {
    if (error !== noKey) throw error;
    return { ok: false, problem: noKey.message };
  }
}
