import { day } from './zh-cn/day.ts';
import { desk } from './zh-cn/desk.ts';
import { frame } from './zh-cn/frame.ts';
import { journal } from './zh-cn/journal.ts';
import { office } from './zh-cn/office.ts';
import { pay } from './zh-cn/pay.ts';
import { purse } from './zh-cn/purse.ts';
import { risk } from './zh-cn/risk.ts';
import { sell } from './zh-cn/sell.ts';
import { tenders } from './zh-cn/tenders.ts';

/** Every word the screens say themselves, in Chinese, by screen; `en` has the same keys. Words of the core come with its answers. */
export const zhCnByScreen = { frame, sell, pay, journal, day, office, risk, tenders, purse, desk };
export const zhCn = {
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

export type MessageKey = keyof typeof zhCn;
