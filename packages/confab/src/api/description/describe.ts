import type { Form, Operation } from '../operation.ts';
import type { ParamSchema } from '../params.ts';
import { accountResources } from './account-resources.ts';
import { configurationResources } from './configuration-resources.ts';
import { conversationResources } from './conversation-resources.ts';
import { peopleResources } from './people-resources.ts';
import type { Resource } from './resource.ts';

const RESOURCES: Readonly<Record<string, Resource>> = {
  ...conversationResources,
  ...configurationResources,
  ...accountResources,
  ...peopleResources,
};

/** One way to call an operation, and all there is to tell of it: what the description and the readable page are made from. */
export interface DescribedOperation {
  /** Unique: as the original's description calls it, and with the API's date for those that two of its APIs have. */
  readonly id: string;
  readonly summary: string;
  readonly resource: Resource;
  readonly method: string;
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly params: ParamSchema;
  /** What a Restricted key's policy lists for it. */
  readonly permission: string;
  readonly statuses: readonly number[];
  readonly answer: 'nothing' | 'events' | 'one' | 'page' | 'page of the older API';
  /** Not of the original service. */
  readonly extension: boolean;
  /** The body may be JSON. */
  readonly json: boolean;
}

/** The ways to call an operation: one for each form that it has. Throws when no resource is declared for its path. */
export function describe(operation: Operation): DescribedOperation[] {
  return operation.forms.map((form) => {
    const path = `${operation.root}${form === 'service' ? '/Services/{ChatServiceSid}' : ''}${operation.path}`;
    const resource = resourceOf(operation);
    const verb = verbOf(operation);
    return {
      id: idOf(operation, form),
      summary: `${verb} ${answerOf(operation) === 'one' ? resource.name : pluralOf(operation, resource)}`,
      resource,
      method: operation.method,
      path,
      pathParameters: [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []),
      params: operation.params,
      permission: `/confab/${operation.permission}`,
      statuses: [operation.status, ...(operation.otherStatus === undefined ? [] : [operation.otherStatus])],
      answer: answerOf(operation),
      json: operation.json === true,
      extension: operation.root === '/confab/v1',
    };
  });
}

function resourceOf({ id, permission, root }: Operation): Resource {
  const nouns = permission.split('/')[0] ?? '';
  const resource = RESOURCES[root === '/confab/v1' ? `confab.${nouns}` : nouns];
  if (resource === undefined)
    throw new Error(`Nothing says what ${id} is about: declare a resource for ${permission}.`);
  return resource;
}

function verbOf({ id }: Operation): string {
  return /^[A-Z][a-z]+/.exec(id)?.[0] ?? id;
}

function answerOf(operation: Operation): DescribedOperation['answer'] {
  if (operation.status === 204) return 'nothing';
  if (operation.stream) return 'events';
  if (verbOf(operation) !== 'List' || resourceOf(operation).list === undefined) return 'one';
  return operation.root === '/2010-04-01' ? 'page of the older API' : 'page';
}

function pluralOf(operation: Operation, { name, list }: Resource): string {
  return verbOf(operation) === 'List' && list !== undefined ? list.replaceAll('_', ' ') : name;
}

/** `CreateConversation` and `CreateServiceConversation` for the two forms; `FetchKey` and `FetchKey2010` for the two APIs of keys. */
function idOf({ id, root, forms }: Operation, form: Form): string {
  if (root === '/2010-04-01') return `${id}2010`;
  return form === 'service' && forms.includes('account') ? id.replace(/^[A-Z][a-z]+/, '$&Service') : id;
}
