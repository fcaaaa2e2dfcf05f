import type { Form, Root } from './operation.ts';

/** Verbs of operation names that permissions call otherwise, as the original service does. Any other verb is an action by its own name. */
const ACTIONS: ReadonlyMap<string, string> = new Map([['fetch', 'read']]);

interface Permitted {
  readonly id: string;
  readonly root: Root;
  readonly path: string;
  readonly forms: readonly Form[];
}

/**
 * The permission that an operation needs, as a Restricted key's policy names it below `/confab/`: `conversations.messages/list`. Derived
 * from what every operation declares, so that none is without. The resource is the path's, without parameters; the action is the verb that
 * the name begins with, so that to read one and to list all are two. Both forms of an operation on a service need the same; what exists
 * only below a service is another than what the account has under the same path, and begins with `services.`.
 */
export function permissionOf({ id, root, path, forms }: Permitted): string {
  const verb = /^([A-Z][a-z]+)[A-Z]/.exec(id)?.[1]?.toLowerCase();
  if (verb === undefined)
    throw new Error(`The operation ${id} has no verb: call it ListThing, FetchThing, RotateThing …`);
  const resource = [...(forms.includes('account') ? [] : ['services']), ...resourceOf(root, path)];
  const action = ACTIONS.get(verb) ?? verb;
  // `POST …/Sessions/End` is an action on sessions.
  return `${resource.at(-1) === verb ? resource.slice(0, -1).join('.') : resource.join('.')}/${action}`;
}

function resourceOf(root: Root, path: string): string[] {
  const nouns = path
    .replace(/\.json$/, '')
    .split('/')
    .filter((segment) => segment !== '' && !segment.startsWith('{'))
    .map((noun) => noun.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase());
  // All of the older API is below the account.
  return root === '/2010-04-01' && nouns.length > 1 ? nouns.slice(1) : nouns;
}
