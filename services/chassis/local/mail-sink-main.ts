import { startMailSink } from './mail-sink.ts';
import { stopWithParent } from './stop-with-parent.ts';

const [directory = '', smtpPort = '0', httpPort = '0'] = process.argv.slice(2);
const sink = await startMailSink({ directory, smtpPort: Number(smtpPort), httpPort: Number(httpPort) });
const stop = () => void sink.stop().then(() => process.exit(0));
process.on('SIGTERM', stop);
stopWithParent(stop);
