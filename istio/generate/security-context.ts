/** What the restricted level of Pod Security asks for, and a root file system that cannot be written to. */

/** The account `nonroot` of distroless images. */
const NONROOT = 65_532;

export function podSecurity(user = NONROOT) {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    seccompProfile: { type: 'RuntimeDefault' as const },
  };
}

export function containerSecurity() {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  };
}
