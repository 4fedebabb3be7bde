import { type ChannelCredentials, experimental } from '@grpc/grpc-js';
import type { MeshIdentity } from './mesh-identity.ts';
import { serverCheck } from './server-check.ts';

type Provider = experimental.CertificateProvider;
type CaListener = Parameters<Provider['addCaCertificateListener']>[0];
type IdentityListener = Parameters<Provider['addIdentityCertificateListener']>[0];

/** Calls go over mutual TLS: who makes them, and the one service that may answer. */
export interface SecureChannel {
  identity: MeshIdentity;
  service: string;
}

/** Lets a gRPC channel show who we are and believe no server but `service`. Each connection it makes uses the certificate that is then current. */
export function channelCredentials({ identity, service }: SecureChannel): ChannelCredentials {
  const provider = certificateProvider(identity);
  const checkServerIdentity = serverCheck(identity, service);
  return experimental.createCertificateProviderChannelCredentials(provider, provider, { checkServerIdentity });
}

/** Not grpc-js's watcher of files: that takes a certificate and a key that do not belong together when it reads between the two writes. */
function certificateProvider(identity: MeshIdentity): Provider {
  const unwatch = new Map<CaListener | IdentityListener, () => void>();
  const remove = (listener: CaListener | IdentityListener) => {
    unwatch.get(listener)?.();
    unwatch.delete(listener);
  };
  return {
    addCaCertificateListener(listener) {
      const tell = ({ ca }: { ca: Buffer }) => listener({ caCertificate: ca });
      tell(identity.current());
      unwatch.set(listener, identity.watch(tell));
    },
    addIdentityCertificateListener(listener) {
      const tell = ({ cert, key }: { cert: Buffer; key: Buffer }) => listener({ certificate: cert, privateKey: key });
      tell(identity.current());
      unwatch.set(listener, identity.watch(tell));
    },
    removeCaCertificateListener: remove,
    removeIdentityCertificateListener: remove,
  };
}
