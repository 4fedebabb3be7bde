/** Keeps orders in memory by the same laws as PostgreSQL: see `order-store.laws.ts`. */
import type { NewSaga } from '#chassis/saga/store.ts';
import type { OrderStore } from '../app/ports.ts';
import type { RecordedEvent } from '../domain/event.ts';
import type { Order } from '../domain/order.ts';

export interface MemoryOrderStore extends OrderStore {
  sagas: NewSaga[];
  asked: string[];
  subjects: string[];
}

export function memoryOrderStore(): MemoryOrderStore {
  const orders = new Map<string, Order>();
  const events = new Map<string, RecordedEvent[]>();
  const requests = new Map<string, { orderId: string; requestHash: Uint8Array }>();
  const sagas: NewSaga[] = [];
  const asked: string[] = [];
  const subjects: string[] = [];
  // What is read is a copy, as from a table: nobody changes an order by holding it.
  const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

  return {
    sagas,
    asked,
    subjects,
    async place({ order, placed, outbox, checkout, requestId, requestHash }) {
      const key = `${order.userId} ${requestId}`;
      if (requests.has(key)) return false;
      requests.set(key, { orderId: order.id, requestHash });
      orders.set(order.id, stored(order));
      events.set(order.id, [stored(placed)]);
      subjects.push(outbox.subject);
      sagas.push(checkout);
      return true;
    },
    async append({ before, after, events: added, outbox, cancelSaga, startSaga }) {
      if (orders.get(before.id)?.version !== before.version) return false;
      orders.set(before.id, stored(after));
      events.get(before.id)?.push(...stored([...added]));
      subjects.push(...outbox.map((row) => row.subject));
      if (cancelSaga) asked.push(cancelSaga);
      if (startSaga) sagas.push(startSaga);
      return true;
    },
    async find(orderId) {
      const order = orders.get(orderId);
      return order && stored(order);
    },
    async findMany(orderIds) {
      return orderIds.flatMap((id) => orders.get(id) ?? []).map(stored);
    },
    async findRequest(userId, requestId) {
      const request = requests.get(`${userId} ${requestId}`);
      const placed = request && events.get(request.orderId)?.[0];
      return placed && { placed: stored(placed), requestHash: request.requestHash };
    },
    async events(orderId, afterVersion) {
      return stored((events.get(orderId) ?? []).filter(({ version }) => version > afterVersion));
    },
    async versions(orderIds) {
      return new Map(orderIds.flatMap((id) => orders.get(id) ?? []).map(({ id, version }) => [id, version]));
    },
  };
}
