import type { BilingualText } from '../domain/text.ts';

/** A device's problem is one string for every screen, so it says the same in both languages, Chinese first. */
export function bothLanguages(text: BilingualText): string {
  return `${text['zh-CN']} ${text.en}`;
}

/** The message of whatever was thrown, without the "Error:" that drivers put before it. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^(Error:? ?)+/, '').trim() || 'unknown error';
}
