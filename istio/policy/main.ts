/** `node istio/policy/main.ts CALLER RPC [--overlay NAME]`: whether a service may call an RPC, and which manifest decides. Ends with 1 for no, with 2 when the question makes no sense. */
import { answerTo } from './question.ts';

const { status, told } = answerTo(process.argv.slice(2));
(status === 2 ? process.stderr : process.stdout).write(told);
process.exitCode = status;
