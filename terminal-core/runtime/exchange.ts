import type { SignedCertificate } from '../engine/events.ts';
import type { Exchange, ExchangeOutcome } from '../engine/inputs.ts';
import { type IsoMessage, cup, decode, encode, encodeWithMac, macInput } from '../iso8583/index.ts';
import type { HostLink, LinkStatus } from '../ports/host-link.ts';
import type { TerminalKeys } from '../ports/terminal-keys.ts';
import type { Exchanger } from './terminal.ts';

/** Where the live trace of messages and the odd things that happen on the wire go. Masked by whoever writes them down. */
export interface WireLog {
  sent(message: IsoMessage): void;
  received(message: IsoMessage): void;
  odd(what: string, detail: Readonly<Record<string, unknown>>): void;
}

/** Packs a message, makes its MAC, sends it, and believes only an answer whose MAC is right. */
export function createExchanger(options: {
  readonly link: HostLink;
  readonly keys: TerminalKeys;
  readonly log: WireLog;
  readonly timeoutMs: () => number;
  readonly nextKeySetId: () => string;
}): Exchanger {
  const { link, keys, log } = options;

  async function perform(exchange: Exchange): Promise<ExchangeOutcome> {
    const frame = pack(exchange, keys);
    log.sent(exchange.message);
    const outcome = await link.request(frame, { timeoutMs: options.timeoutMs() });
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
    if (exchange.macKeySetId !== undefined && !macHolds(answer, message, exchange.macKeySetId)) {
      const hostSaid = message.fields[39];
      log.odd('wrong MAC in the answer', { stan: message.fields[11], hostSaid });
      return { kind: 'wrong-mac', ...(typeof hostSaid === 'string' ? { hostSaid } : {}) };
    }
    if (exchange.purpose.kind === 'terminal-sign-on') return readKeys(message);
    const certificate = certificateIn(message);
    return { kind: 'answered', message, ...(certificate ? { certificate } : {}) };
  }

  function macHolds(answer: Uint8Array, message: IsoMessage, keySetId: string): boolean {
    const received = message.fields[64];
    return received instanceof Uint8Array && keys.macMatches(keySetId, macInput(answer), received);
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
    const base64 = typeof de59 === 'string' ? valueOfTag(de59, 'BC') : undefined;
    if (base64 === undefined) return undefined;
    const opened = keys.openCertificate(Buffer.from(base64, 'base64'));
    if (opened.ok) return { certificate: opened.value, base64 };
    // A bad certificate spoils offline acceptance of this card, not the online answer that brought it.
    log.odd('balance certificate refused', { why: opened.why });
    return undefined;
  }

  return { perform, linkStatus: (): LinkStatus => link.status() };
}

function pack(exchange: Exchange, keys: TerminalKeys): Uint8Array {
  const { message, macKeySetId } = exchange;
  const packed =
    macKeySetId === undefined
      ? encode(cup, message)
      : encodeWithMac(cup, message, (input) => {
          const mac = keys.mac(macKeySetId, input);
          if (!mac) throw new Error(`The key set ${macKeySetId} is not held any more`);
          return mac;
        });
  // The engine made the message from checked values: one that does not fit is a bug, and nothing has been sent yet.
  if (!packed.ok) throw new Error(`Cannot pack ${message.mti}: ${packed.error.message}`);
  return packed.bytes;
}

/** DE59 [holdfast]: two-letter tags with three-digit lengths. */
function valueOfTag(text: string, tag: string): string | undefined {
  let at = 0;
  while (at + 5 <= text.length) {
    const length = Number(text.slice(at + 2, at + 5));
    if (!Number.isInteger(length)) return undefined;
    if (text.slice(at, at + 2) === tag) return text.slice(at + 5, at + 5 + length);
    at += 5 + length;
  }
  return undefined;
}
