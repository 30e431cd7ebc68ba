import { main } from '../main.ts';

// `holdfast host` with one addition: it ends with the till that started it, however that ended. Arguments as for `host`.
const endWithTill = (): void => {
  process.kill(process.pid, 'SIGTERM');
};
process.on('disconnect', endWithTill);
process.exitCode = await main(['host', ...process.argv.slice(2)], process);
process.off('disconnect', endWithTill);
if (process.connected) process.disconnect();
