import { requireUser } from '#chassis/rpc/call.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import type { confirmEmailChange, requestEmailChange } from '../app/change-email.ts';
import type { changePassword } from '../app/change-password.ts';
import type { requestPasswordReset } from '../app/request-password-reset.ts';
import type { resetPassword } from '../app/reset-password.ts';
import { addressOf } from './client-headers.ts';

export interface AccountUseCases {
  requestPasswordReset: ReturnType<typeof requestPasswordReset>;
  resetPassword: ReturnType<typeof resetPassword>;
  changePassword: ReturnType<typeof changePassword>;
  requestEmailChange: ReturnType<typeof requestEmailChange>;
  confirmEmailChange: ReturnType<typeof confirmEmailChange>;
}

/** Maps the contract of accounts to its use cases. */
export function accountService(useCases: AccountUseCases) {
  return implement(AccountService, {
    async requestPasswordReset({ email }, call) {
      await useCases.requestPasswordReset({ email, address: addressOf(call) });
      return {};
    },
    async resetPassword({ token, newPassword }, call) {
      await useCases.resetPassword({ token, newPassword, address: addressOf(call) });
      return {};
    },
    async changePassword({ password, newPassword }, call) {
      await useCases.changePassword(requireUser(call), { password, newPassword, address: addressOf(call) });
      return {};
    },
    async requestEmailChange({ password, newEmail }, call) {
      await useCases.requestEmailChange(requireUser(call).id, { password, newEmail, address: addressOf(call) });
      return {};
    },
    async confirmEmailChange({ token }, call) {
      await useCases.confirmEmailChange({ token, address: addressOf(call) });
      return {};
    },
  });
}
