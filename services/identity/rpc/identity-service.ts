import { requireUser } from '#chassis/rpc/call.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import type { eraseMe } from '../app/erase-me.ts';
import type { exportMyData } from '../app/export-my-data.ts';
import type { getUser } from '../app/get-user.ts';
import type { logIn } from '../app/log-in.ts';
import type { logOut } from '../app/log-out.ts';
import type { UserStore } from '../app/ports.ts';
import type { refreshToken } from '../app/refresh-token.ts';
import type { register } from '../app/register.ts';
import type { updateProfile } from '../app/update-profile.ts';
import { addressOf, userAgentOf } from './client-headers.ts';
import { toTokenPairMessage, toUserMessage } from './identity-message.ts';

export interface UseCases {
  register: ReturnType<typeof register>;
  logIn: ReturnType<typeof logIn>;
  refreshToken: ReturnType<typeof refreshToken>;
  logOut: ReturnType<typeof logOut>;
  getUser: ReturnType<typeof getUser>;
  findUsers: UserStore['find'];
  updateProfile: ReturnType<typeof updateProfile>;
  exportMyData: ReturnType<typeof exportMyData>;
  eraseMe: ReturnType<typeof eraseMe>;
}

/** Maps the contract of identity to its use cases. */
export function identityService(useCases: UseCases) {
  return implement(IdentityService, {
    async register({ requestId, email, password, displayName }) {
      return { user: toUserMessage(await useCases.register({ requestId, email, password, displayName })) };
    },
    async login({ email, password }, call) {
      const from = { address: addressOf(call), userAgent: userAgentOf(call) };
      const { user, tokens } = await useCases.logIn({ email, password, ...from });
      return { user: toUserMessage(user), tokens: toTokenPairMessage(tokens) };
    },
    async refreshToken({ refreshToken }) {
      return { tokens: toTokenPairMessage(await useCases.refreshToken(refreshToken)) };
    },
    async logout({ refreshToken }) {
      await useCases.logOut(refreshToken);
      return {};
    },
    async getUser({ userId }, call) {
      return { user: toUserMessage(await useCases.getUser(requireUser(call), userId)) };
    },
    async batchGetUsers({ userIds }) {
      const users = await useCases.findUsers(userIds);
      return { users: users.map(toUserMessage) };
    },
    async updateProfile({ displayName }, call) {
      return { user: toUserMessage(await useCases.updateProfile(requireUser(call).id, displayName)) };
    },
    async exportMyData(_request, call) {
      return { json: await useCases.exportMyData(requireUser(call).id) };
    },
    async eraseMe(_request, call) {
      await useCases.eraseMe(requireUser(call).id);
      return {};
    },
  });
}
