const UNREACHABLE = 'nothing of this release hands out such pages';

/** What has no case yet, with the reason that is printed. */
export const NOT_YET: Readonly<Record<string, string>> = {};

/** What a release declares and no app can get at. */
export const UNREACHABLE_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '2.4.0': { 'RestPaginator.nextPage()': UNREACHABLE, 'RestPaginator.prevPage()': UNREACHABLE },
};
