import { expect, test } from 'vitest';
import { SDKS } from '../support/sdk.ts';
import { ALL_CASES } from './cases/index.ts';
import { NOT_YET, UNREACHABLE_IN } from './left-out.ts';
import { readSurface, type Surface } from './surface.ts';

const [newest] = SDKS;
const wanted = namesOf(readSurface(newest.packageName));
const cases = namesOf(new Map(ALL_CASES.map((one) => [one.className, named(one)])));

test('every public method and event of the newest SDK has a case, and every case is of one', () => {
  expect([...cases, ...Object.keys(NOT_YET)].sort()).toEqual([...wanted].sort());
});

test.each(SDKS)('$name has what its declarations promise', ({ library, packageName }) => {
  const exported = new Map<string, object>(Object.entries(library));
  for (const [className, { methods }] of readSurface(packageName)) {
    const made = exported.get(className);
    const there = made === undefined || !('prototype' in made) ? [] : [made, Object(made.prototype)];
    expect(methods.filter((name) => !there.some((holder) => typeof holder[name] === 'function'))).toEqual([]);
  }
});

test('an older release has nothing that the newest lacks; what it lacks itself is named', () => {
  const lines: string[] = [];
  for (const { version, packageName } of SDKS) {
    const offered = namesOf(readSurface(packageName));
    expect(offered.filter((name) => !wanted.includes(name))).toEqual([]);
    const leftOut = { ...NOT_YET, ...UNREACHABLE_IN[version] };
    const run = offered.filter((name) => cases.includes(name) && !(name in leftOut));
    lines.push(`${version}: ${count(run, 'methods')} methods and ${count(run, 'events')} events run`);
    for (const name of wanted.filter((one) => !offered.includes(one))) {
      lines.push(`  not run: ${name}, which ${version} does not have`);
    }
    for (const name of offered.filter((one) => !cases.includes(one)))
      lines.push(`  not run: ${name}: ${NOT_YET[name]}`);
  }
  // The count belongs to the result, and what is left out must not be silent.
  console.log(['The official SDK against Confab:', ...lines].join('\n'));
  expect([count(wanted, 'methods'), count(wanted, 'events')]).toEqual([81, 41]);
});

/** Each as `Class.method()` or `Class tells event`. */
function namesOf(surface: Surface): string[] {
  return [...surface].flatMap(([className, { methods, events }]) => [
    ...methods.map((name) => `${className}.${name}()`),
    ...events.map((name) => `${className} tells ${name}`),
  ]);
}

function named({ methods, events }: (typeof ALL_CASES)[number]) {
  return { methods: Object.keys(methods), events: Object.keys(events) };
}

function count(names: readonly string[], kind: 'methods' | 'events'): number {
  return names.filter((name) => name.endsWith('()') === (kind === 'methods')).length;
}
