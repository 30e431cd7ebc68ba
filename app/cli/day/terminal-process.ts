/**
 * A terminal without a screen in a process of its own, steered over the parent's channel: what `holdfast day` and the
 * crash tests start, kill and start again.
 */
import { parseCardText } from '../../../terminal-core/devices/index.ts';
import type { TerminalProvisioning } from '../../../terminal-core/domain/provisioning.ts';
import {
  type AnswersResult,
  type ExportResult,
  exportBatch,
  importAnswers,
  type StickPorts,
} from '../../../terminal-core/runtime/batch-stick.ts';
import {
  type RunningTerminal,
  type StepPoint,
  startTerminal,
  systemClock,
} from '../../../terminal-core/runtime/index.ts';
import { openStick } from '../../../terminal-core/runtime/open-stick.ts';
import type { SyncReport } from '../../../terminal-core/runtime/sync.ts';
import type { ScriptCard } from './day-script.ts';
import { type AtDevice, type SimulatedFiles, simulatedDevices } from './simulated-devices.ts';

export interface StartRequest {
  readonly dataDir: string;
  readonly provisioning?: TerminalProvisioning;
  readonly host: { readonly host: string; readonly port: number };
  readonly catalogueFile: string;
  readonly operatorsFile?: string;
  readonly sealKeyBase64: string;
  readonly hostTimeoutMs: number;
  readonly clockOffsetMs: number;
  readonly uploadWindow?: number;
  /** With it the till has a printer and a reader for chip cards, both simulated. */
  readonly simulated?: SimulatedFiles;
  /** The process kills itself, as a power cut would, when it comes to this point for the n-th time. */
  readonly dieAt?: Doom;
}

export interface Doom {
  readonly point: StepPoint;
  readonly time: number;
}

export type StickRequest = Pick<StartRequest, 'dataDir' | 'sealKeyBase64'>;

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
  /** At the simulated devices. */
  atDevice(what: AtDevice): Promise<string>;
  /** As `dieAt` of the start, counted from now. */
  dieAt(doom: Doom): Promise<void>;
  /** The points that it came by since the last time, the latest POINTS_MAX of them. */
  takePoints(): Promise<StepPoint[]>;
  /** Closes the till and writes what it owes to a batch file. */
  exportBatch(request: StickRequest): Promise<ExportResult>;
  /** Closes the till and takes the host's answers to a batch file. */
  takeAnswers(request: StickRequest & { readonly answers: string }): Promise<AnswersResult>;
  close(): Promise<void>;
}

/** Step points that are remembered. */
const POINTS_MAX = 10_000;

let running: RunningTerminal | undefined;
let simulated: ReturnType<typeof simulatedDevices> | undefined;
let doom: Doom | undefined;
const passed: StepPoint[] = [];

function terminal(): RunningTerminal {
  if (!running) throw new Error('The terminal has not been started');
  return running;
}

function onPoint(point: StepPoint): void {
  passed.push(point);
  if (passed.length > POINTS_MAX) passed.shift();
  if (point !== doom?.point) return;
  if (doom.time > 1) doom = { point, time: doom.time - 1 };
  else process.kill(process.pid, 'SIGKILL');
}

/** The terminal without its line, as `holdfast batch` opens it. @throws Error with what stands in the way. */
async function atStick<T>(request: StickRequest, work: (ports: StickPorts) => Promise<T>): Promise<T> {
  await running?.close();
  running = undefined;
  const opened = await openStick(request.dataDir, Buffer.from(request.sealKeyBase64, 'base64'), onPoint);
  if (!opened.ok) throw new Error(opened.message);
  try {
    return await work(opened.ports);
  } finally {
    opened.close();
  }
}

const calls: TerminalCalls = {
  async start(request) {
    const clock = systemClock();
    clock.setOffsetMs(request.clockOffsetMs);
    doom = request.dieAt;
    simulated = request.simulated && simulatedDevices(request.simulated);
    const started = await startTerminal({
      dataDir: request.dataDir,
      host: request.host,
      catalogueFile: request.catalogueFile,
      ...(request.operatorsFile === undefined ? {} : { operatorsFile: request.operatorsFile }),
      sealKey: Buffer.from(request.sealKeyBase64, 'base64'),
      hostTimeoutMs: request.hostTimeoutMs,
      demo: true,
      background: 'off',
      clock,
      devices: { scanners: [], cardReaders: [], readCardText: parseCardText, ...simulated?.devices },
      log: { sent() {}, received() {}, odd() {}, problem() {} },
      ...(request.uploadWindow === undefined ? {} : { uploadWindow: request.uploadWindow }),
      ...(request.provisioning ? { provisioning: request.provisioning } : {}),
      onPoint,
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
  async atDevice(what) {
    if (!simulated) throw new Error('This till has no simulated devices');
    return simulated.act(what, terminal().service);
  },
  async dieAt(next) {
    doom = next;
  },
  async takePoints() {
    return passed.splice(0);
  },
  exportBatch: (request) => atStick(request, exportBatch),
  takeAnswers: (request) => atStick(request, (ports) => importAnswers(ports, request.answers)),
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
