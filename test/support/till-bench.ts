import { hashPassword } from '../../terminal-core/crypto/index.ts';
import { parseCardText, SimulatedPrinter, SimulatedScanner } from '../../terminal-core/devices/index.ts';
import { readCatalogue } from '../../terminal-core/runtime/till/catalogue.ts';
import { createTillService } from '../../terminal-core/runtime/till/till-service.ts';
import { benchKeys } from './bench-sync.ts';
import type { PurseBench } from './purse-bench.ts';
import { TerminalBench } from './terminal-bench.ts';

const CATALOGUE = readCatalogue(
  'sku,barcode,name_zh,name_en,price,tax_class\nW1,4006381333931,笔,Pen,3.50,standard\n',
);
export const TRACK = ';8890121000010074=29121010000000000?';
const CHEAP = { cost: 16, blockSize: 1, parallelization: 1 };
/** The password of every operator of a test till. */
const PASSWORD = '2001';

export const SUPERVISOR = { operatorCode: '2001', password: PASSWORD } as const;

export type TestTill = Awaited<ReturnType<typeof openTill>>;

/** Benches of the test's own. */
export interface PurseTill {
  /** With a reader for purses. */
  readonly purseBench: PurseBench;
  readonly bench: TerminalBench;
  /** What an upload that is asked for does. */
  readonly upload: () => Promise<void>;
}

/** A till's service on a bench, with a printer, a scanner and a keyboard; a supervisor is signed on. */
export async function openTill(options: Partial<PurseTill> = {}) {
  const { purseBench } = options;
  const bench = purseBench ?? options.bench ?? (await new TerminalBench().open());
  const passwordHash = await hashPassword(PASSWORD, Buffer.alloc(16, 1), CHEAP);
  for (const [operatorCode, role] of [
    ['1001', 'cashier'],
    ['2001', 'supervisor'],
    ['9001', 'engineer'],
  ] as const) {
    await bench.terminal.run({ kind: 'add-operator', operatorCode, name: role, role, passwordHash });
  }
  const printer = new SimulatedPrinter({ deviceId: 'printer-1' });
  const scanner = new SimulatedScanner({ deviceId: 'scanner-1' });
  await printer.open();
  await scanner.open();
  const start = () =>
    createTillService({
      terminal: bench.terminal,
      journal: bench.journal,
      sync: {
        now: async () => {
          await purseBench?.deliverAll();
          await options.upload?.();
          return { delivered: 0, rejected: 0, left: 0 };
        },
        progress: () => undefined,
        onProgress: () => () => {},
        beforeOnline: async () => {},
        signOn: () => bench.terminal.run({ kind: 'terminal-sign-on' }),
        start() {},
        stop() {},
      },
      link: {
        request: async () => ({ kind: 'timed-out' }),
        status: () => ({ state: 'up', sinceMs: 0, roundTripsMs: [] }),
        onStatus: () => () => {},
        close: async () => {},
      },
      keys: benchKeys(bench),
      clock: { nowMs: () => bench.nowMs, sleep: async () => {} },
      random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
      catalogue: CATALOGUE,
      devices: { scanners: [scanner], cardReaders: [], printer, readCardText: parseCardText },
      ...(purseBench ? { purseDesk: purseBench.desk } : {}),
      demo: false,
    });
  let service = start();
  return {
    bench,
    printer,
    scanner,
    get service() {
      return service;
    },
    /** The process ends and starts again on the same journal. */
    restart() {
      service.close();
      bench.boot();
      service = start();
      return service;
    },
    signOn: (operatorCode: string) => service.signOnOperator({ operatorCode, password: PASSWORD }),
    swipe(): string {
      const card = service.enterCard({ text: TRACK, entryMode: 'magnetic' });
      if (card.kind !== 'card') throw new Error(card.rule);
      return card.cardRef;
    },
  };
}
