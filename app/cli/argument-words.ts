/**
 * What was wrong with a command line, in one line: of `parseArgs` the sentence that names what it did not expect (the rest
 * of its words are advice on quoting), of any other error its own words.
 */
export function argumentWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isFromParseArgs(error)
    ? `${error.message.split(/\.?\n|\. /)[0]}; --help says what is expected`
    : error.message;
}

export function isFromParseArgs(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
