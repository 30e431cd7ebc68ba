import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Endpoint } from '../host-link/index.ts';
import type { Read } from './till-files.ts';

/** Where the PEM files of a link over TLS are; their contents never leave the core. */
export const hostTlsFiles = z.object({
  /** The one CA whose hosts are trusted. */
  caFile: z.string().min(1),
  /** This terminal's certificate and key, both or neither, for hosts that want to know who calls. */
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  /** The name in the host's certificate, when it is not the address. */
  serverName: z.string().min(1).optional(),
});
export type HostTlsFiles = z.infer<typeof hostTlsFiles>;

/** A host as a till is told of it. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: HostTlsFiles | undefined;
}

/** The host with the contents of its PEM files. Whether they are certificates, the link says when it dials. */
export function readHost({ host, port, tls: files }: HostAddress): Read<Endpoint> {
  if (files === undefined) return { kind: 'read', value: { host, port } };
  const { caFile, certFile, keyFile, serverName } = files;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    return { kind: 'unusable', problem: 'A certificate and its key are given both or not at all' };
  }
  try {
    const tls = {
      ca: readFileSync(caFile, 'utf8'),
      ...(certFile === undefined ? {} : { cert: readFileSync(certFile, 'utf8') }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile, 'utf8') }),
      ...(serverName === undefined ? {} : { serverName }),
    };
    return { kind: 'read', value: { host, port, tls } };
  } catch (error) {
    return {
      kind: 'unusable',
      problem: `A PEM file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
