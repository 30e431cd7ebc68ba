export { type RunningTerminal, type Started, type StartOptions, startTerminal } from './start-terminal.ts';
export type { StartError } from './start-error.ts';
export type { StepPoint } from './terminal.ts';
export { systemClock } from './system.ts';
