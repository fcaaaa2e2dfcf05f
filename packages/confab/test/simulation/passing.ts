import type { World } from './world.ts';

/** What must hold did not. The message has the seed and what came before. */
export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure';
}

/** Lets so much time pass. Throws when something has turned out to be wrong. */
export async function pass(world: World, ms: number): Promise<void> {
  const { schedule, random, profile } = world;
  const until = schedule.now() + ms;
  for (let going = true; going; ) {
    going = schedule.step(until);
    await world.turns(random.between(1, profile.maxTurns));
    refuseViolation(world);
  }
}

/** Throws SimulationFailure when something has turned out to be wrong. */
export function refuseViolation(world: World): void {
  const violation = world.violation();
  if (violation === undefined) return;
  throw new SimulationFailure(`${violation}\nSeed ${world.seed}. What came before:\n${world.trace.lines().join('\n')}`);
}
