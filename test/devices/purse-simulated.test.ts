import { SimulatedSmartCardReader } from '../../terminal-core/devices/index.ts';
import type { SmartCard } from '../../terminal-core/ports/smart-card.ts';
import { purseScenes } from './purse-scenes.ts';

purseScenes('a purse in the simulated reader', async () => {
  const reader = new SimulatedSmartCardReader({ deviceId: 'chip-1' });
  await reader.open();
  const cardIn = (slotId: string): SmartCard => {
    const card = reader.slots().find((slot) => slot.slotId === slotId)?.card;
    if (card === undefined) throw new Error(`no card in ${slotId}`);
    return card;
  };
  return {
    insert: async (slotId, chip) => {
      reader.insert(slotId, chip);
      return cardIn(slotId);
    },
    takeOut: async () => reader.remove('card'),
    close: () => reader.close(),
  };
});
