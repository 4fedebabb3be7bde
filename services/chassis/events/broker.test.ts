import { brokerLaws } from '../testing/broker-laws.ts';
import { startNats } from '../testing/nats.ts';
import { quietLog } from '../testing/quiet-log.ts';
import { memoryBroker } from './memory-broker.ts';
import { connectNats } from './nats-broker.ts';

brokerLaws('the broker in memory', async () => {
  const broker = memoryBroker();
  return { broker, close: () => broker.close() };
});

brokerLaws('NATS JetStream', async () => {
  const nats = await startNats();
  const broker = await connectNats({ url: nats.url, service: 'laws', log: quietLog });
  return {
    broker,
    async close() {
      await broker.close();
      await nats.stop();
    },
  };
});
