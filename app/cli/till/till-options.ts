import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { HostAddress, HostTlsFiles } from '../../../terminal-core/runtime/host-address.ts';
import { argumentWords } from '../argument-words.ts';
import { dataRoot } from '../data-root.ts';

export const SHELLS = ['auto', 'electron', 'browser', 'none'] as const;
export type Shell = (typeof SHELLS)[number];
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The browser keeps held carts by address, so the port stays the same from start to start where it can. */
export const PORT_DEFAULT = 8600;
const HOST_DEFAULT = { host: '127.0.0.1', port: 8583 };

export interface TillOptions {
  readonly shell: Shell;
  readonly dataDir: string;
  /** Not used with `demo`, which starts its own. */
  readonly host: HostAddress;
  /** Port of the browser shell; undefined lets it move when PORT_DEFAULT is taken. */
  readonly port: number | undefined;
  readonly demo: boolean;
  readonly locale: Locale | undefined;
  readonly provisioningFile: string | undefined;
  readonly catalogueFile: string | undefined;
  readonly operatorsFile: string | undefined;
  readonly devicesFile: string | undefined;
}

export type ParsedTillOptions =
  | { readonly kind: 'options'; readonly options: TillOptions }
  | { readonly kind: 'help' }
  /** One line that says what was expected. */
  | { readonly kind: 'wrong'; readonly problem: string };

export const TILL_HELP = `holdfast till: the terminal

  --demo                brings its own host simulator, cards, operators and catalogue; kept between runs
  --shell SHELL         ${SHELLS.join(', ')}: auto takes Electron where it can run, else a browser window, else
                        prints the address
  --data DIR            where journal and keys are; else XDG_DATA_HOME/holdfast or ~/.local/share/holdfast
                        (with --demo its folder "demo")
  --host HOST:PORT      the host; else ${HOST_DEFAULT.host}:${HOST_DEFAULT.port}
  --tls-ca FILE         speak TLS and trust hosts of this CA (PEM), and of no other
  --tls-cert FILE       this terminal's certificate and
  --tls-key FILE        its key (PEM), for hosts that want to know who calls
  --tls-server-name N   the name in the host's certificate, when it is not the address of --host
  --port N              port of the browser shell; else ${PORT_DEFAULT}, or any free one when that is taken; 0 for any
  --locale LOCALE       ${LOCALES.join(' or ')}: the language a new window starts in
  --provisioning FILE   what "holdfast host terminals create" wrote; needed on the first start
  --catalogue FILE      products as CSV; else catalogue.csv in the data folder
  --operators FILE      operators to add, as JSON: {"operators":[{"operatorCode":"1001","name":"…","role":"cashier",
                        "password":"…"}]}, role cashier, supervisor or engineer; needed on the first start
  --devices FILE        scanners, readers and printers as JSON; else devices.json in the data folder, else none
`;

/** Reads the command line of `holdfast till`. */
export function parseTillOptions(args: string[], env: NodeJS.ProcessEnv): ParsedTillOptions {
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse(args));
  } catch (error) {
    return wrong(argumentWords(error));
  }
  if (values.help) return { kind: 'help' };
  const shell = SHELLS.find((name) => name === (values.shell ?? 'auto'));
  if (shell === undefined) return wrong(`--shell is one of ${SHELLS.join(', ')}, not ${values.shell}`);
  const locale = LOCALES.find((name) => name === values.locale);
  if (values.locale !== undefined && locale === undefined) {
    return wrong(`--locale is one of ${LOCALES.join(', ')}, not ${values.locale}`);
  }
  const demo = values.demo ?? false;
  if (demo && values.host !== undefined)
    return wrong('--demo brings its own host: leave out --host, or --demo');
  const host = values.host === undefined ? HOST_DEFAULT : hostAndPort(values.host);
  if (host === undefined) return wrong(`--host is HOST:PORT such as 127.0.0.1:8583, not ${values.host}`);
  const tls = tlsFiles(values);
  if (typeof tls === 'string') return wrong(tls);
  const port = values.port === undefined ? undefined : portNumber(values.port);
  if (values.port !== undefined && port === undefined) {
    return wrong(`--port is a number from 0 to 65535, not ${values.port}`);
  }
  return {
    kind: 'options',
    options: {
      shell,
      dataDir:
        values.data === undefined
          ? demo
            ? join(dataRoot(env), 'demo')
            : dataRoot(env)
          : resolve(values.data),
      host: tls === undefined ? host : { ...host, tls },
      port,
      demo,
      locale,
      provisioningFile: values.provisioning,
      catalogueFile: values.catalogue,
      operatorsFile: values.operators,
      devicesFile: values.devices,
    },
  };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      shell: { type: 'string' },
      data: { type: 'string' },
      host: { type: 'string' },
      'tls-ca': { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-server-name': { type: 'string' },
      port: { type: 'string' },
      demo: { type: 'boolean' },
      locale: { type: 'string' },
      provisioning: { type: 'string' },
      catalogue: { type: 'string' },
      operators: { type: 'string' },
      devices: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

/** @returns undefined for plain TCP, a sentence for options that do not go together. */
function tlsFiles(values: ReturnType<typeof parse>['values']): HostTlsFiles | string | undefined {
  const { 'tls-ca': ca, 'tls-cert': cert, 'tls-key': key, 'tls-server-name': serverName } = values;
  const hasOthers = cert !== undefined || key !== undefined || serverName !== undefined;
  if (ca === undefined && !hasOthers) return undefined;
  if (values.demo) return '--demo brings its own host: leave out --tls-*, or --demo';
  if (ca === undefined) return '--tls-cert, --tls-key and --tls-server-name need --tls-ca';
  if ((cert === undefined) !== (key === undefined)) return '--tls-cert and --tls-key go together';
  return {
    caFile: resolve(ca),
    ...(cert === undefined ? {} : { certFile: resolve(cert) }),
    ...(key === undefined ? {} : { keyFile: resolve(key) }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** `host:port`, `[::1]:port`. */
function hostAndPort(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s/]+)):(\d+)$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = portNumber(match?.[3] ?? '');
  return host === undefined || port === undefined || port === 0 ? undefined : { host, port };
}

function portNumber(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function wrong(problem: string): ParsedTillOptions {
  return { kind: 'wrong', problem };
}
