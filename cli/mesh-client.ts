import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { heldToken } from './held-token.ts';

/** Generated clients through the gateway of a mesh, all signed in as the same person or all as nobody. */
export interface MeshClient {
  of<S extends DescService>(service: S): Client<S>;
  /** The same mesh as somebody else; rejects when the e-mail and password do not fit. */
  signedIn(credentials: { email: string; password: string }): Promise<MeshClient>;
}

export function meshClient(gatewayUrl: string): MeshClient {
  const sessionManager = new Http2SessionManager(gatewayUrl);
  const transportOf = (interceptors: Interceptor[]) =>
    createConnectTransport({ baseUrl: gatewayUrl, httpVersion: '2', sessionManager, interceptors });
  const identity = createClient(IdentityService, transportOf([]));
  const as = (interceptors: Interceptor[]): MeshClient => {
    const transport = transportOf(interceptors);
    return {
      of: (service) => createClient(service, transport),
      async signedIn(credentials) {
        const { tokens } = await identity.login(credentials);
        if (!tokens) throw new Error('the answer to a sign-in holds no tokens');
        return as([bearer(heldToken(identity, tokens))]);
      },
    };
  };
  return as([]);
}

function bearer(token: () => Promise<string>): Interceptor {
  return (next) => async (request) => {
    request.header.set('authorization', `Bearer ${await token()}`);
    return next(request);
  };
}
