/** How many tokens of each kind are generated; CONFAB_FUZZ_TOKENS=100000 looks longer. */
export const fuzzTokens = Number(process.env.CONFAB_FUZZ_TOKENS ?? 2000);

/** For tests that generate that many. It catches what hangs, not what is slow on a busy machine. */
export const fuzzTimeoutMs = 60_000 + fuzzTokens * 20;
