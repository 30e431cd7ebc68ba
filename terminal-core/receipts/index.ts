export { composeReceipt } from './compose-receipt.ts';
export { DRAWER_PULSE } from './drawer-pulse.ts';
export { escapeText, printableText } from './escape-text.ts';
export { markAsCopy } from './mark-as-copy.ts';
export type * from './receipt-input.ts';
export {
  type ReceiptColumns,
  type RenderOptions,
  renderEscPos,
  renderSvg,
  renderText,
} from './render-receipt.ts';
export type { TakingsRow } from './report-input.ts';
