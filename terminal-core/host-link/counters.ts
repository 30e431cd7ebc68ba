/** What the link has seen since it was made, for diagnostics. Every request is in exactly one of the first four. */
export interface LinkCounters {
  answered: number;
  timedOut: number;
  linkLost: number;
  notSent: number;

  /** Answers to requests that had timed out or lost their connection. */
  late: number;
  /** Answers to requests that already had theirs. */
  duplicate: number;
  /** Frames that answer nothing we remember sending. */
  unknown: number;
  /** Answers to a request in flight but for another amount. */
  amountDiffers: number;
  /** Frames whose key fields cannot be read. */
  malformed: number;

  echoesAnswered: number;
  echoesUnanswered: number;

  connects: number;
  connectFailures: number;
}

export function noCounts(): LinkCounters {
  return {
    answered: 0,
    timedOut: 0,
    linkLost: 0,
    notSent: 0,
    late: 0,
    duplicate: 0,
    unknown: 0,
    amountDiffers: 0,
    malformed: 0,
    echoesAnswered: 0,
    echoesUnanswered: 0,
    connects: 0,
    connectFailures: 0,
  };
}
