import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { readCardFile } from './card-office.ts';

const HEADER = 'pan,kind,balance,expiry,pin,status,name';

function read(...lines: readonly string[]) {
  return readCardFile([HEADER, ...lines].join('\n'), DEFAULT_SETTINGS);
}

describe('a card file', () => {
  it('is read with balances in fen', () => {
    const { cards, problems } = read('6228880000000001,registered,500.05,2912,123456,active,李雷');
    expect(problems).toEqual([]);
    expect(cards).toMatchObject([
      {
        line: 2,
        card: {
          kind: 'registered',
          balanceMinor: 500_05,
          expiry: '2912',
          pin: '123456',
          status: 'active',
          holderName: '李雷',
        },
      },
    ]);
    expect(cards[0]?.card.pan.reveal()).toBe('6228880000000001');
  });

  it.each([
    ['62288800,registered,1.00,2912,,active,', 'card number'],
    ['6228880000000001,gold,1.00,2912,,active,', 'kind'],
    ['6228880000000001,bearer,1.00,2912,,sleeping,', 'status'],
    ['6228880000000001,bearer,1.005,2912,,active,', 'balance'],
    ['6228880000000001,bearer,1000.01,2912,,active,', 'at most 1000.00'],
    ['6228880000000001,registered,5000.01,2912,,active,', 'at most 5000.00'],
    ['6228880000000001,bearer,1.00,2913,,active,', 'expiry'],
    ['6228880000000001,bearer,1.00,2912,1234,active,', 'PIN'],
    ['6228880000000001,bearer,1.00', 'columns'],
  ])('names the line %s by its number and reads the rest', (broken, word) => {
    const { cards, problems } = read(
      '6228880000000002,bearer,1.00,2912,,active,',
      broken,
      '6228880000000003,bearer,1.00,2912,,active,',
    );
    expect(cards.map(({ line }) => line)).toEqual([2, 4]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^line 3: /);
    expect(problems[0]).toContain(word);
    expect(problems[0]).not.toContain('6228880000000001');
  });

  it('is refused as a whole without its header or with an open quotation mark', () => {
    expect(readCardFile('pan,balance\n', DEFAULT_SETTINGS).problems[0]).toContain('line 1');
    expect(read('"6228880000000001,bearer,1.00,2912,,active,').cards).toEqual([]);
  });
});
