import { cup, decode, encode } from '../../terminal-core/iso8583/index.ts';
import type { Prng } from './prng.ts';

/**
 * What somebody on the wire without the keys could do to an answer that carries a MAC: turn a refusal into an approval,
 * or an approval into a refusal, and leave the MAC. Answers without a MAC are left alone: TLS is their only protection,
 * and this wire stands for what is inside it.
 */
export function tamper(frame: Uint8Array, prng: Prng): Uint8Array {
  const decoded = decode(cup, frame);
  if (!decoded.ok) return frame;
  const { message } = decoded;
  if (message.fields[64] === undefined) return frame;
  const code = message.fields[39] === '00' ? prng.pick(['51', '05']) : '00';
  const encoded = encode(cup, { ...message, fields: { ...message.fields, 39: code } });
  return encoded.ok ? encoded.bytes : frame;
}
