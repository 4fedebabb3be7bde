import type { Invariant, Look } from '../invariant.ts';
import type { OpenMesh } from '../open-mesh.ts';

/** Facts that can be true of their aggregate once only. A second one means that something was applied twice. */
const ONCE: Record<string, readonly string[]> = {
  orders: ['OrderPlaced', 'OrderConfirmed', 'OrderShipped', 'OrderDelivered', 'OrderCancelled'],
  payments: ['PaymentAuthorized', 'PaymentCaptured', 'PaymentVoided'],
  shipping: ['ShipmentCreated', 'ShipmentDispatched', 'ShipmentDelivered'],
  notifications: ['NotificationSent', 'NotificationFailed'],
};

/** Looks for effects that happened twice: in what the services told, and in the history of orders. */
export const appliedOnce: Invariant = {
  claim: 'No event and no step has had its effect twice',
  async look(mesh) {
    const looks = await Promise.all([...Object.keys(ONCE).map((service) => told(mesh, service)), history(mesh)]);
    return {
      checked: looks.reduce((sum, { checked }) => sum + checked, 0),
      violations: looks.flatMap(({ violations }) => violations),
    };
  },
};

interface Repeat {
  id: string;
  type: string;
  times: number;
  checked: number;
}

function told(mesh: OpenMesh, service: string): Promise<Look> {
  const subjects = (ONCE[service] ?? []).map((event) => `tradewind.${service}.events.v1.${event}`);
  return mesh.read(service, async (sql) =>
    lookOf(
      service,
      await sql<Repeat[]>`
        select aggregate_id as id, subject as type, count(*)::int as times from outbox
        where subject = any(${subjects}) group by aggregate_id, subject`,
    ),
  );
}

function history(mesh: OpenMesh): Promise<Look> {
  return mesh.read('orders', async (sql) =>
    lookOf(
      'the history of orders',
      await sql<Repeat[]>`
        select order_id as id, type, count(*)::int as times from order_event
        where type = any(${[...(ONCE.orders ?? []), 'OrderShipmentCreated']}) group by order_id, type`,
    ),
  );
}

function lookOf(where: string, facts: readonly Repeat[]): Look {
  const repeated = facts.filter(({ times }) => times > 1);
  return {
    checked: facts.length,
    violations: repeated.map(({ id, type, times }) => ({
      about: `${type} of ${id}`,
      problem: `happened ${times} times in ${where}`,
    })),
  };
}
