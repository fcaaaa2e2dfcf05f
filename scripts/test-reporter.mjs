import { writeFileSync } from 'node:fs';

/**
 * Vitest reporter: writes what scripts/test.mjs prints at the end into the file that CONFAB_TEST_SUMMARY names, as JSON
 * `{ ran, passed, failed, skipped: [{ what, reason, count }] }`. Whatever kept a test from its end counts as failed: a file that does not
 * load, a hook that throws, a worker that dies, an error that nothing caught.
 */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state) => tests.filter((test) => test.result().state === state).length;
    const brokenGroups = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter(hasErrors);
    const unfinished = modules.filter((module) => ['pending', 'queued'].includes(module.state()));
    const passed = count('passed');
    const summary = {
      ran: passed + count('failed'),
      passed,
      failed: count('failed') + brokenGroups.length + unfinished.length + unhandledErrors.length,
      skipped: describeSkipped(tests.filter(isSkipped)),
    };
    writeFileSync(process.env.CONFAB_TEST_SUMMARY, JSON.stringify(summary));
  }
}

function hasErrors(group) {
  return group.errors().length > 0;
}

/** Tests behind a hook that threw are skipped for Vitest; here their suite has failed, and they are none of what was left out. */
function isSkipped(test) {
  if (test.result().state !== 'skipped') return false;
  for (let group = test.parent; group; group = group.parent) {
    if (hasErrors(group)) return false;
  }
  return true;
}

/** One entry for each suite, or lone test, that carries the reason. */
function describeSkipped(tests) {
  const entries = new Map();
  for (const test of tests) {
    const { what, reason } = explain(test);
    const key = `${what}\n${reason}`;
    const entry = entries.get(key) ?? { what, reason, count: 0 };
    entry.count += 1;
    entries.set(key, entry);
  }
  return [...entries.values()];
}

/** The reason stands in a note (`context.skip('why')`) or in `meta.skipReason`, which tests inherit from their suite. */
function explain(test) {
  const reason = test.result().note ?? test.meta().skipReason;
  let holder = test;
  while (holder.parent?.type === 'suite' && holder.parent.meta().skipReason === reason) holder = holder.parent;
  const what = `${test.module.relativeModuleId} > ${holder.fullName}`;
  return { what, reason: reason ?? 'no reason given' };
}
