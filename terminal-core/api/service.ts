import type { InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract';
import type { contract, DeviceEvent, TillStatus } from './contract.ts';

type Inputs = InferContractRouterInputs<typeof contract>;
type Outputs = InferContractRouterOutputs<typeof contract>;

/** What the router calls: one method a procedure of the contract. `runtime/` implements it. */
export interface TillService {
  status(): TillStatus;
  /** A whole status at once and after every change, until the signal ends it. */
  watchStatus(signal: AbortSignal | undefined): AsyncGenerator<TillStatus>;
  exposure(): Outputs['status']['exposure'];
  watchDevices(signal: AbortSignal | undefined): AsyncGenerator<DeviceEvent>;
  signOnOperator(input: Inputs['operator']['signOn']): Promise<Outputs['operator']['signOn']>;
  signOffOperator(): Promise<Outputs['operator']['signOff']>;
  signOnTerminal(): Promise<Outputs['terminal']['signOn']>;
  uploadNow(): Promise<Outputs['terminal']['uploadNow']>;
  totals(): Outputs['terminal']['totals'];
  abandonSettlement(
    input: Inputs['terminal']['abandonSettlement'],
  ): Promise<Outputs['terminal']['abandonSettlement']>;
  settle(input: Inputs['terminal']['settle']): Promise<Outputs['terminal']['settle']>;
  checkBatch(input: Inputs['terminal']['checkBatch']): Promise<Outputs['terminal']['checkBatch']>;
  enterCard(input: Inputs['devices']['enterCard']): Outputs['devices']['enterCard'];
  catalogueVersion(): Outputs['catalogue']['version'];
  cataloguePage(input: Inputs['catalogue']['page']): Outputs['catalogue']['page'];
  payCash(input: Inputs['sale']['payCash']): Promise<Outputs['sale']['payCash']>;
  payCard(input: Inputs['sale']['payCard']): Promise<Outputs['sale']['payCard']>;
  getSale(input: Inputs['sale']['get']): Outputs['sale']['get'];
  refundSale(input: Inputs['sale']['refund']): Promise<Outputs['sale']['refund']>;
  refundPart(input: Inputs['sale']['refundPart']): Promise<Outputs['sale']['refundPart']>;
  withdrawRefund(input: Inputs['sale']['withdrawRefund']): Promise<Outputs['sale']['withdrawRefund']>;
  getRefund(input: Inputs['sale']['getRefund']): Outputs['sale']['getRefund'];
  cancelSale(input: Inputs['sale']['cancel']): Promise<Outputs['sale']['cancel']>;
  preAuthorise(input: Inputs['sale']['preAuthorise']): Promise<Outputs['sale']['preAuthorise']>;
  collectClaim(input: Inputs['sale']['collectClaim']): Promise<Outputs['sale']['collectClaim']>;
  purseBalance(): Promise<Outputs['purse']['balance']>;
  purseLog(input: Inputs['purse']['log']): Promise<Outputs['purse']['log']>;
  payPurse(input: Inputs['purse']['pay']): Promise<Outputs['purse']['pay']>;
  otherTender(input: Inputs['purse']['otherTender']): Promise<Outputs['purse']['otherTender']>;
  loadPurse(input: Inputs['purse']['load']): Promise<Outputs['purse']['load']>;
  benchList(): Outputs['workbench']['list'];
  benchAct(input: Inputs['workbench']['act']): Promise<Outputs['workbench']['act']>;
  openShift(input: Inputs['shift']['open']): Promise<Outputs['shift']['open']>;
  moveCash(input: Inputs['shift']['moveCash']): Promise<Outputs['shift']['moveCash']>;
  openDrawer(input: Inputs['shift']['openDrawer']): Promise<Outputs['shift']['openDrawer']>;
  closeShift(input: Inputs['shift']['close']): Promise<Outputs['shift']['close']>;
  enterTraining(input: Inputs['training']['enter']): Promise<Outputs['training']['enter']>;
  leaveTraining(input: Inputs['training']['leave']): Promise<Outputs['training']['leave']>;
  xReport(input: Inputs['reports']['x']): Promise<Outputs['reports']['x']>;
  zReport(input: Inputs['reports']['z']): Promise<Outputs['reports']['z']>;
  listReports(input: Inputs['reports']['list']): Outputs['reports']['list'];
  reprintReport(input: Inputs['reports']['reprint']): Promise<Outputs['reports']['reprint']>;
  listTransactions(input: Inputs['transactions']['list']): Outputs['transactions']['list'];
  receipt(input: Inputs['transactions']['receipt']): Promise<Outputs['transactions']['receipt']>;
  voidTransaction(input: Inputs['transactions']['void']): Promise<Outputs['transactions']['void']>;
  completePreAuthorisation(
    input: Inputs['transactions']['complete'],
  ): Promise<Outputs['transactions']['complete']>;
  refundTransaction(input: Inputs['transactions']['refund']): Promise<Outputs['transactions']['refund']>;
  inquireCard(input: Inputs['cards']['inquire']): Promise<Outputs['cards']['inquire']>;
  loadCard(input: Inputs['cards']['load']): Promise<Outputs['cards']['load']>;
  serveCard(input: Inputs['cards']['serve']): Promise<Outputs['cards']['serve']>;
}
