import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';

/** Generated clients through the gateway of a mesh, all signed in as the same person or all as nobody. */
export interface MeshClient {
  of<S extends DescService>(service: S): Client<S>;
  /** The same mesh as somebody else; rejects when the e-mail and password do not fit. */
  signedIn(credentials: { email: string; password: string }): Promise<MeshClient>;
}

export function meshClient(gatewayUrl: string): MeshClient {
  const sessionManager = new Http2SessionManager(gatewayUrl);
  const as = (token: string | undefined): MeshClient => {
    const interceptors = token === undefined ? [] : [bearer(token)];
    const transport = createConnectTransport({ baseUrl: gatewayUrl, httpVersion: '2', sessionManager, interceptors });
    return {
      of: (service) => createClient(service, transport),
      async signedIn(credentials) {
        const { tokens } = await createClient(IdentityService, transport).login(credentials);
        return as(tokens?.accessToken);
      },
    };
  };
  return as(undefined);
}

function bearer(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
}
