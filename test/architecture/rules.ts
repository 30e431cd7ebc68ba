/**
 * Which folder may import what, and what may not be written where. This table is the whole rule; `imports.ts` only
 * applies it. Folders are matched by the longest prefix; a folder may always import itself.
 */
export interface FolderRule {
  readonly folder: string;
  /** Folders or files of the project that it may import. */
  readonly may: readonly string[];
  /** `none`: nothing outside the project; `no-node`: npm packages, but no module of Node (browser-safe). */
  readonly outside: 'any' | 'no-node' | 'none';
}

const DOMAIN = 'terminal-core/domain';
const FOUNDATIONS = [DOMAIN, 'terminal-core/iso8583', 'terminal-core/crypto', 'terminal-core/ports'];
const DECISIONS = ['terminal-core/engine', 'terminal-core/purse', 'terminal-core/receipts'];
const ADAPTERS = ['journal', 'host-link', 'devices', 'diagnostics'].map((name) => `terminal-core/${name}`);

export const FOLDER_RULES: readonly FolderRule[] = [
  { folder: DOMAIN, may: [], outside: 'none' },
  { folder: 'terminal-core/iso8583', may: [DOMAIN], outside: 'any' },
  { folder: 'terminal-core/crypto', may: [DOMAIN], outside: 'any' },
  { folder: 'terminal-core/ports', may: [DOMAIN], outside: 'any' },
  // Receipts are pure, and what a receipt says is a decision: the engine may ask for one.
  { folder: 'terminal-core/engine', may: [...FOUNDATIONS, 'terminal-core/receipts'], outside: 'any' },
  { folder: 'terminal-core/purse', may: FOUNDATIONS, outside: 'any' },
  { folder: 'terminal-core/receipts', may: FOUNDATIONS, outside: 'any' },
  ...ADAPTERS.map((folder) => ({ folder, may: [...FOUNDATIONS, ...DECISIONS], outside: 'any' as const })),
  { folder: 'terminal-core/api', may: [...FOUNDATIONS, ...DECISIONS, ...ADAPTERS], outside: 'any' },
  // The contract is bundled into the screens.
  { folder: 'terminal-core/api/shapes', may: [DOMAIN], outside: 'no-node' },
  { folder: 'terminal-core/api/contract.ts', may: [DOMAIN, 'terminal-core/api/shapes'], outside: 'no-node' },
  {
    folder: 'terminal-core/runtime',
    may: [...FOUNDATIONS, ...DECISIONS, ...ADAPTERS, 'terminal-core/api'],
    outside: 'any',
  },
  // The simulator shares the codec and the framing with the till and nothing else: what it decides, it decides alone.
  {
    folder: 'host-sim',
    may: [DOMAIN, 'terminal-core/iso8583', 'terminal-core/crypto', 'terminal-core/host-link'],
    outside: 'any',
  },
  { folder: 'app/renderer', may: ['terminal-core/api/contract.ts'], outside: 'no-node' },
  { folder: 'app/preload', may: [], outside: 'any' },
  { folder: 'app/till-config.ts', may: [], outside: 'any' },
  { folder: 'app/main', may: ['terminal-core', 'app/gateway', 'app/till-config.ts'], outside: 'any' },
  { folder: 'app/gateway', may: ['terminal-core'], outside: 'any' },
  {
    // `holdfast sim` and `holdfast bench` are the doors to what is kept with the tests: planted bugs never ship in the core.
    folder: 'app/cli',
    may: ['terminal-core', 'host-sim', 'app/gateway', 'app/till-config.ts', 'test/sim', 'test/bench'],
    outside: 'any',
  },
];

/** npm packages that only some folders may import. */
export const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  electron: ['app/main', 'app/preload'],
};

/** Files that load a module whose name is not a literal, with their reason. */
export const COMPUTED_IMPORT_HOMES: readonly string[] = [
  // The command table names the module.
  'app/cli/main.ts',
];

/** Time, chance and files come through ports; these folders decide from what they are given. */
export const FORBIDDEN_TEXT: readonly {
  readonly folders: readonly string[];
  readonly texts: readonly RegExp[];
}[] = [
  {
    folders: [DOMAIN, 'terminal-core/engine', 'terminal-core/receipts'],
    texts: [
      /\bDate\.now\b/,
      /\bnew Date\(\s*\)/,
      /\bMath\.random\b/,
      /\bperformance\.now\b/,
      /\bset(?:Timeout|Interval|Immediate)\b/,
      /\brandom(?:Bytes|UUID|Int)\b/,
      /['"](?:node:)?fs(?:\/promises)?['"]/,
    ],
  },
];
