/** What a command of `holdfast` reads from and writes to: the process's own streams, or a test's. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** What a module in `commands/` exports. Resolves to the exit code: 0 only when what the command checks holds, 2 for bad arguments. */
export interface CommandModule {
  readonly run: (args: string[], io: CommandIo) => Promise<number>;
}
