import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What one class of a release offers to apps. */
export interface ClassSurface {
  methods: readonly string[];
  events: readonly string[];
}

export type Surface = ReadonlyMap<string, ClassSurface>;

const require = createRequire(import.meta.url);

/** The public methods and events of every class that the package exports, from the type declarations that it ships. */
export function readSurface(packageName: string): Surface {
  const packageFile = require.resolve(`${packageName}/package.json`);
  const { types } = JSON.parse(readFileSync(packageFile, 'utf8')) as { types: string };
  const text = withoutComments(readFileSync(join(dirname(packageFile), types), 'utf8'));
  const exported = new Set(text.match(/^export \{(.*)\};?$/m)?.[1]?.match(/\w+/g));
  const surface = new Map<string, ClassSurface>();
  for (const [, name = '', emitted, body = ''] of text.matchAll(CLASS)) {
    if (!exported.has(name)) continue;
    const methods = [...new Set(named(body, METHOD))].filter((method) => method !== 'constructor');
    const events = emitted === undefined ? [] : named(membersOf(text, emitted), EVENT);
    if (methods.length + events.length > 0) surface.set(name, { methods, events });
  }
  return surface;
}

/** A class with the type of what it emits, and its members. */
const CLASS = /^declare class (\w+)(?: extends ReplayEventEmitter<(\w+)>)?[^{\n]*\{\n(.*?)^\}/gms;
/** Members that are private say so, or begin with an underscore. */
const METHOD = /^ {4}(?:static )?([a-zA-Z]\w*)\(/gm;
const EVENT = /^ {4}(\w+): \(/gm;

function membersOf(text: string, typeName: string): string {
  return new RegExp(`^type ${typeName} = \\{\\n(.*?)^\\};`, 'ms').exec(text)?.[1] ?? '';
}

function named(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
