/** `npm run can-i-deploy <service> [-- --to <environment> [--deployed]]`: answers yes (0), no (1) with each pair in the way, or says what it did not understand (2). */
import { answerTo } from './answer.ts';

const { status, told } = answerTo(process.argv.slice(2));
(status === 2 ? process.stderr : process.stdout).write(told);
process.exitCode = status;
