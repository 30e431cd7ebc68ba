import { createHash } from 'node:crypto';
import type { BalanceCertificate } from '../../terminal-core/domain/certificate.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { decide } from '../../terminal-core/engine/decide.ts';
import type { SignedCertificate } from '../../terminal-core/engine/events.ts';
import type { Exchange, ExchangeOutcome } from '../../terminal-core/engine/exchange.ts';
import type { PresentedCard, PricedBasket, Reply } from '../../terminal-core/engine/inputs.ts';
import { type Txn, terminalOf } from '../../terminal-core/engine/state.ts';
import { checkMessage, classifyRequest, type IsoMessage } from '../../terminal-core/iso8583/index.ts';
import { openJournal, type SqliteJournal } from '../../terminal-core/journal/index.ts';
import type { LinkStatus } from '../../terminal-core/ports/host-link.ts';
import { type CardPerformer, type StepPoint, Terminal } from '../../terminal-core/runtime/terminal.ts';

export const NINE_O_CLOCK_MS = Date.UTC(2026, 10, 21, 1, 0, 0);
const TERMINAL_ID = '10000001';

/** A real engine on a real journal in memory, with a host that the test plays itself. */
export class TerminalBench {
  nowMs = NINE_O_CLOCK_MS;
  linkUp = true;
  /** Of the next process. */
  hasPrinter = false;
  /** What went out, oldest first. */
  readonly sent: Exchange[] = [];
  readonly points: StepPoint[] = [];
  /** What stopped the terminal. */
  readonly faults: string[] = [];
  /** The process ends here, by an exception; `boot` starts the next one. */
  crashAt: StepPoint | undefined;
  /** The engine of the next process, where a test plants a defect in it. */
  engine: typeof decide = decide;
  /** What the host does with each exchange; approves by default. */
  host: (exchange: Exchange) => ExchangeOutcome | Promise<ExchangeOutcome> = (exchange) => approve(exchange);
  /** Where a test lets the process die: what it throws ends the command. */
  onPoint: (point: StepPoint) => void = () => {};
  readonly journal: SqliteJournal;
  terminal: Terminal;
  #sales = 0;

  constructor(file = ':memory:') {
    const opened = openJournal({
      file,
      seal: (clear) => clear,
      unseal: (sealed) => sealed,
      nowMs: () => this.nowMs,
    });
    if (!opened.ok) throw new Error(opened.error.detail);
    this.journal = opened.journal;
    this.terminal = this.boot();
  }

  /** A new process on the same journal. */
  boot(): Terminal {
    this.terminal = new Terminal({
      journal: this.journal,
      clock: { nowMs: () => this.nowMs, sleep: async () => {} },
      exchanger: {
        perform: async (exchange) => {
          this.sent.push(exchange);
          checkAgainstCatalogue(exchange.message);
          return this.host(exchange);
        },
        linkStatus: (): LinkStatus => ({ state: this.linkUp ? 'up' : 'down', sinceMs: 0, roundTripsMs: [] }),
      },
      onPoint: (point) => {
        this.points.push(point);
        this.onPoint(point);
        if (point === this.crashAt) throw new Error(`crashed ${point}`);
      },
      onFault: (detail) => this.faults.push(detail),
      hasPrinter: this.hasPrinter,
      ...this.cardPorts(),
      decide: this.engine,
    });
    return this.terminal;
  }

  /** What asks the cards of a new process; a till without a reader for them has none. */
  protected cardPorts(): { readonly cards?: CardPerformer } {
    return {};
  }

  /** Provisioned, a cashier and a supervisor known, the cashier signed on, signed on to the host, with a fresh hotlist. */
  async open(role: 'cashier' | 'supervisor' = 'supervisor'): Promise<this> {
    const { terminal } = this;
    await terminal.run({
      kind: 'provision',
      identity: {
        merchantId: '105331051320001',
        merchantNameZh: '好德便利店',
        merchantNameEn: 'Haode Store',
        terminalId: TERMINAL_ID,
        currency: '156',
        tpdu: '6000030000',
        header: '603100310000',
        utcOffsetMinutes: 480,
      },
    });
    for (const [operatorCode, each] of [
      ['1001', 'cashier'],
      ['2001', 'supervisor'],
      ['9001', 'engineer'],
    ] as const) {
      await terminal.run({
        kind: 'add-operator',
        operatorCode,
        name: each,
        role: each,
        passwordHash: 'unused',
      });
    }
    await terminal.run({
      kind: 'operator-sign-on',
      operatorCode: role === 'cashier' ? '1001' : '2001',
      passwordMatches: true,
    });
    await terminal.run({ kind: 'terminal-sign-on' });
    await terminal.run({ kind: 'hotlist-downloaded', version: 1, issuedAtMs: this.nowMs, panHashes: [] });
    return this;
  }

  card(pan = '8890121000010074'): PresentedCard {
    const parsed = Pan.parse(pan);
    if (!parsed) throw new Error(`${pan} is no card number`);
    return {
      card: { pan: parsed, entryMode: 'magnetic', track2: `${pan}=29121010000`, expiry: '2912' },
      panHash: createHash('sha256').update(pan).digest('hex').slice(0, 32).toUpperCase(),
    };
  }

  basket(totalMinor: number, saleId?: string): PricedBasket {
    this.#sales += 1;
    const total = amountMinor(totalMinor);
    return {
      saleId: saleId ?? `sale-${this.#sales}`,
      totalMinor: total,
      taxMinor: amountMinor(0),
      lines: [
        {
          sku: 'HF1001',
          barcode: '6901234341805',
          nameZh: '矿泉水',
          nameEn: 'Water',
          unitPriceMinor: total,
          taxClass: 'standard',
          quantity: 1,
        },
      ],
    };
  }

  certificate(fields: Partial<BalanceCertificate> = {}, pan?: string): SignedCertificate {
    const certificate: BalanceCertificate = {
      version: 1,
      keyId: 'AABBCCDD',
      panHash: this.card(pan).panHash,
      certificateNumber: 1,
      ledgerNumber: 1,
      balanceMinor: amountMinor(300_00),
      offlineCapMinor: amountMinor(200_00),
      floorMinor: amountMinor(100_00),
      countMax: 4,
      issuedAtMs: this.nowMs,
      notAfterMs: this.nowMs + 86_400_000,
      terminalScope: ['*'],
      ...fields,
    };
    return { certificate, base64: 'AAAA' };
  }

  async giveCertificate(fields: Partial<BalanceCertificate> = {}, pan?: string): Promise<void> {
    await this.terminal.run({
      kind: 'parameters-downloaded',
      version: 1,
      issuedAtMs: this.nowMs,
      parameters: {},
      certificates: [this.certificate(fields, pan)],
    });
  }

  pay(totalMinor: number, pan?: string): Promise<Reply> {
    return this.terminal.run({
      kind: 'pay-card',
      basket: this.basket(totalMinor),
      presented: this.card(pan),
    });
  }

  txn(reply: Reply): Txn {
    const txn =
      reply.kind === 'transaction' ? this.terminal.state.get('transactions', reply.txnId) : undefined;
    if (!txn) throw new Error(`No transaction but ${JSON.stringify(reply)}`);
    return txn;
  }

  batchNumber(): string {
    return terminalOf(this.terminal.state).batchNumber ?? '';
  }
}

/** What the engine sends is what the message catalogue says that such a message must and must not carry. */
function checkAgainstCatalogue(message: IsoMessage): void {
  const kind = classifyRequest(message);
  if (kind === undefined)
    throw new Error(`No such message in the catalogue: ${message.mti} ${JSON.stringify(message.fields)}`);
  const problems = checkMessage(kind, 'request', message, { stage: 'before-mac' });
  if (problems.length > 0) throw new Error(`${kind}: ${problems.map((each) => each.message).join('; ')}`);
}

let references = 0;

/** The host's yes to any message. */
export function approve(exchange: Exchange, fields: IsoMessage['fields'] = {}): ExchangeOutcome {
  references += 1;
  const { message, purpose } = exchange;
  const answer: IsoMessage = {
    ...message,
    mti: `${message.mti.slice(0, 2)}${Number(message.mti[2]) + 1}0`,
    fields: {
      ...message.fields,
      37: String(references).padStart(12, '0'),
      38: 'A00001',
      39: '00',
      ...fields,
    },
  };
  if (purpose.kind === 'terminal-sign-on') {
    answer.fields[60] = '00000007003';
    return { kind: 'answered', message: answer, keySetId: `set-${references}` };
  }
  if (purpose.kind === 'settlement') {
    const totals = String(message.fields[48]);
    answer.fields[48] = `${totals.slice(0, 30)}1${totals.slice(31)}`;
  }
  return { kind: 'answered', message: answer };
}

export function decline(exchange: Exchange, responseCode: string): ExchangeOutcome {
  const outcome = approve(exchange);
  if (outcome.kind === 'answered') outcome.message.fields[39] = responseCode;
  return outcome;
}
