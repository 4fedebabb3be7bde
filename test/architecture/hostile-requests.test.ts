import {
  create,
  type DescField,
  type DescMessage,
  type DescMethod,
  getOption,
  type MessageInitShape,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { createValidator } from '@bufbuild/protovalidate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Route } from '#chassis/rpc/implementation.ts';
import { connectTo, type Protocol, protocols, type RawCall, type Told, type Wire } from '#chassis/testing/raw-call.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { nameOf, rpcServices, rpcs } from './contracts.ts';

/** Every contract, served for real, with nothing behind it: whatever gets past the chain would answer INTERNAL. */
let mesh: Served;
let wire: Wire;
const validator = createValidator();
const callers = new Map<string, Promise<Record<string, string>>>();

beforeAll(async () => {
  const reached = () => {
    throw new Error('a request that should have been refused was served');
  };
  const read = async (requests: AsyncIterable<unknown>) => {
    for await (const _ of requests) reached();
  };
  const routes: Route[] = rpcServices.map((service) => ({
    service,
    impl: Object.fromEntries(
      service.methods.map(({ localName, methodKind }) => [
        localName,
        methodKind === 'client_streaming' ? (read as () => never) : reached,
      ]),
    ),
  }));
  // Every RPC is called at once: a busy machine would refuse some as too much to do.
  const crowd = 10 * rpcs.length;
  const concurrency = { start: crowd, min: crowd, max: crowd };
  mesh = await serve(routes, { domain: 'test.tradewind', rules: {} }, { concurrency });
  wire = connectTo({ http: mesh.httpPort, grpc: mesh.grpcPort });
});

afterAll(async () => {
  wire.close();
  await mesh.stop();
});

/** The credentials of someone who may call. */
function credentials(method: DescMethod): Promise<Record<string, string>> {
  const [service = ''] = getOption(method, rpcPolicy).allowedCallers.filter((caller) => caller !== 'external');
  const user = { id: newId(), roles: ['SHOPPER', 'MERCHANT', 'OPERATOR'] };
  const known = callers.get(service) ?? mesh.headers(service ? { user, service } : { user });
  callers.set(service, known);
  return known;
}

type Body = Pick<RawCall, 'message' | 'claims'>;

/** Sends each RPC what is made for it, and lists those that answer anything but INVALID_ARGUMENT with one ErrorInfo and the fields expected. */
async function notRefused(
  methods: readonly DescMethod[],
  protocol: Protocol,
  body: (method: DescMethod) => Body,
  fieldsOf: (method: DescMethod) => string[],
) {
  const answers = methods.map(async (method) => {
    const path = nameOf(method);
    const told = await wire[protocol]({
      path,
      headers: await credentials(method),
      isStream: method.methodKind !== 'unary',
      ...body(method),
    }).catch(
      (error: unknown): Told => ({
        code: String(error),
        reasons: [],
        fields: [],
        metadata: {},
        message: '',
        correlationId: undefined,
      }),
    );
    const expected = fieldsOf(method);
    const isRefused = told.code === 'InvalidArgument' && told.reasons.length === 1 && told.correlationId !== undefined;
    return isRefused && expected.every((field) => told.fields.includes(field)) ? [] : [{ path, expected, ...told }];
  });
  return (await Promise.all(answers)).flat();
}

const text = (json: unknown): Uint8Array => Buffer.from(JSON.stringify(json));
const isText = (field: DescField) => field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING && !field.oneof;
const withFields = rpcs.filter(({ input }) => input.fields.length > 0);

/** The fields that must be given, by the contract's own rules. A oneof of which one must be is no field. */
function required(message: DescMessage): string[] {
  const { violations = [] } = validator.validate(message, create(message));
  return violations.map((violation) => violation.field.map((part) => ('name' in part ? part.name : '')).join('.'));
}

const needsSomething = ({ input }: DescMethod) => validator.validate(input, create(input)).kind === 'invalid';

function tooLong({ input }: DescMethod) {
  return Object.fromEntries(input.fields.filter(isText).map((field) => [field.localName, 'x'.repeat(50_000)]));
}

function first({ input }: DescMethod): DescField {
  const [field] = input.fields;
  if (!field) throw new Error(`${input} has no fields`);
  return field;
}

/** How the first value of a field is called in an error that found it in binary. */
const pathOf = (field: DescField) => (field.fieldKind === 'list' ? `${field.name}[0]` : field.name);

/** A field whose value is shorter than it says. */
function cutShort(field: DescField): Uint8Array {
  const isNumber = field.fieldKind === 'enum' || (field.fieldKind === 'scalar' && !isBytes(field.scalar));
  const writer = new BinaryWriter().tag(field.number, isNumber ? WireType.Varint : WireType.LengthDelimited);
  return writer.raw(Uint8Array.of(0xff)).finish();
}

/** On the wire a number is also a value of a list of numbers. */
function takesNumber(field: DescField): boolean {
  const isList = field.fieldKind === 'list' && field.listKind === 'scalar' && !isBytes(field.scalar);
  return isList || cutShort(field)[0] === field.number << 3;
}

const isBytes = (scalar: ScalarType) => scalar === ScalarType.STRING || scalar === ScalarType.BYTES;

describe.each(protocols)('over %s', (protocol) => {
  const isJson = protocol === 'Connect JSON';

  test('an empty request is refused, naming what is missing', async () => {
    const empty = { message: isJson ? text({}) : new Uint8Array() };
    const methods = rpcs.filter(needsSomething);
    expect(methods.length).toBeGreaterThan(20);
    expect(
      await notRefused(
        methods,
        protocol,
        () => empty,
        ({ input }) => required(input),
      ),
    ).toEqual([]);
  });

  test('texts that are too long are refused, naming each', async () => {
    const body = (method: DescMethod) => ({
      message: isJson
        ? text(tooLong(method))
        : toBinary(method.input, create(method.input, tooLong(method) as MessageInitShape<DescMessage>)),
    });
    const methods = rpcs.filter(({ input }) => input.fields.some(isText));
    const long = ({ input }: DescMethod) => input.fields.filter(isText).map(({ name }) => name);
    expect(await notRefused(methods, protocol, body, long)).toEqual([]);
  });

  test('a message larger than any may be is refused before it has been sent', async () => {
    const body = { message: isJson ? text({}) : Uint8Array.of(0), claims: 5 * 1024 * 1024 };
    expect(
      await notRefused(
        rpcs,
        protocol,
        () => body,
        () => [],
      ),
    ).toEqual([]);
  });

  test('a value of another type is refused, naming the field', async () => {
    const confused = (method: DescMethod) => {
      const field = first(method);
      const wrong = field.fieldKind === 'scalar' || field.fieldKind === 'enum' ? { not: 'this' } : 'text';
      // In binary, a number where something with a length belongs: it is taken for that length.
      const number = new BinaryWriter().tag(field.number, WireType.Varint).uint32(42).finish();
      return { message: isJson ? text({ [field.name]: wrong }) : number };
    };
    const methods = withFields.filter((method) => isJson || !takesNumber(first(method)));
    expect(methods.length).toBeGreaterThan(20);
    expect(
      await notRefused(methods, protocol, confused, (method) => [isJson ? first(method).name : pathOf(first(method))]),
    ).toEqual([]);
  });

  test('a message that ends in the middle is refused, in binary naming the field', async () => {
    const cut = (method: DescMethod) => ({
      message: isJson ? Buffer.from(`{"${first(method).name}": `) : cutShort(first(method)),
    });
    const fields = (method: DescMethod) => (isJson ? [] : [pathOf(first(method))]);
    expect(await notRefused(withFields, protocol, cut, fields)).toEqual([]);
  });
});
