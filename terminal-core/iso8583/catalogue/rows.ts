import type { AnswerRules, FieldRules, MessageKind, MessageRow } from './message-row.ts';

/** DE41, 42 and 60 are in every message. */
const EVERY = [41, 42, 60] as const;

/** Card data: keyed 2 14; swiped 35 36; chip 23 55; with a PIN 26 52 53. */
const CARD_NUMBER = [2, 35, 36] as const;
const CARD_EXTRA = [14, 23, 26, 52, 53, 55] as const;

/** What a host may add to the answer of a financial request. */
const ANSWER_EXTRA = [
  2, 3, 4, 11, 12, 13, 14, 15, 22, 23, 25, 26, 32, 37, 38, 44, 48, 49, 53, 54, 55, 58, 59, 61, 62, 63,
] as const;

/** A financial request: a processing code, a trace number and, in most, an amount. */
function financial(
  required: readonly number[],
  options: { readonly card: 'yes' | 'no'; readonly optional?: readonly number[] },
): FieldRules {
  const isCard = options.card === 'yes';
  return {
    required: [3, 11, 25, ...required, ...EVERY],
    optional: [
      12,
      13,
      32,
      44,
      59,
      63,
      ...(isCard ? [...CARD_NUMBER, ...CARD_EXTRA] : []),
      ...(options.optional ?? []),
    ],
    ...(isCard ? { oneOf: CARD_NUMBER } : {}),
  };
}

/** The answer: what it is matched by, the response code, its result when it accepts, and whatever else the host adds. */
function answering(required: readonly number[], whenAccepted: readonly number[] = []): AnswerRules {
  return { required: [11, 39, ...required, ...EVERY], whenAccepted, optional: ANSWER_EXTRA };
}

function network(required: readonly number[], optional: readonly number[]): FieldRules {
  return { required: [...required, ...EVERY], optional };
}

function networkAnswer(required: readonly number[], optional: readonly number[]): AnswerRules {
  return { ...network(required, optional), whenAccepted: [] };
}

const MATCHED = [3] as const;
const MATCHED_WITH_AMOUNT = [3, 4] as const;

function cardService(kind: MessageKind, processingCode: string, type: string): MessageRow {
  return {
    kind,
    mtis: ['0200'],
    processingCode,
    condition: '00',
    types: [type],
    controls: ['000'],
    request: financial([], { card: 'yes', optional: [4, 22, 48, 49, 61, 62] }),
    answer: answering(MATCHED),
    isMaced: true,
    unknownOutcome: 'reverse',
  };
}

const PURCHASE = {
  mtis: ['0200'],
  processingCode: '000000',
  condition: '00',
  types: ['22'],
  controls: ['000'],
  answer: answering(MATCHED_WITH_AMOUNT),
  isMaced: true,
  unknownOutcome: 'reverse',
} as const;

function voidRow(kind: MessageKind, card: 'yes' | 'no'): MessageRow {
  return {
    ...PURCHASE,
    kind,
    processingCode: '200000',
    types: ['23'],
    request: financial([4, 22, 37, 49, 61], { card, optional: [38] }),
  };
}

function refundRow(kind: MessageKind, card: 'yes' | 'no'): MessageRow {
  return {
    kind,
    mtis: ['0220'],
    processingCode: '200000',
    condition: '00',
    types: ['25'],
    controls: ['000'],
    request: financial([4, 22, 37, 49, 61, 63], { card, optional: [38] }),
    answer: answering(MATCHED_WITH_AMOUNT),
    isMaced: true,
    unknownOutcome: 'repeat',
  };
}

/**
 * Which fields each exchange must, may and must not carry. Order matters to `classifyRequest`: the first row that fits is
 * taken, so the narrower of two rows stands first.
 */
export const MESSAGE_ROWS: readonly MessageRow[] = [
  {
    ...PURCHASE,
    kind: 'code-payment',
    // The code travels in DE59 and stands for the card.
    request: financial([4, 22, 49, 59], { card: 'no', optional: [] }),
  },
  { ...PURCHASE, kind: 'purchase', request: financial([4, 22, 49], { card: 'yes' }) },
  // A code names no card: what it paid is given back by its reference and trace number alone.
  voidRow('code-payment-void', 'no'),
  refundRow('code-payment-refund', 'no'),
  voidRow('void', 'yes'),
  refundRow('refund', 'yes'),
  {
    kind: 'reversal',
    mtis: ['0400'],
    controls: ['000'],
    // Everything an original may carry but what a reversal must not: tracks, reference number, PIN.
    request: {
      required: [3, 11, 39, ...EVERY],
      optional: [2, 4, 12, 13, 14, 15, 22, 23, 25, 32, 38, 44, 48, 49, 55, 58, 59, 61, 62, 63],
    },
    answer: answering(MATCHED),
    isMaced: true,
    unknownOutcome: 'repeat',
  },
  {
    kind: 'balance',
    mtis: ['0200'],
    processingCode: '310000',
    condition: '00',
    types: ['01'],
    controls: ['000'],
    request: financial([22, 49], { card: 'yes' }),
    answer: answering(MATCHED),
    isMaced: true,
    unknownOutcome: 'none',
  },
  {
    // The answer carries the lines in DE59, tag ST.
    kind: 'statement',
    mtis: ['0200'],
    processingCode: '370000',
    condition: '00',
    types: ['67'],
    controls: ['000'],
    request: financial([22, 49], { card: 'yes' }),
    answer: answering(MATCHED),
    isMaced: true,
    unknownOutcome: 'none',
  },
  ...preAuthorisations(),
  {
    kind: 'offline-advice',
    mtis: ['0220'],
    processingCode: '000000',
    condition: '00',
    types: ['30'],
    controls: ['000'],
    request: financial([4, 12, 13, 22, 49, 61, 63], { card: 'yes', optional: [38] }),
    answer: answering(MATCHED_WITH_AMOUNT),
    isMaced: true,
    unknownOutcome: 'repeat',
  },
  {
    kind: 'purse-offline',
    mtis: ['0220'],
    processingCode: '000000',
    condition: '00',
    types: ['36'],
    controls: ['000'],
    request: financial([4, 12, 13, 49, 58], { card: 'no', optional: [2, 14, 22, 23, 61] }),
    answer: answering(MATCHED_WITH_AMOUNT),
    isMaced: true,
    unknownOutcome: 'repeat',
  },
  ...loads(),
  cardService('activate', '900000', '60'),
  cardService('block', '910000', '61'),
  cardService('unblock', '920000', '62'),
  cardService('replace', '930000', '63'),
  cardService('surrender', '940000', '64'),
  cardService('report-loss', '950000', '66'),
  {
    kind: 'query',
    mtis: ['0200'],
    processingCode: '380000',
    condition: '00',
    types: ['65'],
    controls: ['000'],
    request: financial([61], { card: 'no', optional: [2, 4, 22, 49] }),
    answer: answering(MATCHED),
    isMaced: true,
    unknownOutcome: 'none',
  },
  ...networkRows(),
  {
    kind: 'settlement',
    mtis: ['0500'],
    types: ['00'],
    controls: ['201'],
    request: network([11, 48, 49, 63], [59]),
    answer: answering([], [48]),
    isMaced: false,
    unknownOutcome: 'repeat',
  },
  {
    kind: 'batch-upload-end',
    mtis: ['0320'],
    types: ['00'],
    // 207 after a balanced settlement, 202 after one that was not.
    controls: ['202', '207'],
    request: network([11, 48], [49, 59, 63]),
    answer: answering([]),
    isMaced: false,
    unknownOutcome: 'repeat',
  },
  {
    kind: 'batch-upload',
    mtis: ['0320'],
    controls: ['201', '203', '204', '205', '206'],
    // Records in DE48, or one whole record with the fields of its original.
    request: {
      required: [11, ...EVERY],
      optional: [2, 3, 4, 12, 13, 14, 15, 22, 23, 25, 32, 37, 38, 39, 44, 48, 49, 54, 55, 58, 59, 61, 62, 63],
    },
    answer: answering([]),
    isMaced: false,
    unknownOutcome: 'repeat',
  },
];

function preAuthorisations(): MessageRow[] {
  const rows = [
    { kind: 'pre-authorisation', mti: '0100', processingCode: '030000', type: '10', original: [] },
    { kind: 'pre-authorisation-void', mti: '0100', processingCode: '200000', type: '11', original: [61] },
    { kind: 'completion', mti: '0200', processingCode: '000000', type: '20', original: [61] },
    { kind: 'completion-void', mti: '0200', processingCode: '200000', type: '21', original: [37, 61] },
  ] as const;
  return rows.map(({ kind, mti, processingCode, type, original }) => ({
    kind,
    mtis: [mti],
    processingCode,
    condition: '06',
    types: [type],
    controls: ['000'],
    request: financial([4, 22, 49, ...original], { card: 'yes', optional: [37, 38] }),
    answer: answering(MATCHED_WITH_AMOUNT),
    isMaced: true,
    unknownOutcome: 'reverse',
  }));
}

function loads(): MessageRow[] {
  const purse = {
    mtis: ['0200'],
    condition: '91',
    controls: ['000'],
    answer: answering(MATCHED_WITH_AMOUNT),
    isMaced: true,
    unknownOutcome: 'reverse-with-proof',
  } as const;
  const purseFields = { card: 'no', optional: [2, 14, 22, 23, 26, 35, 37, 49, 52, 53, 55, 61] } as const;
  return [
    {
      ...purse,
      kind: 'load-purse-cash',
      processingCode: '630000',
      types: ['46'],
      request: financial([4, 58], purseFields),
    },
    {
      ...purse,
      kind: 'load-purse-account',
      processingCode: '600000',
      types: ['45'],
      request: financial([4, 58], purseFields),
    },
    {
      kind: 'load-prepaid-cash',
      mtis: ['0200'],
      processingCode: '630000',
      condition: '00',
      types: ['48'],
      controls: ['000'],
      request: financial([4], { card: 'yes', optional: [22, 49] }),
      answer: answering(MATCHED_WITH_AMOUNT),
      isMaced: true,
      unknownOutcome: 'confirm',
    },
    {
      // Takes a load of the open batch back off the card, and the cash out of the drawer.
      kind: 'load-void',
      mtis: ['0200'],
      processingCode: '200000',
      condition: '00',
      types: ['49'],
      controls: ['000'],
      request: financial([4, 22, 37, 49, 61], { card: 'yes', optional: [38] }),
      answer: answering(MATCHED_WITH_AMOUNT),
      isMaced: true,
      unknownOutcome: 'reverse',
    },
    {
      kind: 'load-confirm',
      mtis: ['0220'],
      processingCode: '630000',
      types: ['48'],
      controls: ['000'],
      request: financial([4], { card: 'no', optional: [2, 14, 22, 23, 35, 37, 38, 49, 55, 61] }),
      answer: answering(MATCHED_WITH_AMOUNT),
      isMaced: true,
      unknownOutcome: 'repeat',
    },
    {
      // The load of either kind, which DE61 names: DE3 is that of the load.
      kind: 'load-purse-confirm',
      mtis: ['0220'],
      condition: '91',
      types: ['46', '45'],
      controls: ['000'],
      request: financial([4, 58, 61], { card: 'no', optional: [22, 37, 38, 49] }),
      answer: answering(MATCHED_WITH_AMOUNT),
      isMaced: true,
      unknownOutcome: 'repeat',
    },
  ];
}

function networkRows(): MessageRow[] {
  const plain = { types: ['00'], isMaced: false, unknownOutcome: 'none' } as const;
  const managed = networkAnswer([], [11, 12, 13, 32, 37, 39, 59, 62, 63]);
  return [
    {
      ...plain,
      kind: 'sign-on',
      mtis: ['0800'],
      controls: ['001', '003', '004'],
      // Sources differ on DE62 of the request (some put the terminal's serial number there): it may be there.
      request: network([11, 63], [59, 62]),
      answer: networkAnswer([11, 39], [12, 13, 32, 37, 59, 62, 63]),
    },
    {
      ...plain,
      kind: 'sign-off',
      mtis: ['0820'],
      controls: ['002'],
      request: network([11], [63]),
      answer: managed,
    },
    {
      ...plain,
      kind: 'echo',
      mtis: ['0820'],
      controls: ['301'],
      request: network([], [11, 63]),
      answer: managed,
    },
    ...download('parameters', '360'),
    ...download('hotlist', '390'),
    // The end of a download tells the host that the terminal has it whole.
    ...downloadEnd('parameters-end', '362'),
    ...downloadEnd('hotlist-end', '391'),
  ];
}

function download(kind: MessageKind, control: string): MessageRow[] {
  return [
    {
      kind,
      mtis: ['0800', '0820'],
      types: ['00'],
      controls: [control],
      request: network([62], [11, 59, 63]),
      answer: networkAnswer([39], [11, 12, 13, 32, 37, 59, 62, 63]),
      isMaced: false,
      unknownOutcome: 'none',
    },
  ];
}

function downloadEnd(kind: MessageKind, control: string): MessageRow[] {
  return [
    {
      kind,
      mtis: ['0820', '0800'],
      types: ['00'],
      controls: [control],
      request: network([], [11, 59, 62, 63]),
      answer: networkAnswer([39], [11, 12, 13, 32, 37, 59, 62, 63]),
      isMaced: false,
      unknownOutcome: 'none',
    },
  ];
}
