import type { Facts } from './facts.ts';
import { type Fields, time } from './wire.ts';

/** What webhooks say of a user who was added (webhooks 4). */
export function addedUserFields(facts: Facts): Fields {
  return {
    UserSid: facts.text('sid'),
    DateCreated: time(facts.number('created_at')),
    Identity: facts.text('identity'),
    RoleSid: facts.text('role_sid'),
    Attributes: facts.text('attributes'),
    FriendlyName: facts.text('friendly_name'),
  };
}

/** Reachability stands in the facts where the service has it enabled (lifecycle 7). */
export function updatedUserFields(facts: Facts): Fields {
  return {
    ...addedUserFields(facts),
    DateUpdated: time(facts.number('updated_at')),
    isOnline: facts.flag('is_online'),
    isNotifiable: facts.flag('is_notifiable'),
  };
}
