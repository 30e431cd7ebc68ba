import type { Story } from './kill-stories.ts';

/** Instructions at which a purse is taken away: DEBIT and CREDIT. */
const DEBIT = 0x54;
const CREDIT = 0x52;

/** Stories with the electronic purse. The card and the PSAM go on living when the till dies. */
export const PURSE_STORIES: Readonly<Record<string, Story>> = {
  'sale with a purse': async (till) => {
    await till.payPurse(await till.atDevice({ does: 'put-in-purse' }));
    await till.terminal.sync();
  },
  'load of a purse': async (till) => {
    await till.loadPurse(await till.atDevice({ does: 'put-in-purse' }));
    await till.terminal.sync();
  },
  'load of a purse whose answer is lost': async (till) => {
    const purseRef = await till.atDevice({ does: 'put-in-purse' });
    till.breakAnswer();
    // Without the answer the card cannot be loaded, and the cash is given back.
    await till.loadPurse(purseRef, {}, 'declined');
    await till.reconnect();
    await till.atDevice({ does: 'put-in-purse' });
    await till.terminal.sync();
  },
  'load that a purse does not get': async (till) => {
    const tear = { instruction: CREDIT, point: 'before-acting' } as const;
    await till.loadPurse(await till.atDevice({ does: 'put-in-purse', tear }), {}, 'card-in-doubt');
    await till.atDevice({ does: 'put-in-purse' });
    await till.terminal.sync();
  },
  'purse that is taken away after it has paid': async (till) => {
    const tear = { instruction: DEBIT, point: 'after-acting' } as const;
    await till.payPurse(await till.atDevice({ does: 'put-in-purse', tear }), 'card-in-doubt');
    await till.atDevice({ does: 'put-in-purse' });
    await till.terminal.sync();
  },
  'purse that is taken away before it pays': async (till) => {
    const tear = { instruction: DEBIT, point: 'before-acting' } as const;
    await till.payPurse(await till.atDevice({ does: 'put-in-purse', tear }), 'card-in-doubt');
    await till.atDevice({ does: 'put-in-purse' });
  },
  'purse that has paid what was paid otherwise, too': async (till) => {
    const tear = { instruction: DEBIT, point: 'acted-without-proof' } as const;
    const purseRef = await till.atDevice({ does: 'put-in-purse', tear });
    const txnId = await till.payPurse(purseRef, 'card-in-doubt');
    await till.terminal.service('otherTender', { txnId });
    const sameAgain = await till.atDevice({ does: 'put-in-purse' });
    await till.terminal.sync();
    await till.loadPurse(sameAgain, { refundOf: txnId });
  },
  'purse that comes back after the settlement': async (till) => {
    const tear = { instruction: DEBIT, point: 'after-acting' } as const;
    await till.payPurse(await till.atDevice({ does: 'put-in-purse', tear }), 'card-in-doubt');
    await till.settle();
    await till.terminal.sync();
    await till.atDevice({ does: 'put-in-purse' });
    await till.terminal.sync();
  },
};
