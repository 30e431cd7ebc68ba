/** A load that its confirmation booked is known by the number of the load, and there is one of each. */
export const confirmedLoads = `
CREATE UNIQUE INDEX confirmed_loads_once ON transactions (terminal_id, sale_batch_number, sale_stan)
  WHERE kind = 'load' AND sale_stan IS NOT NULL;
`;
