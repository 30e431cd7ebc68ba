/** Something about this machine or checkout that a person has to put right; the message says what and how. */
export class SetupError extends Error {
  name = 'SetupError';
}
