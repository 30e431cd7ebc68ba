import { refusal } from './fake-payments.ts';

/** What the fake core says no with. */
export const WRONG_PASSWORD = refusal(
  'wrong-password',
  '操作员号或密码不对',
  'The operator code or the password is wrong',
  '请重新输入；连续 5 次不对会暂时锁定。',
  'Enter it again; after 5 wrong tries the operator is locked out for a while.',
);

export const SUPERVISOR_REQUIRED = refusal(
  'supervisor-required',
  '这一步需要主管同意。',
  'This needs a supervisor.',
  '请主管在本机输入工号和密码。',
  'Ask a supervisor to sign on here.',
);

export const SHIFT_REQUIRED = refusal(
  'shift-required',
  '没有打开的班次，不能交易。',
  'No shift is open: nothing can be sold.',
  '请先开班，输入备用金。',
  'Open a shift with its float first.',
);

export const NO_PURSE = refusal(
  'purse-gone',
  '没有放卡，或卡已拿走。未扣款。',
  'There is no card, or it was taken away. Nothing was charged.',
  '请放好卡后再按一次。',
  'Put the card in and press once more.',
);

export const NO_CARD_DESK = refusal(
  'host-unreachable',
  '主机连不上。',
  'The host cannot be reached.',
  '请联网后再试。',
  'Try again when online.',
);
