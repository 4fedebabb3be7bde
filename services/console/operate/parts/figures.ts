/** Writes figures as briefly as they can be read. */
export function ms(value: number): string {
  if (value === 0) return '–';
  if (value < 1) return '<1 ms';
  if (value < 10) return `${value.toFixed(1)} ms`;
  if (value < 10_000) return `${Math.round(value)} ms`;
  return seconds(value / 1000);
}

export function rate(perSecond: number): string {
  if (perSecond === 0) return '0/s';
  if (perSecond < 0.01) return '<0.01/s';
  return `${perSecond < 10 ? Number(perSecond.toFixed(2)) : Math.round(perSecond)}/s`;
}

export function seconds(value: number): string {
  if (value < 60) return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} s`;
  if (value < 3600) return `${Math.round(value / 60)} min`;
  if (value < 86_400) return `${(value / 3600).toFixed(1)} h`;
  return `${(value / 86_400).toFixed(1)} d`;
}

export function bytes(value: bigint): string {
  const size = Number(value);
  if (size < 1024) return `${size} B`;
  if (size < 1024 ** 2) return `${(size / 1024).toFixed(1)} KiB`;
  return `${Math.round(size / 1024 ** 2)} MiB`;
}

export function percent(value: number): string {
  return `${Number(value.toFixed(value > 99 && value < 100 ? 3 : 1))} %`;
}

/** `tradewind.orders.events.v1.OrderPlaced` as `OrderPlaced`; `…OrdersService/PlaceOrder` as `OrdersService/PlaceOrder`. */
export function lastName(name: string): string {
  return /^[\w.]+(?:\/\w+)?$/.test(name) ? name.slice(name.lastIndexOf('.') + 1) : name;
}

/** What people call an order or a saga: the end of its id, which differs most. Shoppers are told orders by it too. */
export const numberOf = (id: string): string => id.slice(-8).toUpperCase();
