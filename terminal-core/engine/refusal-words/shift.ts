import { type RuleWords, words } from './words.ts';

/** Shifts, the drawer, reports and training. */
export const SHIFT_REFUSALS = {
  'shift-required': words(
    '没有打开的班次，不能交易。',
    'No shift is open: nothing can be sold.',
    '请先开班，输入备用金。',
    'Open a shift with its float first.',
  ),
  'shift-of-another': words(
    '打开的班次属于另一位收银员。',
    'The open shift is another cashier’s.',
    '请先交接：由其本人或主管交班，再开自己的班。',
    'Have it closed by its cashier or a supervisor, then open your own.',
  ),
  'shift-already-open': words(
    '已有打开的班次。',
    'A shift is open already.',
    '请先交班，再开新班。',
    'Close it before you open another.',
  ),
  'no-open-shift': words('没有打开的班次。', 'No shift is open.', '请先开班。', 'Open a shift first.'),
  'shift-open': words(
    '还有未交班的班次，现金尚未清点。',
    'A shift is still open and its cash is not counted.',
    '请先交班，再打印 Z 报表。',
    'Close the shift first, then make the Z report.',
  ),
  'count-differs': words(
    '各面额的合计与清点金额不一致。',
    'The denominations do not add up to the amount counted.',
    '请重新清点。',
    'Count again.',
  ),
  'movement-differs': words(
    '这笔现金进出已按另一金额登记。',
    'This cash movement was recorded with another amount.',
    '请作为新的一笔登记。',
    'Enter it as a new movement.',
  ),
  'too-many-movements': words(
    '本班现金进出次数过多。',
    'This shift has too many cash movements.',
    '请交班后再开新班。',
    'Close the shift and open another.',
  ),
  'reason-unusable': words(
    '请填写原因；原因中不能有卡号。',
    'A reason is needed, and it must not hold a card number.',
    '请用几个字说明原因。',
    'Say why in a few words.',
  ),
  'nothing-since-z': words(
    '上次 Z 报表之后没有任何交易。',
    'Nothing has happened since the last Z report.',
    '如需要纸质报表，请重印上一份 Z。',
    'Reprint the last Z if it is the paper that is missing.',
  ),
  'no-such-report': words('没有这份报表。', 'There is no such report.', '请核对编号。', 'Check its number.'),
  'in-training': words(
    '正在培训模式，不能做真实业务。',
    'The till is in training mode: nothing real can be done.',
    '请先退出培训模式。',
    'Leave training mode first.',
  ),
} as const satisfies Record<string, RuleWords>;
