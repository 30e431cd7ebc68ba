import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const folder = join(import.meta.dirname, '..', '..', '..', 'test', 'data');

/** What the demo sells, to whom, and who may sign on; test/data/README.md describes the files. */
export const DEMO_FILES = {
  catalogue: join(folder, 'catalogue.csv'),
  cards: join(folder, 'cards.csv'),
  operators: join(folder, 'operators.json'),
  purses: join(folder, 'purses.json'),
} as const;

const cards = z.array(
  z.object({
    pan: z.string(),
    balance: z.string(),
    pin: z.string(),
    status: z.string(),
    expiry: z.string(),
    name: z.string(),
  }),
);
const operators = z.object({
  operators: z.array(
    z.object({ operatorCode: z.string(), name: z.string(), role: z.string(), password: z.string() }),
  ),
});

export type DemoCard = z.infer<typeof cards>[number];
export type DemoOperator = z.infer<typeof operators>['operators'][number];

/** The invented cards of the demo, shown in the clear because nothing else knows them. */
export function demoCards(): DemoCard[] {
  return cards.parse(parse(readFileSync(DEMO_FILES.cards, 'utf8'), { columns: true }));
}

export function demoOperators(): DemoOperator[] {
  return operators.parse(JSON.parse(readFileSync(DEMO_FILES.operators, 'utf8'))).operators;
}
