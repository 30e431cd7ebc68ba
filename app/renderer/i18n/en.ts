import { day } from './en/day.ts';
import { desk } from './en/desk.ts';
import { frame } from './en/frame.ts';
import { journal } from './en/journal.ts';
import { office } from './en/office.ts';
import { pay } from './en/pay.ts';
import { purse } from './en/purse.ts';
import { risk } from './en/risk.ts';
import { sell } from './en/sell.ts';
import { tenders } from './en/tenders.ts';
import type { English } from './english.ts';
import type { zhCn } from './zh-cn.ts';

/** The same words in English. */
export const en: English<typeof zhCn> = {
  ...frame,
  ...sell,
  ...pay,
  ...journal,
  ...day,
  ...office,
  ...risk,
  ...tenders,
  ...purse,
  ...desk,
};
