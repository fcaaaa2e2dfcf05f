import { fileURLToPath } from 'node:url';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What is served: made by the build, and part of the published package. */
export const BUILT = folder('../../console/');
export const BUILT_ASSETS = folder('../../console/assets/');

/** What it is made from: in a checkout only. */
export const SOURCES = folder('../../../console/');
