import { z } from 'zod';
import { parameterOverrides } from '../domain/parameters.ts';
import type { SignedCertificate } from '../engine/events.ts';
import type { Exchange, ExchangeOutcome } from '../engine/exchange.ts';
import { type StateView, terminalOf } from '../engine/state.ts';
import type { TerminalKeys } from '../ports/terminal-keys.ts';
import type { Exchanger, Terminal } from './terminal.ts';

/** Parts of one download; a host that says more is not believed. */
export const DOWNLOAD_PARTS_MAX = 999;

/** DE60.3 of the request for a part, and of the word that the last part has come. */
const CONTROL = {
  parameters: { part: '360', end: '362' },
  hotlist: { part: '390', end: '391' },
} as const;
type DownloadKind = keyof typeof CONTROL;

/** Signing keys that a host may have given up in its life; a list that is longer is not believed. */
export const REVOKED_KEYS_MAX = 1_000;
const keyId = z.string().regex(/^[0-9A-F]{8}$/);

const parameterDocument = z.object({
  kind: z.literal('parameters'),
  version: z.number().int(),
  issuedAtMs: z.number(),
  parameters: z.record(z.string(), z.number()),
  certificates: z.array(z.string()),
  issuerKeys: z.record(keyId, z.base64().length(44)).optional(),
  revokedKeyIds: z.array(keyId).max(REVOKED_KEYS_MAX).optional(),
});
const hotlistDocument = z.object({
  kind: z.literal('hotlist'),
  version: z.number().int(),
  issuedAtMs: z.number(),
  panHashes: z.array(z.string()),
});

export type DownloadResult = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Fetches parameters and hotlist after sign-on. What does not verify changes nothing: the earlier one stays. */
export async function downloadAll(
  terminal: Terminal,
  ports: { readonly exchanger: Exchanger; readonly keys: TerminalKeys },
): Promise<DownloadResult> {
  const parameters = await fetchDocument(terminal, { ...ports, kind: 'parameters' });
  if (!parameters.ok) return parameters;
  const readParameters = parameterDocument.safeParse(parameters.value);
  if (!readParameters.success) return { ok: false, why: 'The parameter document has another shape' };
  const { version, issuedAtMs, issuerKeys, revokedKeyIds } = readParameters.data;
  const issuers = issuerKeys && { keys: issuerKeys, revokedKeyIds: revokedKeyIds ?? [] };
  // First, because its certificates may be the first that a new key has signed.
  if (issuers) ports.keys.believeIssuers(issuers);
  await terminal.run({
    kind: 'parameters-downloaded',
    version,
    issuedAtMs,
    parameters: parameterOverrides(readParameters.data.parameters),
    ...(issuers ? { issuers } : {}),
    certificates: readParameters.data.certificates.flatMap((base64): SignedCertificate[] => {
      const opened = ports.keys.openCertificate(Buffer.from(base64, 'base64'));
      return opened.ok ? [{ certificate: opened.value, base64 }] : [];
    }),
  });
  const hotlist = await fetchDocument(terminal, { ...ports, kind: 'hotlist' });
  if (!hotlist.ok) return hotlist;
  const readHotlist = hotlistDocument.safeParse(hotlist.value);
  if (!readHotlist.success) return { ok: false, why: 'The hotlist document has another shape' };
  const { kind: _kind, ...document } = readHotlist.data;
  await terminal.run({ kind: 'hotlist-downloaded', ...document });
  return { ok: true };
}

/** At a start: whom the terminal believes beyond what it was provisioned with. */
export function believeIssuers(state: StateView, keys: TerminalKeys): void {
  const { issuers } = terminalOf(state);
  if (issuers) keys.believeIssuers(issuers);
}

async function fetchDocument(
  terminal: Terminal,
  options: { readonly exchanger: Exchanger; readonly keys: TerminalKeys; readonly kind: DownloadKind },
): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }> {
  const { exchanger, keys, kind } = options;
  const chunks: Uint8Array[] = [];
  for (let part = 1, total = 1; part <= total; part += 1) {
    const outcome = await ask(terminal, { exchanger, mti: '0800', control: CONTROL[kind].part, part });
    const de62 = outcome.kind === 'answered' ? outcome.message.fields[62] : undefined;
    if (!(de62 instanceof Uint8Array)) return { ok: false, why: `Part ${part} of the ${kind} did not come` };
    const head = Buffer.from(de62.subarray(0, 6)).toString('latin1');
    total = Number(head.slice(3));
    if (
      !/^\d{6}$/.test(head) ||
      Number(head.slice(0, 3)) !== part ||
      total < part ||
      total > DOWNLOAD_PARTS_MAX
    ) {
      return { ok: false, why: `Part ${part} of the ${kind} is numbered wrong` };
    }
    chunks.push(de62.subarray(6));
  }
  // The host closes its book on this download; that it did not hear the end changes nothing here.
  await ask(terminal, { exchanger, mti: '0820', control: CONTROL[kind].end });
  const opened = keys.openDocument(Buffer.concat(chunks));
  return opened.ok
    ? { ok: true, value: opened.value }
    : { ok: false, why: `The ${kind} document: ${opened.why}` };
}

async function ask(
  terminal: Terminal,
  request: {
    readonly exchanger: Exchanger;
    readonly mti: '0800' | '0820';
    readonly control: string;
    readonly part?: number;
  },
): Promise<ExchangeOutcome> {
  const [stan] = terminal.takeStans(`download ${request.control}`, 1);
  if (stan === undefined) return { kind: 'not-sent' };
  const { tpdu, header, terminalId, merchantId, batchNumber } = terminalOf(terminal.state);
  const part =
    request.part === undefined ? {} : { 62: Buffer.from(String(request.part).padStart(3, '0'), 'latin1') };
  const exchange: Exchange = {
    purpose: { kind: 'download' },
    message: {
      tpdu,
      header,
      mti: request.mti,
      fields: {
        11: stan,
        41: terminalId,
        42: merchantId,
        60: `00${batchNumber ?? '000001'}${request.control}`,
        ...part,
      },
    },
  };
  return request.exchanger.perform(exchange);
}
