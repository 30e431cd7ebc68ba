// The read-only console. The token stands behind the # of the address, which a browser sends to nobody.
const token = location.hash.slice(1);
const REFRESH_MS = 2_000;
const TRAFFIC_HEIGHT = 100;
const TRAFFIC_BAR_WIDTH = 10;

const yuan = (minor) => `${minor < 0 ? '-' : ''}${(Math.abs(minor) / 100).toFixed(2)}`;
const moment = (atMs) =>
  atMs === null ? '' : new Date(atMs).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
const totals = (json) => {
  if (json === null) return '';
  const { creditCount, creditMinor, debitCount, debitMinor } = JSON.parse(json);
  return `${debitCount} / ${yuan(debitMinor)}, ${creditCount} / ${yuan(creditMinor)}`;
};

const TABLES = {
  terminals: [
    ['Terminal', (row) => row.terminalId],
    ['Merchant', (row) => row.merchantId],
    ['Status', (row) => row.status],
    ['Batch', (row) => row.batchNumber],
    ['Signed on', (row) => (row.signedOn ? moment(row.signedOnAtMs) : 'no')],
  ],
  exceptions: [
    ['No.', (row) => row.exceptionId, 'number'],
    ['What', (row) => row.kind],
    ['Terminal', (row) => row.terminalId],
    ['Trace', (row) => row.stan],
    ['Amount', (row) => yuan(row.amountMinor), 'number'],
    ['What to do', (row) => row.action],
  ],
  messages: [
    ['Time', (row) => moment(row.atMs)],
    ['Terminal', (row) => row.terminalId],
    ['MTI', (row) => row.mti],
    ['Trace', (row) => row.stan],
    ['What', (row) => row.kind],
    ['State', (row) => row.state],
    ['Code', (row) => row.responseCode],
    ['Amount', (row) => yuan(row.amountMinor), 'number'],
    ['Card', (row) => row.panMasked ?? ''],
    ['Reason', (row) => row.reason ?? ''],
  ],
  batches: [
    ['Terminal', (row) => row.terminalId],
    ['Batch', (row) => row.batchNumber],
    ['State', (row) => row.state],
    ['Opened', (row) => moment(row.openedAtMs)],
    ['Closed', (row) => moment(row.closedAtMs)],
    ['Terminal: debits, credits', (row) => totals(row.terminalTotals)],
    ['Host: debits, credits', (row) => totals(row.hostTotals)],
  ],
};

// Text only: what a terminal sent never becomes markup.
function element(name, text, className) {
  const node = document.createElement(name);
  node.textContent = String(text);
  if (className) node.className = className;
  return node;
}

function fill(id, rows) {
  const columns = TABLES[id];
  const head = document.createElement('tr');
  head.append(...columns.map(([title, , align]) => element('th', title, align)));
  const body = rows.map((row) => {
    const line = document.createElement('tr');
    line.className = row.state ?? row.status ?? '';
    line.append(...columns.map(([, value, align]) => element('td', value(row), align)));
    return line;
  });
  document
    .getElementById(id)
    .replaceChildren(...(rows.length === 0 ? [element('caption', 'none')] : [head, ...body]));
}

function figure(title, value) {
  const node = element('div', '', 'figure');
  node.append(element('b', value), element('span', title));
  return node;
}

function draw(traffic) {
  const most = Math.max(1, ...traffic);
  const bars = traffic.map((count, index) => {
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const height = (count / most) * TRAFFIC_HEIGHT;
    const place = {
      x: index * TRAFFIC_BAR_WIDTH,
      y: TRAFFIC_HEIGHT - height,
      width: TRAFFIC_BAR_WIDTH - 1,
      height,
    };
    for (const [name, value] of Object.entries(place)) bar.setAttribute(name, String(value));
    return bar;
  });
  document.getElementById('traffic').replaceChildren(...bars);
}

function health(text, className) {
  const node = document.getElementById('health');
  node.textContent = text;
  node.className = className;
}

async function refresh() {
  const response = await fetch('/state', { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error((await response.json()).error);
  const view = await response.json();
  document.getElementById('clock').textContent = moment(view.nowMs);
  document
    .getElementById('figures')
    .replaceChildren(
      figure('connections', view.connections),
      figure('answers since the start', view.frames.answered),
      ...view.ledger.map(({ balanceMinor, kind }) => figure(kind, yuan(balanceMinor))),
    );
  draw(view.traffic);
  fill('terminals', view.terminals);
  fill('exceptions', view.openExceptions);
  fill('messages', view.messages);
  fill('batches', view.batches);
  health(
    view.ledgerSumMinor === 0 ? 'ledger balances' : 'the ledger does not balance',
    view.ledgerSumMinor === 0 ? 'good' : 'bad',
  );
}

async function run() {
  try {
    await refresh();
  } catch (error) {
    health(`no answer from the host: ${error.message}`, 'bad');
  }
  setTimeout(run, REFRESH_MS);
}

run();
