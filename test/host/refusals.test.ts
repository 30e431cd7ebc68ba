import { describe, expect, it } from 'vitest';
import { findCardByPan, issueCertificate } from '../../host-sim/server/card-facts.ts';
import { KeyStore, SecretKey, SigningKey, signCertificate } from '../../terminal-core/crypto/index.ts';
import type { BalanceCertificate } from '../../terminal-core/domain/certificate.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { terminalKeys } from '../../terminal-core/runtime/key-file.ts';
import { PurseBench } from '../support/purse-bench.ts';
import { TerminalBench } from '../support/terminal-bench.ts';
import { freshPurse, host, card as purse, terminal } from './purse-bench.ts';
import { EXPIRED_SERIAL, sendRecord } from './purse-host.ts';
import { RawPurse } from './raw-purse.ts';
import { n12, PAN, START_MS, TERMINAL_ID } from './test-host.ts';

const HOUR_MS = 3_600_000;
const FOREIGN_PAN = '6221260000000000';

/** One thing that must not pass: where each side stops it. */
interface Row {
  readonly what: string;
  /** Resolves to the rule or reason by which the till refuses; absent where only the host can know. */
  readonly till?: () => Promise<string>;
  /** Resolves to DE39 of the host's answer. */
  readonly host: () => Promise<string | undefined>;
}

/** A till without its host that holds this certificate for its card. */
async function tillWith(
  fields: Partial<BalanceCertificate> | 'none',
  also: (bench: TerminalBench) => Promise<unknown> = async () => {},
): Promise<string> {
  const bench = await new TerminalBench().open();
  if (fields !== 'none') await bench.giveCertificate(fields);
  bench.linkUp = false;
  await also(bench);
  return ruleOf(await bench.pay(50_00));
}

function ruleOf(reply: { readonly kind: string }): string {
  return 'rule' in reply ? String(reply.rule) : reply.kind;
}

const listed = (bench: TerminalBench, panHash: string) =>
  bench.terminal.run({
    kind: 'hotlist-downloaded',
    version: 2,
    issuedAtMs: bench.nowMs,
    panHashes: [panHash],
  });

/** A till whose hotlist names the purse that is put in. */
async function tillWithListedPurse(): Promise<string> {
  const bench = await new PurseBench().ready();
  const presented = await bench.insert(bench.card1);
  await listed(bench, presented.serialHash);
  return ruleOf(await bench.payPurse(presented, 10_00));
}

/** What the till's keys say of a certificate that the issuer did not sign like this. */
async function tillOpens(bytes: Uint8Array, trusted: SigningKey): Promise<string> {
  const keys = terminalKeys({
    keyStore: KeyStore.create({ tmk: SecretKey.from(new Uint8Array(16).fill(3)) }),
    cardHashKey: SecretKey.from(new Uint8Array(32).fill(4)),
    issuerKeys: new Map([[trusted.keyId, trusted.verifyingKey]]),
    save() {},
  });
  const opened = keys.openCertificate(bytes);
  return opened.ok ? 'believed' : opened.why;
}

function forged(): { readonly bytes: Uint8Array; readonly trusted: SigningKey } {
  const [trusted, thief] = [1, 2].map((fill) => SigningKey.fromRaw(new Uint8Array(32).fill(fill)));
  if (!trusted || !thief) throw new Error('Two keys were asked for');
  const { certificate } = new TerminalBench().certificate();
  const panHash = certificate.panHash.padEnd(32, '0');
  return { bytes: signCertificate({ ...certificate, panHash, keyId: thief.keyId }, thief), trusted };
}

/** A certificate of this host for the test's card, as it would have signed it then and for that terminal. */
function certificate(options: { readonly issuedAtMs?: number; readonly terminalId?: string } = {}) {
  const { issuedAtMs = START_MS, terminalId = TERMINAL_ID } = options;
  return host.store.transaction(async (tx) => {
    const held = await findCardByPan(tx, host.services, Pan.parse(PAN) ?? neverAPan());
    if (!held) throw new Error('The host has no such card');
    return issueCertificate({ tx, services: host.services, nowMs: issuedAtMs }, held, terminalId);
  });
}

function neverAPan(): never {
  throw new Error('The card of the tests is a card');
}

async function advise(base64: string, more: { readonly amountMinor?: number; readonly pan?: string } = {}) {
  const { amountMinor = 50_00, pan = PAN } = more;
  // 10:00 in China, when these tests are.
  const fields = terminal.fields('30', {
    2: pan,
    3: '000000',
    4: n12(amountMinor),
    12: '100000',
    13: '0310',
    59: `BC${String(base64.length).padStart(3, '0')}${base64}`,
    63: '001',
  });
  const answer = await terminal.ask('0220', '30', {
    ...fields,
    61: `${terminal.batchNumber}${fields[11]}0310`,
  });
  return answer.fields[39];
}

async function buysOnLine(pan: string) {
  return (await terminal.purchase(1_00, { 2: pan })).fields[39];
}

const ROWS: readonly (Row & { readonly refused: readonly [till: string, host: string] })[] = [
  {
    what: 'a card of another issuer',
    till: () => tillWith('none'),
    host: async () => advise(await certificate(), { pan: FOREIGN_PAN }),
    refused: ['offline-no-certificate', '14'],
  },
  {
    what: 'a hotlisted card',
    till: () => tillWith({}, (bench) => listed(bench, bench.card().panHash)),
    host: () => buysOnLine('6228880000000006'),
    refused: ['hotlisted-card', '43'],
  },
  {
    // The host certifies no expired card.
    what: 'an expired card',
    till: () => tillWith('none'),
    host: () => buysOnLine('6228880000000003'),
    refused: ['offline-no-certificate', '54'],
  },
  {
    what: 'a blocked card',
    till: () =>
      tillWith({}, async (bench) => {
        bench.linkUp = true;
        const undoId = 'blocks-the-card';
        await bench.terminal.run({ kind: 'serve-card', service: 'block', undoId, presented: bench.card() });
        bench.linkUp = false;
      }),
    host: () => buysOnLine('6228880000000004'),
    refused: ['hotlisted-card', '62'],
  },
  {
    what: 'a certificate for another terminal',
    till: () => tillWith({ terminalScope: ['99999999'] }),
    host: async () => advise(await certificate({ terminalId: '99999999' })),
    refused: ['offline-certificate-scope', '57'],
  },
  {
    what: 'a forged certificate',
    till: async () => {
      const { bytes, trusted } = forged();
      return tillOpens(bytes, trusted);
    },
    host: () => advise(Buffer.from(forged().bytes).toString('base64')),
    refused: ['unknown-key', '59'],
  },
  {
    what: 'an outdated certificate',
    till: () => tillWith({ notAfterMs: START_MS }),
    host: async () => advise(await certificate({ issuedAtMs: START_MS - 80 * HOUR_MS })),
    refused: ['offline-certificate-expired', '57'],
  },
  {
    what: 'a certificate of a revoked key',
    till: () =>
      tillWith({}, (bench) =>
        bench.terminal.run({
          kind: 'parameters-downloaded',
          version: 2,
          issuedAtMs: bench.nowMs,
          parameters: {},
          certificates: [],
          issuers: { keys: {}, revokedKeyIds: [bench.certificate().certificate.keyId] },
        }),
      ),
    host: async () => {
      const base64 = await certificate();
      await host.store.transaction(async (tx) => {
        const { issuerKeys, random } = host.services;
        const old = (await issuerKeys.list(tx)).find(({ status }) => status === 'active');
        await issuerKeys.rotate(tx, { random, nowMs: START_MS });
        await issuerKeys.revoke(tx, { keyId: old?.keyId ?? '', nowMs: START_MS });
      });
      return advise(base64);
    },
    refused: ['offline-certificate-revoked', '59'],
  },
  {
    what: 'more than the cap of a certificate',
    till: () => tillWith({}, async (bench) => [await bench.pay(90_00), await bench.pay(80_00)]),
    host: async () => {
      const base64 = await certificate();
      await advise(base64, { amountMinor: 200_00 });
      await advise(base64, { amountMinor: 200_00 });
      return advise(base64, { amountMinor: 100_01 });
    },
    refused: ['offline-balance', '61'],
  },
  {
    // A copy cannot be told from its card by a till: the second of them to come up puts both on the hotlist.
    what: 'a cloned purse',
    till: tillWithListedPurse,
    host: async () => {
      const copy = purse.copy();
      await sendRecord(terminal, purse.pay(10_00));
      return (await sendRecord(terminal, copy.pay(20_00))).fields[39];
    },
    refused: ['hotlisted-card', '59'],
  },
  {
    what: 'an expired purse',
    till: async () => {
      const bench = await new PurseBench().ready();
      const presented = await bench.insert(bench.card1);
      return ruleOf(await bench.payPurse({ ...presented, expiryDate: '20200101' }, 10_00));
    },
    host: async () => {
      const other = new RawPurse(EXPIRED_SERIAL, { balanceMinor: 100_00 });
      return (await sendRecord(terminal, other.pay(10_00))).fields[39];
    },
    refused: ['purse-expired', '54'],
  },
];

/** Made after the till has done its part: what somebody sends to the host in its name. */
const HOST_ONLY: readonly (Row & { readonly refused: string })[] = [
  {
    what: 'the TAC of one purchase replayed for another',
    host: async () => {
      const first = purse.pay(10_00);
      await sendRecord(terminal, first);
      return (await sendRecord(terminal, { ...purse.pay(10_00), DF0A: first.DF0A ?? '' })).fields[39];
    },
    refused: '59',
  },
  {
    what: 'an amount that was changed beside the TAC',
    host: async () => (await sendRecord(terminal, purse.pay(10_00), { 4: n12(11_00) })).fields[39],
    refused: '64',
  },
  {
    what: 'an amount that was changed under the TAC',
    host: async () => {
      const tags = { ...purse.pay(10_00), DF04: '0000044C' };
      return (await sendRecord(terminal, tags, { 4: n12(11_00) })).fields[39];
    },
    refused: '59',
  },
];

freshPurse();

describe('what neither side takes', () => {
  it.each(ROWS)('$what is refused at the till and by the host', async (row) => {
    expect([await row.till?.(), await row.host()]).toEqual(row.refused);
  });
});

describe('what only the host can find out', () => {
  it.each(HOST_ONLY)('$what is refused', async (row) => {
    expect(await row.host()).toBe(row.refused);
  });
});
