import { implement } from '@orpc/server';
import { contract } from './contract.ts';
import type { TillService } from './service.ts';

/** Binds the contract to a service; inputs and outputs are validated by the contract's schemas. */
export function createRouter(service: TillService) {
  const os = implement(contract);
  return os.router({
    status: {
      get: os.status.get.handler(() => service.status()),
      watch: os.status.watch.handler(({ signal }) => service.watchStatus(signal)),
      exposure: os.status.exposure.handler(() => service.exposure()),
    },
    operator: {
      signOn: os.operator.signOn.handler(({ input }) => service.signOnOperator(input)),
      signOff: os.operator.signOff.handler(() => service.signOffOperator()),
    },
    terminal: {
      signOn: os.terminal.signOn.handler(() => service.signOnTerminal()),
      uploadNow: os.terminal.uploadNow.handler(() => service.uploadNow()),
      totals: os.terminal.totals.handler(() => service.totals()),
      abandonSettlement: os.terminal.abandonSettlement.handler(({ input }) =>
        service.abandonSettlement(input),
      ),
      settle: os.terminal.settle.handler(({ input }) => service.settle(input)),
      checkBatch: os.terminal.checkBatch.handler(({ input }) => service.checkBatch(input)),
    },
    devices: {
      watch: os.devices.watch.handler(({ signal }) => service.watchDevices(signal)),
      enterCard: os.devices.enterCard.handler(({ input }) => service.enterCard(input)),
    },
    catalogue: {
      version: os.catalogue.version.handler(() => service.catalogueVersion()),
      page: os.catalogue.page.handler(({ input }) => service.cataloguePage(input)),
    },
    sale: {
      payCash: os.sale.payCash.handler(({ input }) => service.payCash(input)),
      payCard: os.sale.payCard.handler(({ input }) => service.payCard(input)),
      collectClaim: os.sale.collectClaim.handler(({ input }) => service.collectClaim(input)),
      get: os.sale.get.handler(({ input }) => service.getSale(input)),
      cancel: os.sale.cancel.handler(({ input }) => service.cancelSale(input)),
      refund: os.sale.refund.handler(({ input }) => service.refundSale(input)),
      refundPart: os.sale.refundPart.handler(({ input }) => service.refundPart(input)),
      withdrawRefund: os.sale.withdrawRefund.handler(({ input }) => service.withdrawRefund(input)),
      getRefund: os.sale.getRefund.handler(({ input }) => service.getRefund(input)),
      preAuthorise: os.sale.preAuthorise.handler(({ input }) => service.preAuthorise(input)),
    },
    purse: {
      balance: os.purse.balance.handler(() => service.purseBalance()),
      log: os.purse.log.handler(({ input }) => service.purseLog(input)),
      pay: os.purse.pay.handler(({ input }) => service.payPurse(input)),
      otherTender: os.purse.otherTender.handler(({ input }) => service.otherTender(input)),
      load: os.purse.load.handler(({ input }) => service.loadPurse(input)),
    },
    cards: {
      inquire: os.cards.inquire.handler(({ input }) => service.inquireCard(input)),
      load: os.cards.load.handler(({ input }) => service.loadCard(input)),
      serve: os.cards.serve.handler(({ input }) => service.serveCard(input)),
    },
    workbench: {
      list: os.workbench.list.handler(() => service.benchList()),
      act: os.workbench.act.handler(({ input }) => service.benchAct(input)),
    },
    shift: {
      open: os.shift.open.handler(({ input }) => service.openShift(input)),
      moveCash: os.shift.moveCash.handler(({ input }) => service.moveCash(input)),
      openDrawer: os.shift.openDrawer.handler(({ input }) => service.openDrawer(input)),
      close: os.shift.close.handler(({ input }) => service.closeShift(input)),
    },
    training: {
      enter: os.training.enter.handler(({ input }) => service.enterTraining(input)),
      leave: os.training.leave.handler(({ input }) => service.leaveTraining(input)),
    },
    reports: {
      x: os.reports.x.handler(({ input }) => service.xReport(input)),
      z: os.reports.z.handler(({ input }) => service.zReport(input)),
      list: os.reports.list.handler(({ input }) => service.listReports(input)),
      reprint: os.reports.reprint.handler(({ input }) => service.reprintReport(input)),
    },
    transactions: {
      list: os.transactions.list.handler(({ input }) => service.listTransactions(input)),
      receipt: os.transactions.receipt.handler(({ input }) => service.receipt(input)),
      void: os.transactions.void.handler(({ input }) => service.voidTransaction(input)),
      complete: os.transactions.complete.handler(({ input }) => service.completePreAuthorisation(input)),
      refund: os.transactions.refund.handler(({ input }) => service.refundTransaction(input)),
    },
  });
}

export type TillRouter = ReturnType<typeof createRouter>;
