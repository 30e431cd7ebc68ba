import { type RuleWords, words } from './words.ts';

/** Records that were set aside, and the cards they were made with. */
export const WORKBENCH_REFUSALS = {
  'card-blocked-here': words(
    '本店已停用此卡：它的一笔脱机消费被发卡方拒绝，尚未补付。',
    'This store has blocked this card: an offline sale on it was refused and is not paid for.',
    '请补付该笔款项，或换其他付款方式；主管可解除停用。',
    'Collect what is due, or take another tender; a supervisor can lift the block.',
  ),
  'bench-action-not-now': words(
    '这笔记录现在不能做此处理。',
    'This cannot be done about this record now.',
    '请刷新待处理列表后再选择。',
    'Look at the list again and choose from what it offers.',
  ),
  'note-required': words(
    '此处理必须写明原因。',
    'This needs a reason in words.',
    '请写明原因后重试。',
    'Write down why and try again.',
  ),
  'note-too-long': words(
    '原因超过 200 个字符。',
    'The reason is longer than 200 characters.',
    '请缩短后重试。',
    'Shorten it and try again.',
  ),
  'note-holds-card-number': words(
    '原因中含有类似卡号的数字，不能保存。',
    'The reason holds what looks like a card number and cannot be kept.',
    '请去掉卡号，只写后四位。',
    'Take the number out; the last four digits will do.',
  ),
  'claim-not-collectable': words(
    '这笔记录没有标记为待补收。',
    'This record is not marked to be collected.',
    '请主管在待处理列表中标记。',
    'A supervisor can mark it at the workbench.',
  ),
  'claim-collected': words(
    '这笔欠款已经补收。',
    'This claim has been collected already.',
    '请勿再次收款。',
    'Do not charge again.',
  ),
} as const satisfies Record<string, RuleWords>;
