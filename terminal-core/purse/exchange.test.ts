import { describe, expect, it } from 'vitest';
import { toHex } from '../crypto/bytes.ts';
import { exchange, GET_RESPONSE_MAX } from './exchange.ts';
import { ScriptedCard } from './scripted-card.test-support.ts';

const debit = { head: [0x80, 0x54, 0x01, 0x00], data: Uint8Array.of(1, 2), expectedBytes: 8 } as const;

async function run(answers: readonly (string | undefined)[]): Promise<{ sent: string[]; said: string }> {
  const card = new ScriptedCard(answers);
  const outcome = await exchange(card, debit);
  const said =
    outcome.kind === 'no-answer'
      ? outcome.detail
      : `${toHex(outcome.data)}/${outcome.statusWord.toString(16)}`;
  return { sent: card.sent, said };
}

describe('one command and its whole answer', () => {
  it('fetches what is waiting, piece by piece, and asks again for the right length', async () => {
    expect(await run(['6103', 'AABBCC6102', '6C01', 'DD9000'])).toEqual({
      sent: ['8054010002010208', '00C0000003', '00C0000002', '00C0000001'],
      said: 'AABBCCDD/9000',
    });
    expect(await run(['6C04', 'AABBCCDD9000'])).toEqual({
      sent: ['8054010002010208', '8054010002010204'],
      said: 'AABBCCDD/9000',
    });
  });

  it('asks again once: a card that never likes the length is not asked for ever', async () => {
    expect(await run(['6C04', '6C05'])).toMatchObject({ said: '/6c05' });
  });

  it('calls it no answer, never a refusal, when the card acted and the answer cannot be fetched', async () => {
    for (const after of ['6F00', '9302', '6985', undefined]) {
      const { said } = await run(['6108', after]);
      expect(said).toMatch(after === undefined ? /silence/ : new RegExp(after));
    }
  });

  it('does not take the front part of an answer for a refusal, whatever its last bytes look like', async () => {
    expect((await run(['2A56179302'])).said).toBe('3 bytes that end in no status word');
    expect((await run(['9302'])).said).toBe('/9302');
  });

  it('fetches GET_RESPONSE_MAX times and not once more', async () => {
    const most = await run([...Array<string>(GET_RESPONSE_MAX).fill('AA6101'), 'AA9000']);
    expect(most.said).toBe(`${'AA'.repeat(GET_RESPONSE_MAX + 1)}/9000`);
    const over = await run([...Array<string>(GET_RESPONSE_MAX + 1).fill('AA6101'), 'AA9000']);
    expect(over.said).toContain(`more than ${GET_RESPONSE_MAX}`);
  });
});
