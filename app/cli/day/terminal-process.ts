/**
 * A terminal without a screen in a process of its own, steered over the parent's channel: what `holdfast day` and the
 * crash tests start, kill and start again.
 */
import { parseCardText } from '../../../terminal-core/devices/index.ts';
import type { TerminalProvisioning } from '../../../terminal-core/domain/provisioning.ts';
import {
  type RunningTerminal,
  type StepPoint,
  startTerminal,
  systemClock,
} from '../../../terminal-core/runtime/index.ts';
import type { SyncReport } from '../../../terminal-core/runtime/sync.ts';
import type { ScriptCard } from './day-script.ts';

export interface StartRequest {
  readonly dataDir: string;
  readonly provisioning?: TerminalProvisioning;
  readonly host: { readonly host: string; readonly port: number };
  readonly catalogueFile: string;
  readonly operatorsFile: string;
  readonly sealKeyBase64: string;
  readonly hostTimeoutMs: number;
  readonly clockOffsetMs: number;
  readonly uploadWindow?: number;
  /** The process kills itself, as a power cut would, when it comes to this point for the n-th time. */
  readonly dieAt?: { readonly point: StepPoint; readonly time: number };
}

export type CardRequest = Pick<ScriptCard, 'pan' | 'expiry'>;

/** What the parent may ask, and what it gets. */
export interface TerminalCalls {
  start(
    request: StartRequest,
  ): Promise<{ ok: true } | { ok: false; code: string; message: string; detail: string }>;
  waitUntilUp(timeoutMs: number): Promise<boolean>;
  readCard(card: CardRequest): Promise<string>;
  service(request: { readonly method: string; readonly input?: unknown }): Promise<unknown>;
  sync(): Promise<SyncReport>;
  close(): Promise<void>;
}

let running: RunningTerminal | undefined;

function terminal(): RunningTerminal {
  if (!running) throw new Error('The terminal has not been started');
  return running;
}

const calls: TerminalCalls = {
  async start(request) {
    const clock = systemClock();
    clock.setOffsetMs(request.clockOffsetMs);
    let times = 0;
    const { dieAt } = request;
    const started = await startTerminal({
      dataDir: request.dataDir,
      host: request.host,
      catalogueFile: request.catalogueFile,
      operatorsFile: request.operatorsFile,
      sealKey: Buffer.from(request.sealKeyBase64, 'base64'),
      hostTimeoutMs: request.hostTimeoutMs,
      demo: true,
      background: 'off',
      clock,
      devices: { scanners: [], cardReaders: [], readCardText: parseCardText },
      log: { sent() {}, received() {}, odd() {}, problem() {} },
      ...(request.uploadWindow === undefined ? {} : { uploadWindow: request.uploadWindow }),
      ...(request.provisioning ? { provisioning: request.provisioning } : {}),
      ...(dieAt
        ? {
            onPoint: (point: StepPoint) => {
              if (point !== dieAt.point) return;
              times += 1;
              if (times === dieAt.time) process.kill(process.pid, 'SIGKILL');
            },
          }
        : {}),
    });
    if (!started.ok) {
      const { code, message, detail } = started.error;
      return { ok: false, code, message: message.en, detail };
    }
    running = started.running;
    return { ok: true };
  },
  waitUntilUp: (timeoutMs) => terminal().link.waitUntilUp(timeoutMs),
  async readCard({ pan, expiry }) {
    const handle = terminal().service.enterCard({
      text: `;${pan}=${expiry}1010000000?`,
      entryMode: 'magnetic',
    });
    if (handle.kind === 'refused') throw new Error(`The card was refused: ${handle.rule}`);
    return handle.cardRef;
  },
  async service({ method, input }) {
    // The parent is the same program: it names methods of TillService and gives their inputs.
    const methods = terminal().service as unknown as Record<string, (input: unknown) => unknown>;
    const run = methods[method];
    if (!run) throw new Error(`The till's service has no ${method}`);
    return run.call(methods, input);
  },
  sync: () => terminal().sync.now(),
  async close() {
    await running?.close();
    running = undefined;
  },
};

interface Call {
  readonly id: number;
  readonly name: keyof TerminalCalls;
  readonly argument: never;
}

process.on('message', async ({ id, name, argument }: Call) => {
  try {
    process.send?.({ id, result: await calls[name](argument) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
  if (name === 'close') process.disconnect();
});
// A terminal whose parent is gone is nobody's.
process.on('disconnect', () => process.exit(0));
