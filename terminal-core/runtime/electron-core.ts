/**
 * The terminal core as Electron's utility process: its first message tells it what to start, the later ones bring the
 * ports of the windows. It imports nothing of Electron; `process.parentPort` is how Electron reaches it.
 */
import { RPCHandler } from '@orpc/server/message-port';
import { z } from 'zod';
import type { BilingualText } from '../domain/text.ts';
import { hostTlsFiles, readHost } from './host-address.ts';
import { type RunningTerminal, startTerminal } from './start-terminal.ts';
import { readDevices, readProvisioning } from './till-files.ts';
import { openTillLog } from './till-log.ts';

/** The part of Electron's `parentPort` and `MessagePortMain` that is used here. */
interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly CorePort[] }) => void,
  ): void;
  postMessage(message: unknown): void;
}
interface CorePort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

const message = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    dataDir: z.string(),
    sealKeyBase64: z.string(),
    host: z.object({ host: z.string(), port: z.number(), tls: hostTlsFiles.optional() }),
    catalogueFile: z.string(),
    operatorsFile: z.string().optional(),
    provisioningFile: z.string().optional(),
    devicesFile: z.string().optional(),
    demo: z.boolean(),
  }),
  z.object({ kind: z.literal('port') }),
  z.object({ kind: z.literal('stop') }),
]);
type StartMessage = Extract<z.infer<typeof message>, { kind: 'start' }>;

const FAILED: BilingualText = {
  'zh-CN': '终端核心启动失败。请检查数据目录的权限和磁盘空间后重试。',
  en: 'The terminal core failed to start. Check permissions and disk space of the data directory and try again.',
};

/** Answers the shell on its port until it is told to stop. `exit` ends the process. */
export function serveCore(parent: ParentPort, exit: () => void): void {
  let running: RunningTerminal | undefined;

  function refuse(text: BilingualText, detail: string): void {
    parent.postMessage({ kind: 'refused', message: text, detail });
  }

  async function start(options: StartMessage): Promise<void> {
    const provisioning =
      options.provisioningFile === undefined ? undefined : readProvisioning(options.provisioningFile);
    const devices = readDevices(options.devicesFile);
    const host = readHost(options.host);
    const unusable = [provisioning, devices, host].find((read) => read?.kind === 'unusable');
    if (unusable?.kind === 'unusable' || devices.kind === 'unusable' || host.kind === 'unusable') {
      const detail = unusable?.kind === 'unusable' ? unusable.problem : '';
      refuse(
        {
          'zh-CN': '配置文件不可用，请修正后重新启动。',
          en: 'A file of the set-up cannot be used. Mend it and start again.',
        },
        detail,
      );
      return;
    }
    const started = await startTerminal({
      dataDir: options.dataDir,
      host: host.value,
      catalogueFile: options.catalogueFile,
      sealKey: Buffer.from(options.sealKeyBase64, 'base64'),
      demo: options.demo,
      devices: devices.value,
      log: openTillLog(options.dataDir),
      background: 'on',
      ...(provisioning?.kind === 'read' ? { provisioning: provisioning.value } : {}),
      ...(options.operatorsFile === undefined ? {} : { operatorsFile: options.operatorsFile }),
    });
    if (!started.ok) {
      refuse(started.error.message, started.error.detail);
      return;
    }
    running = started.running;
    parent.postMessage({ kind: 'started' });
  }

  function connect(port: CorePort | undefined): void {
    if (!port || !running) return;
    new RPCHandler(running.router).upgrade(port);
    port.start();
  }

  async function stop(): Promise<void> {
    await running?.close();
    exit();
  }

  parent.on('message', ({ data, ports }) => {
    const parsed = message.safeParse(data);
    if (!parsed.success) return;
    switch (parsed.data.kind) {
      case 'start':
        start(parsed.data).catch((error: unknown) => refuse(FAILED, String(error)));
        return;
      case 'port':
        connect(ports[0]);
        return;
      case 'stop':
        void stop();
        return;
    }
  });
}

// Electron adds `parentPort` to the process of a utility process; its types are not here on purpose.
const { parentPort } = process as NodeJS.Process & { readonly parentPort?: ParentPort };
if (parentPort) serveCore(parentPort, () => process.exit(0));
