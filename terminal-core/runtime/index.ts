export type { StartError } from './start-error.ts';
export { type RunningTerminal, type Started, type StartOptions, startTerminal } from './start-terminal.ts';
export { systemClock } from './system.ts';
export type { StepPoint } from './terminal.ts';
