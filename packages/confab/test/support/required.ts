/** CONFAB_REQUIRE lists what must not be skipped, as in `CONFAB_REQUIRE=postgresql,python3-twilio`. */
export function isRequired(name: string): boolean {
  return (process.env.CONFAB_REQUIRE ?? '').split(',').includes(name);
}
