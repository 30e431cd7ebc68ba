import { type RuleWords, words } from './words.ts';

/** Who is at the till and what they may do. */
export const OPERATOR_REFUSALS = {
  'no-operator': words('没有操作员签到。', 'No operator is signed on.', '请先签到。', 'Sign on first.'),
  'wrong-password': words(
    '操作员号或密码不正确。',
    'The operator code or the password is wrong.',
    '请核对后重新输入。连续错误 5 次将被锁定。',
    'Check both and try again. After 5 failures in a row the code is locked for a while.',
  ),
  'operator-locked': words(
    '密码错误次数过多，此操作员号暂时锁定。',
    'Too many wrong passwords: this operator code is locked for a while.',
    '请稍后再试，或请主管处理。',
    'Wait and try again later, or use another operator code.',
  ),
  'supervisor-required': words(
    '此操作需要主管授权。',
    'A supervisor must approve this.',
    '请主管输入操作员号和密码。',
    'Ask a supervisor to enter code and password.',
  ),
  'approver-not-allowed': words(
    '此操作员无权授权。',
    'This operator may not approve it.',
    '请由主管输入自己的操作员号和密码。',
    'A supervisor must enter a code and password of their own.',
  ),
  'role-not-allowed': words(
    '当前操作员无权执行此操作。',
    'This operator may not do this.',
    '请有权限的操作员签到。',
    'Sign on an operator who may.',
  ),
} as const satisfies Record<string, RuleWords>;
