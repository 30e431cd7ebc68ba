import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * How one till is set up, as the Electron shell reads it from a file: `till --shell electron` writes it, and on an
 * installed till it is `till.json` in the user-data folder. It holds no secret.
 */
export const tillConfig = z.object({
  format: z.literal('holdfast-till'),
  version: z.literal(1),
  dataDir: z.string().min(1),
  host: z.object({
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535),
    /** PEM files; without them the link is plain TCP. */
    tls: z
      .object({
        /** The one CA whose hosts are trusted. */
        caFile: z.string().min(1),
        /** This terminal's certificate and key, both or neither. */
        certFile: z.string().min(1).optional(),
        keyFile: z.string().min(1).optional(),
        /** The name in the host's certificate, when it is not the address. */
        serverName: z.string().min(1).optional(),
      })
      .optional(),
  }),
  catalogueFile: z.string().min(1),
  operatorsFile: z.string().optional(),
  /** Needed until the terminal has its keys. */
  provisioningFile: z.string().optional(),
  /** Scanners, readers and printers; without it the keyboard does. */
  devicesFile: z.string().optional(),
  demo: z.boolean().default(false),
  locale: z.enum(['zh-CN', 'en']).optional(),
});
export type TillConfig = z.infer<typeof tillConfig>;

export type TillConfigRead =
  | { readonly kind: 'read'; readonly config: TillConfig }
  /** `problem` says in one sentence what is wrong with the file. */
  | { readonly kind: 'unusable'; readonly problem: string };

/** Reads and checks a till's configuration file. */
export function readTillConfig(path: string): TillConfigRead {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { kind: 'unusable', problem: `${path} cannot be read: ${words}` };
  }
  const parsed = tillConfig.safeParse(json);
  if (parsed.success) return { kind: 'read', config: parsed.data };
  const [issue] = parsed.error.issues;
  return { kind: 'unusable', problem: `${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}` };
}
