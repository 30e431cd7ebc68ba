import { join } from 'node:path';
import { createGateway, type Gateway } from '../../../app/gateway/gateway.ts';
import { createToken } from '../../../app/gateway/guard.ts';
import type { FakeCore } from './fake-core.ts';

const RENDERER_DIR = join(import.meta.dirname, '..', '..', '..', 'dist', 'renderer');

/** Puts a fake core behind the real browser shell; `port` and `token` are given to bring one back where it was. */
export function serveFakeCore(
  core: FakeCore,
  { port = 0, token = createToken() }: { readonly port?: number; readonly token?: string } = {},
): Promise<Gateway> {
  return createGateway({ router: core.router, context: {}, staticDir: RENDERER_DIR, port, token });
}

/** The token in a shell's address. */
export function tokenOf(shell: Gateway): string {
  return new URL(shell.url).searchParams.get('token') ?? '';
}
