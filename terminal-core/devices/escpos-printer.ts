import type { Printer } from '../ports/devices.ts';
import { type Connection, ManagedDevice, type ReconnectDelays } from './managed-device.ts';
import { openPrinter, type PrinterConnection, type PrinterTransport } from './printer-transport.ts';
import { bothLanguages, describeError } from './problem-text.ts';

export interface EscPosPrinterConfig {
  readonly deviceId: string;
  readonly transport: PrinterTransport;
  readonly connectTimeoutMs?: number;
  /** How long one receipt may take; a printer without paper stops taking bytes. */
  readonly printTimeoutMs?: number;
  readonly reconnect?: ReconnectDelays;
}

export const PRINTER_CONNECT_TIMEOUT_MS = 3_000;
export const PRINT_TIMEOUT_MS = 10_000;
/** Receipts waiting for the printer; one more is refused, it can be reprinted from the journal. */
export const PRINT_QUEUE_MAX = 16;
/** A long receipt has some kilobytes; more than this is a mistake. */
export const PRINT_BYTES_MAX = 262_144;

type PrintOutcome = Awaited<ReturnType<Printer['print']>>;

/** A receipt printer that takes ESC/POS bytes. Prints one receipt after the other. */
export class EscPosPrinter extends ManagedDevice implements Printer {
  readonly #config: EscPosPrinterConfig;
  #connection: PrinterConnection | undefined;
  #lost: ((problem: string) => void) | undefined;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(config: EscPosPrinterConfig) {
    super({ ...config, kind: 'printer' });
    this.#config = config;
  }

  print(escPos: Uint8Array): Promise<PrintOutcome> {
    if (escPos.length > PRINT_BYTES_MAX) {
      return Promise.resolve(
        failed('小票数据过大，无法打印。', 'The receipt is too large to print.', 'none'),
      );
    }
    if (this.#waiting >= PRINT_QUEUE_MAX) {
      return Promise.resolve(
        failed(
          '打印机排队已满，请检查打印机后重印。',
          'Too many receipts wait. Check the printer, then print again.',
          'none',
        ),
      );
    }
    this.#waiting += 1;
    const printed = this.#last
      .then(() => this.#printNow(escPos))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = printed;
    return printed;
  }

  protected async connect(lost: (problem: string) => void): Promise<Connection> {
    const { transport, connectTimeoutMs = PRINTER_CONNECT_TIMEOUT_MS } = this.#config;
    const connection = await openPrinter(transport, { connectTimeoutMs, lost });
    this.#connection = connection;
    this.#lost = lost;
    return {
      close: () => {
        if (this.#connection === connection) this.#connection = undefined;
        return connection.close();
      },
    };
  }

  async #printNow(escPos: Uint8Array): Promise<PrintOutcome> {
    const connection = this.#connection;
    if (connection === undefined) {
      const problem = this.status().problem ?? 'closed';
      return failed(
        `打印机未就绪，请检查后重印。`,
        `The printer is not ready; check it and print again. (${problem})`,
        'none',
      );
    }
    const { printTimeoutMs = PRINT_TIMEOUT_MS } = this.#config;
    try {
      await withTimeout(connection.send(escPos), printTimeoutMs);
      return { kind: 'printed' };
    } catch (error) {
      const detail = describeError(error);
      this.#lost?.(detail);
      return failed(
        '打印失败，请检查纸张和连线后重印。',
        `Printing failed (${detail}). Check paper and cable, then print again.`,
        'maybe',
      );
    }
  }
}

function failed(zh: string, en: string, paper: 'none' | 'maybe'): PrintOutcome {
  return { kind: 'failed', problem: bothLanguages({ 'zh-CN': zh, en }), paper };
}

async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the printer took nothing for ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
