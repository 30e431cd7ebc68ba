import type { z } from 'zod';
import { unreachable } from '../domain/unreachable.ts';
import type { CardReader, Device, Printer, Scanner } from '../ports/devices.ts';
import type { SmartCardReader } from '../ports/smart-card.ts';
import { type CheckedDeviceConfig, DEVICES_MAX, deviceConfig } from './device-config.ts';
import { EscPosPrinter } from './escpos-printer.ts';
import { type HidApi, nodeHidApi } from './hid-api.ts';
import { HidScanner } from './hid-scanner.ts';
import { PcscReader } from './pcsc-reader.ts';
import { SerialMagstripe } from './serial-magstripe.ts';
import { SerialScanner } from './serial-scanner.ts';
import { SimulatedCardReader } from './simulators/simulated-card-reader.ts';
import { SimulatedPrinter } from './simulators/simulated-printer.ts';
import { SimulatedScanner } from './simulators/simulated-scanner.ts';
import { SimulatedSmartCardReader } from './simulators/simulated-smart-card-reader.ts';

export interface CreatedDevices {
  readonly kind: 'devices';
  readonly scanners: readonly Scanner[];
  readonly cardReaders: readonly CardReader[];
  readonly smartCardReaders: readonly SmartCardReader[];
  readonly printers: readonly Printer[];
  /** All of them, in the order of the list. */
  readonly all: readonly Device[];
}

/** Nothing was created. Each problem names the entry, what is wrong with it and what was expected. */
export interface InvalidDevices {
  readonly kind: 'invalid';
  readonly problems: readonly string[];
}

/** Makes devices, not opened yet, from the `devices` list of a configuration as it was read from its file. */
export function createDevices(list: unknown, hidApi: HidApi = nodeHidApi): CreatedDevices | InvalidDevices {
  if (!Array.isArray(list)) return { kind: 'invalid', problems: ['devices: expected a list of devices'] };
  if (list.length > DEVICES_MAX) {
    return { kind: 'invalid', problems: [`devices: expected at most ${DEVICES_MAX}, found ${list.length}`] };
  }
  const problems: string[] = [];
  const configs: CheckedDeviceConfig[] = [];
  for (const [index, entry] of list.entries()) {
    const parsed = deviceConfig.safeParse(entry);
    if (parsed.success) configs.push(parsed.data);
    else
      for (const issue of parsed.error.issues)
        problems.push(`${entryName(index, entry)}: ${issueText(issue, entry)}`);
  }
  problems.push(...repeated(configs, 'deviceId', ({ deviceId: id }) => id));
  problems.push(...repeated(configs, 'path', serialPath));
  if (problems.length > 0) return { kind: 'invalid', problems };
  const created = configs.map((config) => createDevice(config, hidApi));
  const scanners: Scanner[] = [];
  const cardReaders: CardReader[] = [];
  const smartCardReaders: SmartCardReader[] = [];
  const printers: Printer[] = [];
  for (const entry of created) {
    if (entry.role === 'scanner') scanners.push(entry.device);
    else if (entry.role === 'card-reader') cardReaders.push(entry.device);
    else if (entry.role === 'smart-card-reader') smartCardReaders.push(entry.device);
    else printers.push(entry.device);
  }
  const all = created.map(({ device }) => device);
  return { kind: 'devices', scanners, cardReaders, smartCardReaders, printers, all };
}

type DeviceInRole =
  | { readonly role: 'scanner'; readonly device: Scanner }
  | { readonly role: 'card-reader'; readonly device: CardReader }
  | { readonly role: 'smart-card-reader'; readonly device: SmartCardReader }
  | { readonly role: 'printer'; readonly device: Printer };

function createDevice(config: CheckedDeviceConfig, hidApi: HidApi): DeviceInRole {
  switch (config.kind) {
    case 'serial-scanner':
      return { role: 'scanner', device: new SerialScanner(config) };
    case 'serial-magstripe':
      return { role: 'card-reader', device: new SerialMagstripe(config) };
    case 'hid-scanner':
      return { role: 'scanner', device: new HidScanner(config, hidApi) };
    case 'escpos-printer':
      return { role: 'printer', device: new EscPosPrinter(config) };
    case 'simulated-scanner':
      return { role: 'scanner', device: new SimulatedScanner(config) };
    case 'simulated-card-reader':
      return { role: 'card-reader', device: new SimulatedCardReader(config) };
    case 'pcsc-reader':
      return { role: 'smart-card-reader', device: new PcscReader(config) };
    case 'simulated-smart-card-reader':
      return { role: 'smart-card-reader', device: new SimulatedSmartCardReader(config) };
    case 'simulated-printer':
      return { role: 'printer', device: new SimulatedPrinter(config) };
    default:
      return unreachable(config);
  }
}

/** "devices[2] (scanner-1)": found in the file even when the name is what is wrong. */
function entryName(index: number, entry: unknown): string {
  const id = member(entry, 'deviceId');
  return typeof id === 'string' ? `devices[${index}] (${id})` : `devices[${index}]`;
}

function issueText(issue: z.core.$ZodIssue, entry: unknown): string {
  const where = issue.path.map(String).join('.');
  if (issue.code === 'invalid_union') {
    const of = issue.path.slice(0, -1).reduce<unknown>((value, key) => member(value, key), entry);
    return `${where}: unknown kind ${JSON.stringify(member(of, 'kind'))}`;
  }
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Two devices of one name could not be told apart; two on one port would take each other's bytes. */
function repeated(
  configs: readonly CheckedDeviceConfig[],
  what: string,
  keyOf: (config: CheckedDeviceConfig) => string | undefined,
): string[] {
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const config of configs) {
    const key = keyOf(config);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, config.deviceId);
    else problems.push(`${config.deviceId}: ${what} ${JSON.stringify(key)} is also that of ${first}`);
  }
  return problems;
}

function serialPath(config: CheckedDeviceConfig): string | undefined {
  switch (config.kind) {
    case 'serial-scanner':
    case 'serial-magstripe':
      return config.path;
    case 'escpos-printer':
      return config.transport.kind === 'serial' ? config.transport.path : undefined;
    default:
      return undefined;
  }
}
