import { createRequire } from 'node:module';
import { cup, decode, encode, type IsoMessage } from '../../terminal-core/iso8583/index.ts';

/** What `holdfast bench codec` prints. Rates per second on one thread. */
export interface CodecBench {
  readonly packUnpackPerS: number;
  readonly packPerS: number;
  readonly unpackPerS: number;
  readonly frameBytes: number;
  readonly peers: { readonly iso_8583: { readonly packUnpackPerS: number } };
}

const DE55_BYTES = 139;
const MAC_BYTES = 8;

/** A chip purchase with 17 fields, 139 bytes of chip data and the place of a MAC: 247 bytes on the wire. */
export const BENCH_MESSAGE: IsoMessage = {
  tpdu: '6000030000',
  header: '603100311001',
  mti: '0200',
  fields: {
    2: '6222020000000007',
    3: '000000',
    4: '000000001234',
    11: '000001',
    12: '123456',
    13: '1121',
    14: '2912',
    22: '052',
    23: '001',
    25: '00',
    32: '03099988000',
    41: 'T0000001',
    42: 'M00000000000001',
    49: '156',
    55: chipData(),
    60: '22000001000601000',
    64: new Uint8Array(MAC_BYTES).fill(0xab),
  },
};

/** The same purchase as `iso_8583` takes it: text fields, no TPDU, no BCD. */
const PEER_MESSAGE = {
  0: '0200',
  2: '6222020000000007',
  3: '000000',
  4: '000000001234',
  7: '1121123456',
  11: '000001',
  12: '123456',
  13: '1121',
  14: '2912',
  22: '052',
  23: '001',
  25: '00',
  32: '03099988000',
  41: 'T0000001',
  42: 'M00000000000001',
  49: '156',
  60: '22000001000601000',
} as const;

const WARM_UP_ROUNDS = 60_000;
const BATCH_ROUNDS = 20_000;
const MEASURE_MS = 1_500;
const PEER_WARM_UP_ROUNDS = 2_000;
const PEER_BATCH_ROUNDS = 500;

/** Measures the codec, and the npm package `iso_8583` in the same run on its own kind of message. */
export async function benchCodec(): Promise<CodecBench> {
  const encoded = encode(cup, BENCH_MESSAGE);
  if (!encoded.ok) throw new Error(encoded.error.message);
  const frame = encoded.bytes;
  const pack = () => mustPack(BENCH_MESSAGE).length;
  const unpack = () => mustUnpack(frame).mti.length;
  const packUnpack = () => mustUnpack(mustPack(BENCH_MESSAGE)).mti.length;
  const ours = { warmUpRounds: WARM_UP_ROUNDS, batchRounds: BATCH_ROUNDS };
  return {
    packUnpackPerS: ratePerS(packUnpack, ours),
    packPerS: ratePerS(pack, ours),
    unpackPerS: ratePerS(unpack, ours),
    frameBytes: frame.length,
    peers: { iso_8583: { packUnpackPerS: await peerRatePerS() } },
  };
}

async function peerRatePerS(): Promise<number> {
  const Peer: unknown = createRequire(import.meta.url)('iso_8583');
  if (!isPeer(Peer)) throw new Error('iso_8583 is not the class that it was');
  return ratePerS(
    () => {
      const packed = new Peer({ ...PEER_MESSAGE }).getBufferMessage();
      if (!Buffer.isBuffer(packed)) throw new Error('iso_8583 did not pack the message');
      return Object.keys(new Peer().getIsoJSON(packed)).length;
    },
    { warmUpRounds: PEER_WARM_UP_ROUNDS, batchRounds: PEER_BATCH_ROUNDS },
  );
}

type Peer = new (
  message?: object,
) => {
  getBufferMessage(): unknown;
  getIsoJSON(packed: Buffer): object;
};

function isPeer(value: unknown): value is Peer {
  return typeof value === 'function';
}

function mustPack(message: IsoMessage): Uint8Array {
  const result = encode(cup, message);
  if (!result.ok) throw new Error(result.error.message);
  return result.bytes;
}

function mustUnpack(frame: Uint8Array): IsoMessage {
  const result = decode(cup, frame);
  if (!result.ok) throw new Error(result.error.message);
  return result.message;
}

/** Runs `work` in batches until enough time has passed. The sum of its results keeps the compiler from dropping it. */
function ratePerS(
  work: () => number,
  options: { readonly warmUpRounds: number; readonly batchRounds: number },
): number {
  let sum = 0;
  for (let round = 0; round < options.warmUpRounds; round += 1) sum += work();
  let rounds = 0;
  const startMs = performance.now();
  let elapsedMs = 0;
  while (elapsedMs < MEASURE_MS) {
    for (let round = 0; round < options.batchRounds; round += 1) sum += work();
    rounds += options.batchRounds;
    elapsedMs = performance.now() - startMs;
  }
  if (sum === 0) throw new Error('The work under measurement did nothing');
  return Math.round((rounds * 1000) / elapsedMs);
}

function chipData(): Uint8Array {
  const objects =
    '9F2608A1B2C3D4E5F60718' +
    '9F2701809F101307010103A0A802010A010000000000A1B2C3D4' +
    '9F3704112233449F36020001' +
    '9505008004E800' +
    '9A032611219C01009F02060000000012345F2A020156' +
    '82027C009F1A0201569F03060000000000009F3303E0F1C8' +
    '9F34030203009F3501229F1E0831323334353637388408A000000333010101' +
    '9F4103000001';
  const bytes = Buffer.from(objects, 'hex');
  if (bytes.length !== DE55_BYTES)
    throw new Error(`The chip data has ${bytes.length} bytes, not ${DE55_BYTES}`);
  return Uint8Array.from(bytes);
}
