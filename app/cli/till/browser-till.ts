import { join } from 'node:path';
import { readHost } from '../../../terminal-core/runtime/host-address.ts';
import { type RunningTerminal, startTerminal } from '../../../terminal-core/runtime/index.ts';
import { readDevices, readProvisioning } from '../../../terminal-core/runtime/till-files.ts';
import { openTillLog } from '../../../terminal-core/runtime/till-log.ts';
import { createGateway, type Gateway, GatewayPortError } from '../../gateway/gateway.ts';
import { createToken } from '../../gateway/guard.ts';
import { ensureRenderer, RENDERER_DIR } from '../builds.ts';
import type { CommandIo } from '../io.ts';
import { demoCards, demoOperators } from './demo-data.ts';
import type { DemoHost } from './demo-host.ts';
import type { DemoPurses } from './demo-purses.ts';
import { openWindow, pageAddress, planWindow } from './open-window.ts';
import { openSealKeyFile } from './seal-key-file.ts';
import { tillFiles } from './till-files.ts';
import { PORT_DEFAULT, type TillOptions } from './till-options.ts';
import { welcomeText } from './welcome.ts';

export interface TillRun {
  readonly options: TillOptions;
  readonly demoHost: DemoHost | undefined;
  /** A chip card reader that is worked by typing. */
  readonly purses: DemoPurses | undefined;
  readonly io: CommandIo;
  readonly notify: (text: string) => void;
  /** Settles when the till shall close. */
  readonly closing: Promise<void>;
}

/**
 * The browser shell: core and screens in this process, a window if one can be opened.
 * @returns undefined after a good close, else one line that says why it did not start.
 */
export async function runBrowserTill(run: TillRun): Promise<string | undefined> {
  await ensureRenderer({ notify: run.notify });
  const seal = openSealKeyFile(run.options.dataDir);
  if (seal.kind === 'unusable') return seal.problem;
  const started = await startCore(run, seal.sealKey);
  if (typeof started === 'string') return started;
  try {
    const gateway = await openGateway(run, started);
    if (typeof gateway === 'string') return gateway;
    try {
      welcome(run, { started, gateway, sealKeyPath: seal.path });
      await run.closing;
    } finally {
      await gateway.close();
    }
  } finally {
    await started.close();
  }
  return undefined;
}

async function startCore(run: TillRun, sealKey: Uint8Array): Promise<RunningTerminal | string> {
  const { demoHost, options, purses } = run;
  const files = tillFiles(options, demoHost?.provisioningFile);
  const devices = readDevices(files.devices);
  if (devices.kind === 'unusable') return devices.problem;
  const provisioning = files.provisioning === undefined ? undefined : readProvisioning(files.provisioning);
  if (provisioning?.kind === 'unusable') return provisioning.problem;
  const host = readHost(
    demoHost === undefined ? options.host : { host: '127.0.0.1', port: demoHost.network.port },
  );
  if (host.kind === 'unusable') return host.problem;
  const started = await startTerminal({
    dataDir: options.dataDir,
    host: host.value,
    catalogueFile: files.catalogue,
    sealKey,
    demo: options.demo,
    devices: purses ? { ...devices.value, purses: purses.devices } : devices.value,
    log: openTillLog(options.dataDir),
    background: 'on',
    ...(provisioning === undefined ? {} : { provisioning: provisioning.value }),
    ...(files.operators === undefined ? {} : { operatorsFile: files.operators }),
  });
  if (started.ok) return started.running;
  const { detail, message } = started.error;
  return `${message.en} ${message['zh-CN']} (${detail})`;
}

/** The chosen port, or the usual one, or any when only the usual one is taken. */
async function openGateway({ options }: TillRun, { router }: RunningTerminal): Promise<Gateway | string> {
  const open = (port: number) =>
    createGateway({ router, context: {}, staticDir: RENDERER_DIR, port, token: createToken() });
  try {
    return await open(options.port ?? PORT_DEFAULT);
  } catch (error) {
    if (!(error instanceof GatewayPortError)) throw error;
    return options.port === undefined ? open(0) : error.message;
  }
}

function welcome(
  { demoHost, io, notify, options, purses }: TillRun,
  till: { readonly started: RunningTerminal; readonly gateway: Gateway; readonly sealKeyPath: string },
): void {
  const { gateway, sealKeyPath, started } = till;
  const url = pageAddress(gateway.url, options.locale);
  const plan = options.shell === 'none' ? ({ kind: 'print', reason: '--shell none' } as const) : planWindow();
  if (plan.kind === 'open') {
    const profileDir = join(options.dataDir, 'browser');
    const window = openWindow({
      chromium: plan.chromium,
      url,
      profileDir,
      locale: options.locale,
    });
    window.on('error', (error) =>
      notify(`the window could not be opened (${error.message}); open the address by hand`),
    );
    window.on('exit', () =>
      notify('the window was closed; the till goes on at its address, Ctrl-C closes it'),
    );
  }
  const { host, port } = demoHost === undefined ? options.host : { host: '127.0.0.1', port: demoHost.port };
  const text = welcomeText(
    {
      url,
      noWindow: plan.kind === 'open' ? undefined : plan.reason,
      dataDir: options.dataDir,
      sealKeyPath,
      host: `${host}:${port}${demoHost === undefined ? '' : ' (simulator)'}`,
      demo: options.demo
        ? { operators: demoOperators(), cards: demoCards(), purses: purses?.list() ?? [] }
        : undefined,
      catalogueProblems: started.catalogueProblems.map(({ line, problem }) => `line ${line}: ${problem}`),
    },
    io.stdout,
  );
  io.stdout.write(text);
  if (started.operatorCount === 0) {
    notify('nobody can sign on: this till knows no operator yet. Start it once with --operators FILE');
  }
}
