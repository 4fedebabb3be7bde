import { Code } from '@connectrpc/connect';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { codeName } from './code-name.ts';

const codes = Object.values(Code).filter((code) => typeof code === 'number');

test.each(codes)('%i is called what gRPC calls it', (code) => {
  expect(codeName(code)).toBe(status[code]);
});
