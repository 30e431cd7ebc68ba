import type { ReportDoc } from '../../engine/takings.ts';
import type { TillPorts } from './till-ports.ts';
import { receiptView } from './views.ts';

/** What did not come out can be printed again from the journal; the printer's own status tells why it did not. */
export async function printReport(
  { terminal, devices }: Pick<TillPorts, 'terminal' | 'devices'>,
  report: Pick<ReportDoc, 'reportId' | 'receipt'>,
  copy: 'original' | 'copy',
): Promise<void> {
  if (!devices.printer) return;
  const { reportId, receipt } = report;
  const { escPosBase64 } = receiptView(receipt, copy);
  const printed = await devices.printer.print(Buffer.from(escPosBase64, 'base64'));
  if (printed.kind === 'printed') {
    await terminal.run({ kind: 'report-printed', reportId, copy: copy === 'copy' });
  }
}
